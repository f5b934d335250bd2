import { type Frozen, freeze } from './freeze.ts';
import { type Refused, refused } from './outcome.ts';
import type { Account, Notice, OneTimeCode, Ports, Visitor } from './ports.ts';
import { type WayBack, wayBackAfter } from './way-back.ts';

/** Wrong entries of the two digits before the link is dead: a scanner or a guesser gets no further (ATTACKS A10, A36). */
const TRIES = 3;

export type ContestPreview =
  | { readonly state: 'open'; readonly account: Account; readonly notice: Notice; readonly wayBack: WayBack }
  | { readonly state: 'over' };

/** The page behind "It wasn't me". Reads only; it says what will happen and what the way back is. */
export async function previewContest(ports: Ports, token: string): Promise<ContestPreview> {
  const found = await find(ports, token);
  if (!found || found.code.tries >= TRIES) return { state: 'over' };
  const { account, notice } = found;
  return { state: 'open', account, notice, wayBack: wayBackAfter(ports, account, notice) };
}

/**
 * The owner typed the two digits of the message: the account is frozen (`freeze`), and everyone is told. Needs no sign-in; who has
 * neither the message nor a session cannot do it (ATTACKS A26).
 */
export async function contest(
  ports: Ports,
  visitor: Visitor,
  typed: { token: string; digits: string },
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
  const now = ports.now();
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(found.account.id);
    if (!account || !(await tx.codes.consume(code.id, now))) return refused('code-expired');
    if (!(await tx.notices.contest(found.notice.id, now))) return refused('code-expired');
    return freeze(ports, tx, account, found.notice, visitor);
  });
}

async function find(
  ports: Ports,
  token: string,
): Promise<{ code: OneTimeCode; account: Account; notice: Notice } | undefined> {
  const code = await ports.store.codes.findByToken('contest', ports.crypto.hashToken(token));
  if (!code?.accountId || !code.noticeId || code.consumedAt !== null || code.expiresAt <= ports.now()) return undefined;
  const account = await ports.store.accounts.load(code.accountId);
  const notice = await ports.store.notices.find(code.accountId, code.noticeId);
  return account && notice && notice.contestedAt === null ? { code, account, notice } : undefined;
}
