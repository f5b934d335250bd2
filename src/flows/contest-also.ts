import { markContested } from './contest.ts';
import { type OtherAct, otherActs } from './contestable.ts';
import { type Frozen, freeze } from './freeze.ts';
import { type Refused, refused } from './outcome.ts';
import type { Notice, Ports, Repositories, Visitor } from './ports.ts';

/** What was contested in this browser just now: its right digits, or a session, are proof enough for taking more away. */
export interface ContestedHere {
  readonly accountId: string;
  readonly noticeId: string;
}

/** What else may have been the same hand's, newest first; nothing once the contest is over. Reads only. */
export async function whatElse(ports: Pick<Ports, 'store'>, contested: ContestedHere): Promise<readonly OtherAct[]> {
  const notice = await stillOpen(ports.store, contested);
  return notice ? otherActs(ports.store, notice) : [];
}

/** Contests these acts (ids) as well: like the first of them, in a freeze that goes on. Refused when nothing of them is left, or it is over. */
export async function contestAlso(
  ports: Ports,
  visitor: Visitor,
  { also, ...contested }: ContestedHere & { readonly also: readonly string[] },
): Promise<Frozen | Refused<'not-asked'>> {
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(contested.accountId);
    const notice = await stillOpen(tx, contested);
    if (!account || !notice) return refused('not-asked');
    const chosen = (await otherActs(tx, notice)).filter((other) => also.includes(other.notice.id));
    // From the oldest on, since what was done before an act is looked at for a week only.
    const oldest = chosen.at(-1);
    const ids = chosen.map((other) => other.notice.id);
    const acts = oldest && (await markContested(tx, account, oldest.notice.id, ids, ports.now()));
    return acts ? freeze(ports, tx, account, acts, visitor) : refused('not-asked');
  });
}

async function stillOpen(
  tx: Pick<Repositories, 'notices'>,
  { accountId, noticeId }: ContestedHere,
): Promise<Notice | undefined> {
  const notice = await tx.notices.find(accountId, noticeId);
  return notice && notice.contestedAt !== null && notice.settledAt === null ? notice : undefined;
}
