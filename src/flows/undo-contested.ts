import { isSwitchingOff } from '../domain/notice.ts';
import type { Account, Contact, Credential, Repositories } from './ports.ts';

/**
 * The way back was walked, or an operator decided for the owner (SPEC X3): what the contested acts added goes, what they removed or switched
 * off works again — save what was reported lost or did not work before. What is in doubt is switched off until its owner switches it on. What the
 * acts were done with proves nothing in a recovery for a while: it was in another hand. If the account was to be closed, it stays open:
 * whoever wants that asks again. `account`: as loaded in this transaction, while frozen. Passwords come back only where no new one was set.
 */
export async function undoContested(
  tx: Repositories,
  account: Account,
  now: number,
  { passwords = false }: { readonly passwords?: boolean } = {},
): Promise<Undone> {
  const { settling, cooling, contactRest } = account.policy.lifetimes;
  const switchedOn = account.contested
    .filter(({ kind }) => kind === 'device-switched-on')
    .flatMap(({ added }) => added);
  const switchedOff = account.contested.filter(({ kind }) => isSwitchingOff(kind)).flatMap((act) => act.removed);
  const added = account.contested.flatMap((act) => act.added).filter((id) => !switchedOn.includes(id));
  const removed = account.contested.flatMap((act) => act.removed);
  const used = account.contested.flatMap((act) => act.used);
  // As `beforeContest` has it: what it does not let prove again stays as it is.
  const isBack = ({ id, state }: Credential) => removed.includes(id) && state === 'active';
  // One password is enough: one that nobody contested stays.
  const passwordsBack = passwords && !account.credentials.some((one) => isPassword(one) && !isBack(one));
  const revived = account.credentials.filter((one) => isBack(one) && (passwordsBack || !isPassword(one)));
  const off = account.credentials.filter(({ kind, state }) => kind !== 'password' && state === 'off');
  const contacts = account.contacts.filter(({ id, offAt }) => removed.includes(id) && offAt === null);
  const resting = account.contacts.filter(({ id, kind }) => kind === 'phone' && used.includes(id));

  const gone = await tx.credentials.named(account.id, added);
  const goneContacts = await tx.contacts.named(account.id, added);
  await tx.credentials.remove(account.id, added, now + cooling * 1000);
  await tx.credentials.revive(account.id, ids(revived));
  const isOffNoMore = (id: string) => switchedOff.includes(id);
  await tx.credentials.switchBack(account.id, ids(revived).filter(isOffNoMore));
  const stillOff = switchedOn.filter((id) => !ids(revived).includes(id));
  await tx.credentials.setState(account.id, [...ids(off), ...stillOff], 'off');
  await tx.credentials.unsettle(account.id, used, now + settling * 1000);
  await tx.contacts.remove(account.id, added);
  await tx.contacts.revive(account.id, ids(contacts), now);
  await tx.contacts.setOff(account.id, ids(contacts).filter(isOffNoMore), null);
  const username = await tx.accounts.giveUsernameBack(account.id, removed);
  await tx.contacts.rest(account.id, ids(resting), now + contactRest * 1000);
  if (isCodeInOtherHands(account, [...added, ...used])) await tx.restoreCodes.removeAll(account.id);
  await closeContest(tx, account.id, now);
  // What was off before is not told of.
  return {
    removed: [...gone, ...goneContacts],
    revived: [...revived, ...contacts],
    off: off.filter(({ id }) => used.includes(id)),
    ...(username !== undefined && { username }),
  };
}

/** The restore code was made, used or seen by whoever did the contested acts, or perhaps so: its owner makes a new one. */
function isCodeInOtherHands({ contested, restoreCode }: Account, doubted: readonly string[]): boolean {
  return (
    restoreCode !== null &&
    (doubted.includes(restoreCode.id) || contested.some(({ kind }) => kind === 'restore-code-viewed'))
  );
}

/** What came of it, as its owner is told. */
export interface Undone {
  readonly removed: readonly Thing[];
  readonly revived: readonly Thing[];
  readonly off: readonly Thing[];
  /** The account is called so again. */
  readonly username?: string;
}
export type Thing = Pick<Credential, 'kind' | 'label'> | Pick<Contact, 'kind' | 'value'>;

/** The account is open again; no message from before contests anything any more. */
export async function closeContest(tx: Repositories, accountId: string, now: number): Promise<void> {
  await tx.accounts.update(accountId, { frozenAt: null, closesAt: null });
  await tx.notices.settle(accountId, now);
  await tx.codes.endAll(accountId, ['contest'], now);
}

const ids = (held: readonly { readonly id: string }[]): string[] => held.map(({ id }) => id);

const isPassword = ({ kind }: Credential): boolean => kind === 'password';
