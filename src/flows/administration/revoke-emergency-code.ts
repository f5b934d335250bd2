import { announce } from '../announce.ts';
import { revokeEmergencyCodes } from '../new-emergency-code.ts';
import type { Refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { NO_VISITOR } from './no-visitor.ts';
import { onAccount } from './on-account.ts';
import { record, type Why } from './record.ts';

export interface EmergencyCodeRevoked {
  readonly outcome: 'revoked';
  readonly sub: string;
  /** False: none was out. */
  readonly changed: boolean;
  readonly sessionsEnded: number;
}

/** Takes back the emergency code of an account; what was signed in with it ends at once, tokens included. Audited; the owner is told. */
export function revokeEmergencyCode(
  ports: AdministrationPorts,
  identifier: string,
  why: Why = {},
): Promise<EmergencyCodeRevoked | Refused<'unknown-user' | 'not-allowed'>> {
  return onAccount(ports, identifier, 'issue-emergency-code', async (tx, account): Promise<EmergencyCodeRevoked> => {
    const { revoked, withdrawn, sessions } = await revokeEmergencyCodes(ports, tx, account.id);
    const on = { accountId: account.id, organizationId: account.organizationId };
    if (withdrawn > 0) await record(ports, tx, { ...on, kind: 'emergency-code.withdrawn', details: { ...why } });
    if (revoked.length === 0) return { outcome: 'revoked', sub: account.id, changed: false, sessionsEnded: 0 };
    const about = { kind: 'emergency-code-revoked', visitor: NO_VISITOR, removed: revoked } as const;
    const notice = await announce(ports, tx, account, about);
    await record(ports, tx, {
      ...on,
      kind: 'emergency-code.revoked',
      details: { sessions_ended: sessions, notice, ...why },
    });
    return { outcome: 'revoked', sub: account.id, changed: true, sessionsEnded: sessions };
  });
}
