import { contestedWith, isOpen, type OtherAct, otherActs } from './contestable.ts';
import { type Frozen, freeze } from './freeze.ts';
import { type Refused, refused } from './outcome.ts';
import type { Account, Notice, OneTimeCode, Ports, Repositories, Visitor } from './ports.ts';
import { type WaysBack, waysBackAfter } from './way-back.ts';

/** Wrong entries of the two digits before the link is dead: a scanner or a guesser gets no further (ATTACKS A10, A36). */
const TRIES = 3;

/** What a contest of `notice` would do, for the page that says so before it happens. */
export interface Contestable {
  readonly account: Account;
  readonly notice: Notice;
  /** Newest first. Those that are likely are proposed. */
  readonly others: readonly OtherAct[];
  /** Once `notice` is contested, and of the others what is likely. */
  readonly waysBack: WaysBack;
}

export type ContestPreview = ({ readonly state: 'open' } & Contestable) | { readonly state: 'over' };

/** The page behind "It wasn't me". Reads only; it says what will happen and what the way back is. */
export async function previewContest(ports: Ports, token: string): Promise<ContestPreview> {
  const found = await find(ports, token);
  if (!found || found.code.tries >= TRIES) return { state: 'over' };
  return { state: 'open', ...(await previewOf(ports, found.account, found.notice)) };
}

/** The same for an act that its owner looks at. Reads only. */
export async function previewOf(ports: Ports, account: Account, notice: Notice): Promise<Contestable> {
  const others = await otherActs(ports.store, notice);
  const likely = others.filter((other) => other.likely !== null).map((other) => other.notice.id);
  const waysBack = (await waysBackAfter(ports, account.id, [notice.id, ...likely])) ?? [];
  return { account, notice, others, waysBack };
}

/**
 * The owner typed the two digits of the message: the account is frozen (`freeze`), and everyone is told. `also`: ids of other acts that
 * were not theirs either. Needs no sign-in; who has neither the message nor a session cannot do it (ATTACKS A26).
 */
export async function contest(
  ports: Ports,
  visitor: Visitor,
  typed: { readonly token: string; readonly digits: string; readonly also: readonly string[] },
): Promise<Frozen | Refused<'code-expired' | 'wrong-code' | 'not-a-code' | 'no-tries-left'>> {
  const digits = typed.digits.trim();
  if (!/^\d{2}$/.test(digits)) return refused('not-a-code');
  const found = await find(ports, typed.token);
  if (!found) return refused('code-expired');
  const code = await ports.store.codes.countTry(found.code.id, 'contest', TRIES, ports.now());
  if (!code?.codeHash) return refused('no-tries-left');
  if (!ports.crypto.equal(code.codeHash, ports.crypto.hashCode('contest', code.id, digits))) {
    await ports.store.audit.append(
      {
        kind: 'recovery.proof-failed',
        accountId: found.account.id,
        organizationId: found.account.organizationId,
        actor: 'user',
        details: { method: 'contest' },
      },
      visitor,
    );
    return code.tries >= TRIES ? refused('no-tries-left') : refused('wrong-code', { triesLeft: TRIES - code.tries });
  }
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(found.account.id);
    if (!account || isSilenced(account, code) || !(await tx.codes.consume(code.id, ports.now())))
      return refused('code-expired');
    const acts = await markContested(tx, account, found.notice.id, typed.also, ports.now());
    return acts ? freeze(ports, tx, account, acts, visitor) : refused('code-expired');
  });
}

/** Marks the act and what goes with it as contested, the act first; undefined when it is so already, or cannot be. Under the lock on the account. */
export async function markContested(
  tx: Repositories,
  account: Account,
  noticeId: string,
  also: readonly string[],
  now: number,
): Promise<readonly Notice[] | undefined> {
  const notice = await tx.notices.find(account.id, noticeId);
  if (!notice || !isOpen(notice)) return undefined;
  const acts = await contestedWith(tx, account, notice, also);
  for (const { id } of acts) await tx.notices.contest(id, now);
  return [notice, ...acts.filter(({ id }) => id !== notice.id)];
}

async function find(
  ports: Ports,
  token: string,
): Promise<{ code: OneTimeCode; account: Account; notice: Notice } | undefined> {
  const code = await ports.store.codes.findByToken('contest', ports.crypto.hashToken(token));
  if (!code?.accountId || !code.noticeId || code.consumedAt !== null || code.expiresAt <= ports.now()) return undefined;
  const account = await ports.store.accounts.load(code.accountId);
  const notice = await ports.store.notices.find(code.accountId, code.noticeId);
  if (!account || !notice || !isOpen(notice) || isSilenced(account, code)) return undefined;
  return { code, account, notice };
}

/** The link went to an address that was given up since, while it was new: whoever reads it has no say any more. */
function isSilenced({ formerContacts }: Account, { contactId }: OneTimeCode): boolean {
  return formerContacts.some(({ id, silent }) => silent === true && id === contactId);
}
