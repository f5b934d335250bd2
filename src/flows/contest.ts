import { type Refused, refused } from './outcome.ts';
import type { Account, OneTimeCode, Ports, Visitor } from './ports.ts';
import { tellOwner } from './tell-owner.ts';

/** Wrong entries of the two digits before the link is dead: a scanner or a guesser gets no further (ATTACKS A10, A36). */
const TRIES = 3;

export type ContestPreview = { readonly state: 'open'; readonly account: Account } | { readonly state: 'over' };

/** The page behind "It wasn't me". Reads only; it says what will happen and what the way back is. */
export async function previewContest(ports: Ports, token: string): Promise<ContestPreview> {
  const found = await find(ports, token);
  const open = found !== undefined && found.code.tries < TRIES;
  return open ? { state: 'open', account: found.account } : { state: 'over' };
}

/**
 * The owner typed the two digits of the message: the account is frozen, every session, grant, token, journey and link of it
 * ends, and everyone is told. It only takes away; an operator gives back after checking who asks.
 */
export async function contest(
  ports: Ports,
  visitor: Visitor,
  typed: { token: string; digits: string },
): Promise<{ outcome: 'frozen' } | Refused<'code-expired' | 'wrong-code' | 'not-a-code' | 'no-tries-left'>> {
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
    await tx.accounts.update(account.id, { suspendedAt: now });
    await tx.sessions.endAll(account.id);
    await tx.devices.forgetOthers(account.id, null);
    await tx.journeys.endOthers(account.id, code.id, now);
    await tx.codes.endAll(account.id, ['recovery-link', 'recovery-code', 'sms', 'invitation', 'contest'], now);
    await tx.audit.append(
      {
        kind: 'account.suspended',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { by: 'contest' },
      },
      visitor,
    );
    await tellOwner(ports, tx, account, 'account-frozen', visitor);
    return { outcome: 'frozen' };
  });
}

async function find(ports: Ports, token: string): Promise<{ code: OneTimeCode; account: Account } | undefined> {
  const code = await ports.store.codes.findByToken('contest', ports.crypto.hashToken(token));
  if (!code?.accountId || code.consumedAt !== null || code.expiresAt <= ports.now()) return undefined;
  const account = await ports.store.accounts.load(code.accountId);
  return account ? { code, account } : undefined;
}
