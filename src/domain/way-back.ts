import { explore } from './explore.ts';
import type { Policy } from './policy.ts';
import type { Journeyed, Move, Registrable, State } from './state.ts';

/**
 * Whether and how an owner gets in again: `as-before` signs in with what is left; `alone` by one recovery or more, then signing in;
 * `after-waiting` the same, once something counts again (`until`, milliseconds); `not-alone` when no journey leads there.
 */
export type WayBack =
  | { readonly back: 'as-before'; readonly signIn: Journeyed }
  | { readonly back: 'alone'; readonly recoveries: readonly Journeyed[]; readonly signIn: Journeyed }
  | {
      readonly back: 'after-waiting';
      readonly until: number;
      readonly recoveries: readonly Journeyed[];
      readonly signIn: Journeyed;
    }
  | { readonly back: 'not-alone' };

/**
 * An owner who has lost a device is taken to find another one on which to install an app or to keep a passkey, and not to have one
 * that verifies who uses it.
 */
const OWNER_REGISTERS: readonly Registrable[] = ['totp', 'passkey'];

/** The soonest way, and among those the one with the fewest journeys, by which whoever is in this state signs in. */
export function wayBack(policy: Policy, start: State): WayBack {
  for (const { path } of explore(policy, start, OWNER_REGISTERS, 'read')) {
    const last = path.at(-1);
    if (last?.move === 'journey' && last.goal === 'sign-in') return wayOf(path, last);
  }
  return { back: 'not-alone' };
}

function wayOf(path: readonly Move[], signIn: Journeyed): WayBack {
  const recoveries = path.filter((move) => move.move === 'journey' && move !== signIn).filter(isJourney);
  const until = path.findLast((move) => move.move === 'wait')?.until;
  if (until !== undefined) return { back: 'after-waiting', until, recoveries, signIn };
  return recoveries.length > 0 ? { back: 'alone', recoveries, signIn } : { back: 'as-before', signIn };
}

function isJourney(move: Move): move is Journeyed {
  return move.move === 'journey';
}
