import type { Account, Repositories } from './ports.ts';

/** `accounts.update` puts the roles to sleep when it writes a recovery or a sign-in by emergency code; this says so in the log. `account`: as it was before. */
export async function recordSleep(tx: Pick<Repositories, 'audit'>, account: Account): Promise<void> {
  if (account.roles.every(({ asleepSince }) => asleepSince !== null)) return;
  await tx.audit.append({
    kind: 'role.asleep',
    accountId: account.id,
    organizationId: account.organizationId,
    actor: 'system',
  });
}
