import { announce } from '../announce.ts';
import { revokeEmergencyCodes } from '../new-emergency-code.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports-administration.ts';
import { findAccount } from './find-account.ts';
import { NO_VISITOR } from './no-visitor.ts';

export interface EmergencyCodeRevoked {
  readonly outcome: 'revoked';
  readonly sub: string;
  /** False: none was out. */
  readonly changed: boolean;
  readonly sessionsEnded: number;
}

/** Takes back the emergency code of an account; what was signed in with it ends at once, tokens included. Audited; the owner is told. */
export async function revokeEmergencyCode(
  ports: AdministrationPorts,
  identifier: string,
): Promise<EmergencyCodeRevoked | Refused<'unknown-user'>> {
  const found = await findAccount(ports, identifier);
  if (!found) return refused('unknown-user');
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(found.id);
    if (!account) return refused('unknown-user');
    const { revoked, sessions } = await revokeEmergencyCodes(ports, tx, account.id);
    if (revoked.length === 0) return { outcome: 'revoked', sub: account.id, changed: false, sessionsEnded: 0 };
    const about = { kind: 'emergency-code-revoked', visitor: NO_VISITOR, removed: revoked } as const;
    const notice = await announce(ports, tx, account, about);
    await tx.audit.append({
      kind: 'emergency-code.revoked',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'cli',
      details: { by: ports.by, sessions_ended: sessions, notice },
    });
    return { outcome: 'revoked', sub: account.id, changed: true, sessionsEnded: sessions };
  });
}
