import { leastClassForChanges } from '../act.ts';
import { satisfies } from '../assurance.ts';
import type { Policy } from '../policy.ts';
import type { Move } from '../state.ts';
import { BIT, stateFrom } from './bits.ts';
import { type Graph, graphOf, type Spot } from './graph.ts';
import { movesOf, type Trail, walk } from './walk.ts';

/** How somebody comes to something: by which moves, and how long they wait on the way in all (milliseconds). */
export interface Chain {
  readonly moves: readonly Move[];
  readonly waited: number;
}

/**
 * How far a thief comes, the worst last. `resets`: a recovery is finished, so that something of the owner's is gone, and nobody is in;
 * `enters`: a session is open that an application takes, and that may not change how one gets in; `takes-over`: one that may.
 */
export const LEVELS = ['nothing', 'resets', 'enters', 'takes-over'] as const;
export type Level = (typeof LEVELS)[number];

/** The soonest way as far as one comes. */
export interface Reach extends Chain {
  readonly level: Level;
}

/**
 * What is worked out once for one policy and asked for many times. Arguments are sets of `BIT`: what stands on the account, and what is in
 * hand.
 */
export interface Workings {
  readonly policy: Policy;
  /** The soonest way in for an owner; null: there is none. */
  wayIn(stands: number, hands: number): Chain | null;
  /** How far a thief comes. */
  reach(stands: number, hands: number): Reach;
  /** How many different states were met. */
  size(): number;
}

/** An owner finds a device for an app or a passkey, not sure to verify its user; a thief brings whatever serves best. */
const OWNER_REGISTERS = ['totp', 'passkey'] as const;
const THIEF_REGISTERS = ['totp', 'passkey-uv'] as const;

/** The workings of a policy. Kept as long as the policy is asked about: what one question explores the next one finds. */
export function workingsOf(policy: Policy): Workings {
  const owners = graphOf(policy, OWNER_REGISTERS, 'read');
  const thieves = graphOf(policy, THIEF_REGISTERS, 'not-needed');
  const start = (graph: Graph, stands: number, hands: number) => graph.spotOf(stateFrom(policy, stands, hands));
  const hopeless = new Set<Spot>();
  return {
    policy,
    wayIn: remembered((stands, hands) => {
      const spot = start(owners, stands, hands);
      if (hopeless.has(spot)) return null;
      const seen = new Set<Spot>();
      for (const trail of walk(owners, spot, seen)) {
        const { move } = trail.step;
        if (move.move === 'journey' && move.goal === 'sign-in') return chainOf(trail);
      }
      for (const one of seen) hopeless.add(one);
      return null;
    }),
    reach: remembered((stands, hands) => reachOf(policy, walk(thieves, start(thieves, stands, hands)))),
    size: () => owners.size() + thieves.size(),
  };
}

function reachOf(policy: Policy, trails: Iterable<Trail>): Reach {
  let best: Reach = { level: 'nothing', moves: [], waited: 0 };
  for (const trail of trails) {
    const level = levelOf(policy, trail);
    if (LEVELS.indexOf(level) > LEVELS.indexOf(best.level)) best = { level, ...chainOf(trail) };
    if (level === 'takes-over') return best;
  }
  return best;
}

function levelOf(policy: Policy, { step: { move, session, to } }: Trail): Level {
  if (move.move === 'wait' || (move.goal === 'emergency-code' && session === null)) return 'nothing';
  const acr = session === 'recovered' ? 'urn:regain:acr:1' : session;
  if (acr === null || !satisfies(acr, policy.minimumAcr)) return move.goal === 'sign-in' ? 'nothing' : 'resets';
  return satisfies(acr, leastClassForChanges(policy, to.state.standing)) ? 'takes-over' : 'enters';
}

const chainOf = (trail: Trail): Chain => ({ moves: movesOf(trail), waited: trail.waited });

function remembered<Value>(ask: (stands: number, hands: number) => Value): (stands: number, hands: number) => Value {
  const known = new Map<number, Value>();
  return (stands, hands) => {
    const key = stands * 2 * BIT.bound + hands;
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = ask(stands, hands);
    known.set(key, value);
    return value;
  };
}
