import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports-administration.ts';
import { findAccount } from './find-account.ts';

export interface Resumed {
  readonly outcome: 'resumed';
  readonly sub: string;
  /** False: it was not suspended. */
  readonly changed: boolean;
}

/**
 * Lets a suspended account sign in again. What was ended by the suspension stays ended; its second factors stay as well. If it was to be
 * closed, its owner has the whole time to keep it again.
 */
export async function resumeAccount(
  ports: AdministrationPorts,
  identifier: string,
): Promise<Resumed | Refused<'unknown-user'>> {
  const found = await findAccount(ports, identifier);
  if (!found) return refused('unknown-user');
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(found.id);
    if (!account) return refused('unknown-user');
    if (account.suspendedAt === null) return { outcome: 'resumed', sub: account.id, changed: false };
    const closesAt = account.closesAt === null ? null : ports.now() + account.policy.lifetimes.closing * 1000;
    await tx.accounts.update(account.id, { suspendedAt: null, closesAt });
    await tx.audit.append({
      kind: 'account.resumed',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'cli',
      details: { by: ports.by },
    });
    return { outcome: 'resumed', sub: account.id, changed: true };
  });
}
