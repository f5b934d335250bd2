import { movesFrom } from '../../../src/domain/explore.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import { countsAs } from '../../../src/domain/proof.ts';
import { LEVELS, type Level } from '../../../src/domain/proof-of-policy/workings.ts';
import type { Evidence, Move, Registrable, State } from '../../../src/domain/state.ts';
import type { Wanted } from './operators.ts';
import type { Goal, Somebody } from './somebody.ts';

/** One step at random. Numbers choose among what there is. */
export interface RandomStep {
  readonly how: 'possible' | 'anything' | 'wait' | 'ask';
  readonly goal: Goal;
  readonly nth: number;
}

export const farther = (one: Level, other: Level): boolean => LEVELS.indexOf(one) > LEVELS.indexOf(other);

/** A chain of the proof, walked from its beginning to its end with what operators give: how far that came. */
export async function walkChain(
  walking: Somebody,
  moves: readonly Move[],
  wanted: Wanted,
): Promise<Pick<Walked, 'farthest' | 'signedIn'>> {
  await walking.ask(wanted);
  let waited = 0;
  const come = { farthest: 'nothing' as Level, signedIn: false };
  for (const move of moves) {
    if (move.move === 'wait') {
      await walking.wait(move.until - waited);
      waited = move.until;
      // No code is good for as long as that, and who gave it gives another.
      await walking.ask({ ...wanted, restoreCode: false });
      continue;
    }
    const shown = move.proofs.map((one) => inHand(walking.state(), one, move.goal));
    const level = await walking.take(move.goal, shown, move.registered ?? 'totp');
    if (level === 'refused') throw new Error(`${move.goal} was refused`);
    if (move.goal === 'sign-in') come.signedIn = true;
    if (farther(level, come.farthest)) come.farthest = level;
  }
  return come;
}

/** The proof names things by what they are: the one of them that counts soonest. */
function inHand({ standing, hands, now }: State, { kind, by }: Evidence, goal: Goal): Evidence {
  const restOf = (id: string): number => {
    const credential = standing.credentials.find((one) => one.id === id);
    const contact = standing.contacts.find((one) => one.id === id);
    return Math.max(now, credential?.unsettledUntil ?? contact?.countsFrom ?? 0);
  };
  const isOff = (id: string) => standing.contacts.some((one) => one.id === id && one.off === true);
  const fitting = hands
    .filter((one) => countsAs(one.kind, kind) && isOff(one.by) === by.endsWith('-off'))
    .toSorted((a, b) => Number(b.kind === kind) - Number(a.kind === kind) || restOf(a.by) - restOf(b.by));
  const [first] = fitting;
  if (!first) throw new Error(`nothing in hand for ${kind} on the way to ${goal}`);
  return first;
}

const WAITS = [600_000, 86_400_000, 7 * 86_400_000];

export interface Walked {
  readonly farthest: Level;
  readonly signedIn: boolean;
  /** Journeys that were completed, and that were refused. */
  readonly done: number;
  readonly refused: number;
}

/** Steps at random. */
export async function walkAtRandom(
  walking: Somebody,
  policy: Policy,
  steps: readonly RandomStep[],
  registrable: readonly Registrable[],
): Promise<Walked> {
  const met = { farthest: 'nothing' as Level, done: 0, refused: 0, signedIn: false };
  for (const { how, goal, nth } of steps) {
    const state = walking.state();
    const possible = how === 'possible' ? [...movesFrom(policy, { ...state, session: null }, registrable)] : [];
    const move = possible[nth % Math.max(1, possible.length)]?.move;
    if (how === 'ask') await walking.ask({ emergencyCode: true, restoreCode: nth % 2 === 0 });
    else if (how === 'wait' || move?.move === 'wait')
      await walking.wait(move?.move === 'wait' ? move.until - state.now : (WAITS[nth % WAITS.length] ?? 0));
    else {
      const registers = move?.registered ?? registrable[nth % registrable.length] ?? 'totp';
      const shown = move?.proofs ?? state.hands.filter((_, at) => (nth & (1 << at)) !== 0);
      const to = move?.goal ?? goal;
      const level = await walking.take(to, shown, registers);
      if (level === 'refused') met.refused += 1;
      else met.done += 1;
      if (to === 'sign-in' && level !== 'refused') met.signedIn = true;
      if (level !== 'refused' && farther(level, met.farthest)) met.farthest = level;
    }
  }
  return met;
}
