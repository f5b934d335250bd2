import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports-administration.ts';
import { findAccount } from './find-account.ts';

export interface Suspended {
  readonly outcome: 'suspended';
  readonly sub: string;
  readonly suspendedAt: number;
  readonly sessionsEnded: number;
}

/**
 * Suspends an account: nobody signs in to it or recovers it, and every session, grant, token, open journey, link and code
 * of it ends with the commit (ATTACKS A20); no browser of it is known any more. Doing it again ends what came up since, and keeps the first time.
 */
export async function suspendAccount(
  ports: AdministrationPorts,
  identifier: string,
): Promise<Suspended | Refused<'unknown-user'>> {
  const found = await findAccount(ports, identifier);
  if (!found) return refused('unknown-user');
  const now = ports.now();
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(found.id);
    if (!account) return refused('unknown-user');
    const suspendedAt = account.suspendedAt ?? now;
    if (account.suspendedAt === null) await tx.accounts.update(account.id, { suspendedAt });
    const { sessions } = await tx.sessions.endAll(account.id);
    await tx.devices.forgetOthers(account.id, null);
    await tx.journeys.endOthers(account.id, ports.crypto.uuid(), now);
    await tx.codes.endAll(account.id, ['recovery-link', 'recovery-code', 'sms', 'invitation'], now);
    await tx.audit.append({
      kind: 'account.suspended',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'cli',
      details: { by: ports.by, sessions_ended: sessions },
    });
    return { outcome: 'suspended', sub: account.id, suspendedAt, sessionsEnded: sessions };
  });
}
