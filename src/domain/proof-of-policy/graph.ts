import type { Acr } from '../assurance.ts';
import { type Completion, GOALS, journeysTo, type Link, nextChange, registering } from '../explore.ts';
import { performed } from '../performed.ts';
import type { Goal, Policy } from '../policy.ts';
import { countsAs, type ProofKind } from '../proof.ts';
import type { Move, Registrable, State } from '../state.ts';
import { expand } from '../way.ts';
import { canonical } from './canonical.ts';

/** Somewhere that somebody can be before an account. One object for each key: they are compared by identity. */
export interface Spot {
  readonly state: State;
  /** Computed when it is first asked for. */
  steps?: readonly Step[];
}

/** One journey or one wait from a spot. `waits`: milliseconds; `session`: of a sign-in or a recovery, the class that it opens. */
export interface Step {
  readonly move: Move;
  readonly to: Spot;
  readonly waits: number;
  readonly session: Acr | 'recovered' | null;
}

/** Every spot and step under one policy, each worked out once, whichever account, loss or theft one comes from. */
export interface Graph {
  spotOf(state: State): Spot;
  stepsFrom(spot: Spot): readonly Step[];
  /** How many spots were met so far. */
  size(): number;
}

/** `registrable`: what can be registered as a new second factor by whoever is walking. */
export function graphOf(policy: Policy, registrable: readonly Registrable[], link: Link): Graph {
  const spots = new Map<string, Spot>();
  const walked = new Map<string, readonly Completion[]>();
  const ways = new Map(GOALS.map((goal) => [goal, waysListed(policy, goal)]));
  const asked = new Map(
    GOALS.map((goal) => [goal, [...new Set<ProofKind>(['email-code', ...(ways.get(goal)?.flat() ?? [])])]]),
  );

  function spotOf(state: State): Spot {
    const told = canonical(policy, state);
    const known = spots.get(told.key);
    if (known) return known;
    const spot: Spot = { state: told.state };
    spots.set(told.key, spot);
    return spot;
  }

  /** A journey looks only at what its routes ask for: what else there is makes no difference to it. */
  function journeys(state: State, goal: Goal): readonly Completion[] {
    const inHand = (wanted: ProofKind) => state.hands.some(({ kind }) => countsAs(kind, wanted));
    if (!ways.get(goal)?.some((proofs) => proofs.every(inHand))) return [];
    const key = keyFor(state, goal, asked.get(goal) ?? []);
    const known = walked.get(key);
    if (known) return known;
    const found = telling(goal, [...journeysTo(policy, state, goal, link)]);
    walked.set(key, found);
    return found;
  }

  function* stepsOf(spot: Spot): Generator<Step> {
    const { state } = spot;
    for (const goal of GOALS) {
      for (const { route, effects, proofs } of journeys(state, goal)) {
        for (const registered of registering(policy, effects, registrable)) {
          const after = performed(policy, state, effects, proofs, registered);
          const move: Move = { move: 'journey', goal, route, proofs, ...(registered && { registered }) };
          yield { move, to: spotOf(after), waits: 0, session: after.session };
        }
      }
    }
    const until = nextChange(policy, state);
    if (until !== undefined)
      yield { move: { move: 'wait', until }, to: spotOf({ ...state, now: until }), waits: until, session: null };
  }

  return {
    spotOf,
    stepsFrom: (spot) => (spot.steps ??= [...stepsOf(spot)]),
    size: () => spots.size,
  };
}

/** Of several ways to do the same the first, which the policy prefers. A sign-in also settles what it used, and opens a class by it. */
function telling(goal: Goal, completions: readonly Completion[]): readonly Completion[] {
  const keyOf = ({ effects, proofs }: Completion) =>
    [...effects, ...(goal === 'sign-in' ? proofs.map(({ kind, by }) => `${kind} ${by}`).toSorted() : [])].join();
  return [...new Map(completions.toReversed().map((one) => [keyOf(one), one])).values()].toReversed();
}

/** The sets of proofs that the routes to a goal ask for. */
function waysListed(policy: Policy, goal: Goal): readonly (readonly ProofKind[])[] {
  return policy.routes[goal].flatMap((route) => expand(route, policy)).map(({ proofs }) => proofs);
}

function keyFor({ standing, hands }: State, goal: Goal, kinds: readonly ProofKind[]): string {
  const has = (...some: ProofKind[]) => some.some((kind) => kinds.includes(kind));
  const rests = (until: number | null) => (goal !== 'sign-in' && (until ?? 0) > 0 ? '~' : '');
  const inHand = hands.filter(({ kind }) => kinds.some((wanted) => countsAs(kind, wanted)));
  return [
    goal,
    standing.boundToSecondFactor,
    ...standing.credentials
      .filter(({ kind }) => has(kind) || (kind === 'passkey' && has('passkey-uv')))
      .map(({ id, unsettledUntil }) => id + rests(unsettledUntil)),
    ...standing.contacts
      .filter(({ kind }) => has(kind === 'email' ? 'email-code' : 'sms-code'))
      .map(({ id, countsFrom }) => id + rests(countsFrom)),
    has('restore-code') && standing.restoreCode
      ? standing.restoreCode.id + rests(standing.restoreCode.unsettledUntil)
      : '',
    has('emergency-code') ? standing.emergencyCode?.id : '',
    ...inHand.map(({ kind, by }) => `${kind}:${by}`),
  ].join(' ');
}
