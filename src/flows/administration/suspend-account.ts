import { announce } from '../announce.ts';
import { voidEmergencyCodes } from '../new-emergency-code.ts';
import type { Refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { NO_VISITOR } from './no-visitor.ts';
import { onAccount } from './on-account.ts';
import { record, type Why } from './record.ts';

export interface Suspended {
  readonly outcome: 'suspended';
  readonly sub: string;
  readonly suspendedAt: number;
  readonly sessionsEnded: number;
}

/**
 * Suspends an account: nobody signs in to it or recovers it, and every session, grant, token, open journey, link and code
 * of it ends with the commit (ATTACKS A20); no browser of it is known any more. The owner is told. Doing it again ends what came up since, and keeps the first time.
 */
export function suspendAccount(
  ports: AdministrationPorts,
  identifier: string,
  why: Why = {},
): Promise<Suspended | Refused<'unknown-user' | 'not-allowed'>> {
  const now = ports.now();
  return onAccount(ports, identifier, 'suspend', async (tx, account) => {
    const suspendedAt = account.suspendedAt ?? now;
    if (account.suspendedAt === null) await tx.accounts.update(account.id, { suspendedAt });
    // Nor does a code come back with the account: why it is suspended may be that somebody else has it.
    await voidEmergencyCodes(tx, account.id, now);
    const { sessions } = await tx.sessions.endAll(account.id);
    await tx.devices.forgetOthers(account.id, null);
    await tx.journeys.endOthers(account.id, ports.crypto.uuid(), now);
    await tx.codes.endAll(account.id, ['recovery-link', 'recovery-code', 'sms', 'invitation'], now);
    if (account.suspendedAt === null)
      await announce(ports, tx, account, { kind: 'account-suspended', visitor: NO_VISITOR });
    await record(ports, tx, {
      kind: 'account.suspended',
      accountId: account.id,
      organizationId: account.organizationId,
      details: { sessions_ended: sessions, ...why },
    });
    return { outcome: 'suspended', sub: account.id, suspendedAt, sessionsEnded: sessions };
  });
}
