import { decide } from '../domain/decide.ts';
import type { Contested } from '../domain/notice.ts';
import type { ProofKind } from '../domain/proof.ts';
import type { Account, Ports } from './ports.ts';
import { standingOf } from './standing.ts';

/** How an owner gets back into an account that is frozen: by these proofs, in this order; null: with an operator only. */
export type WayBack = readonly ProofKind[] | null;

/**
 * What the way back will be once `act` is contested: said before anything happens (SPEC X3). The account is taken as it will be then, as
 * far as its removed credentials are not needed for it; `act` is what the contest is about.
 */
export function wayBackAfter(ports: Pick<Ports, 'closed' | 'now'>, account: Account, act: Contested): WayBack {
  const credentials = account.credentials.filter(({ id }) => !act.added.includes(id));
  const contacts = account.contacts.filter(({ id }) => !act.added.includes(id));
  return wayBack(ports, {
    ...account,
    credentials,
    contacts,
    frozenAt: ports.now(),
    contested: [...account.contested, act],
  });
}

/** The way back into an account that is frozen now. */
export function wayBack(ports: Pick<Ports, 'closed' | 'now'>, account: Account): WayBack {
  const verdict = decide(account.policy, standingOf(account, ports), { goal: 'lift-freeze' }, [], ports.now());
  return verdict.verdict === 'ask' ? verdict.steps.map(({ proof }) => proof) : null;
}
