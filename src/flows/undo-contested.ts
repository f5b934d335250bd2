import type { Account, Repositories } from './ports.ts';

/**
 * The way back was walked (SPEC X3): what the contested acts added goes, what they removed works again — save what was reported lost,
 * and passwords, since a new one was just set. If it was to be closed, it stays open: whoever wants that asks again. Belongs into the transaction that ends the journey; `account` as loaded in it while frozen.
 */
export async function undoContested(tx: Repositories, account: Account, purgeAt: number, now: number): Promise<void> {
  const added = account.contested.flatMap((act) => act.added);
  const removed = account.contested.flatMap((act) => act.removed);
  const revived = account.credentials.filter(({ id, kind }) => kind !== 'password' && removed.includes(id));
  const contacts = account.contacts.filter(({ id }) => removed.includes(id));
  await tx.credentials.remove(account.id, added, purgeAt);
  await tx.credentials.revive(
    account.id,
    revived.map(({ id }) => id),
  );
  await tx.contacts.remove(account.id, added);
  await tx.contacts.revive(
    account.id,
    contacts.map(({ id }) => id),
  );
  await tx.accounts.update(account.id, { frozenAt: null, closesAt: null });
  await tx.notices.settle(account.id, now);
}
