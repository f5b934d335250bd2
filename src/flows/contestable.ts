import { CONTESTABLE_FOR_MS, withWhatFollowed } from '../domain/contest.ts';
import { isContestable } from '../domain/notice.ts';
import type { Account, Notice, Repositories } from './ports.ts';

/** Everything else is limited by how often it can be done. */
const MOST_SIGN_INS = 100;

/** Another act that may be the same hand's, and why that is likely. `followed`: it was done with what the contested one had added. */
export interface OtherAct {
  readonly notice: Notice;
  readonly likely: 'followed' | 'same-browser' | null;
}

/** Whether the owner may still say "It wasn't me" to it. */
export function isOpen(notice: Notice): boolean {
  return isContestable(notice.kind) && notice.contestedAt === null;
}

/** What else was done from a week before `notice` on that its owner may contest together with it, newest first. */
export async function otherActs(tx: Pick<Repositories, 'notices'>, notice: Notice): Promise<readonly OtherAct[]> {
  const since = await tx.notices.doneSince(notice.accountId, notice.at - CONTESTABLE_FOR_MS, MOST_SIGN_INS);
  const others = since.filter((other) => isOpen(other) && other.id !== notice.id);
  const followed = withWhatFollowed([notice], others);
  return others.map((other) => ({
    notice: other,
    likely: followed.includes(other) ? 'followed' : isSameBrowser(notice, other) ? 'same-browser' : null,
  }));
}

/**
 * What is contested when its owner contests `notice` and those of `also` (ids of other acts): these, and what was done with what they, or
 * acts contested before, had added.
 */
export async function contestedWith(
  tx: Pick<Repositories, 'notices'>,
  account: Account,
  notice: Notice,
  also: readonly string[],
): Promise<readonly Notice[]> {
  const others = (await otherActs(tx, notice)).map((other) => other.notice);
  const before = await tx.notices.open(account.id);
  const chosen = [...before, notice, ...others.filter(({ id }) => also.includes(id))];
  return withWhatFollowed(chosen, others).filter(({ contestedAt }) => contestedAt === null);
}

function isSameBrowser({ deviceHash }: Notice, other: Notice): boolean {
  return deviceHash !== null && other.deviceHash?.equals(deviceHash) === true;
}
