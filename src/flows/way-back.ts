import { decide } from '../domain/decide.ts';
import type { ProofKind } from '../domain/proof.ts';
import { isBound } from '../domain/way.ts';
import type { Account, Ports } from './ports.ts';
import { standingOf } from './standing.ts';

/**
 * How an owner gets back into an account that is frozen: each open way by its proofs, in the order in which they are asked for. Empty: with an
 * operator only.
 */
export type WaysBack = readonly (readonly ProofKind[])[];

/** Every way back into an account that is frozen, as `decide` has it: asked with one way at a time it says which of them are open. */
export function waysBack(ports: Pick<Ports, 'closed' | 'now'>, account: Account): WaysBack {
  const { policy } = account;
  const held = standingOf(account, ports);
  // Asked with one kind of second factor it is bound by all of them still.
  const standing = { ...held, boundToSecondFactor: isBound(policy, held) };
  const { kinds } = policy.secondFactor;
  const ways = policy.routes['lift-freeze'].flatMap((route) =>
    (route.proofs.includes('second-factor') ? kinds.map((kind) => [kind]) : [kinds]).flatMap((only) => {
      const alone = {
        ...policy,
        secondFactor: { ...policy.secondFactor, kinds: only },
        routes: { ...policy.routes, 'lift-freeze': [route] },
      };
      const verdict = decide(alone, standing, { goal: 'lift-freeze' }, [], ports.now());
      return verdict.verdict === 'ask' ? [verdict.steps.map(({ proof }) => proof)] : [];
    }),
  );
  return ways.filter((way, at) => ways.findIndex((other) => other.join() === way.join()) === at);
}

/**
 * What the ways back will be once these notices are contested: said before anything happens (SPEC X3). Reads only; undefined: there is no such
 * account any more.
 */
export async function waysBackAfter(
  ports: Pick<Ports, 'closed' | 'now' | 'store'>,
  accountId: string,
  noticeIds: readonly string[],
): Promise<WaysBack | undefined> {
  const account = await ports.store.accounts.loadAsContested(accountId, noticeIds);
  return account && waysBack(ports, account);
}
