import { type Contestable, markContested, previewOf } from '../contest.ts';
import { isOpen } from '../contestable.ts';
import { type Frozen, freeze } from '../freeze.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Account, Notice, Ports } from '../ports.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';

/** What contesting this act of the owner's account would do; undefined when there is none of this id, or it cannot be contested (any more). Reads only. */
export async function previewOwnContest(
  ports: Ports,
  owner: Owner,
  noticeId: string,
): Promise<Contestable | undefined> {
  const notice = await ports.store.notices.find(owner.account.id, noticeId);
  return notice && isOpen(notice) ? previewOf(ports, owner.account, notice) : undefined;
}

/** The act that brought this address or number to the account, where its owner may still say that it wasn't them. Reads only. */
export async function addingOf(
  ports: Pick<Ports, 'store'>,
  account: Account,
  contactId: string,
): Promise<Notice | undefined> {
  const notice = await ports.store.notices.findAdding(account.id, 'contact-added', contactId);
  return notice && isOpen(notice) ? notice : undefined;
}

/**
 * "It wasn't me" in the console: no digits, since the session is the owner's; it ends with all others. It only takes away, so it needs no more
 * than the session and never waits. `also`: ids of other acts that were not theirs either.
 */
export async function contestAct(
  ports: Ports,
  owner: Owner,
  noticeId: string,
  also: readonly string[],
): Promise<Frozen | Refused<'not-asked'> | NotAllowed> {
  return inAct(ports, owner, 'take-away', async (tx, { account, now }) => {
    const acts = await markContested(tx, account, noticeId, also, now);
    return acts ? freeze(ports, tx, account, acts, owner.visitor) : refused('not-asked');
  });
}
