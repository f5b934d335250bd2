import { type Thing, type ThingKind, thingsOf } from '../losses.ts';
import { type AccountKind, belongingsOf, idsOf } from './account-kind.ts';
import { BIT, BITS_OF, withIssued } from './bits.ts';
import { issuedBy } from './thefts.ts';
import type { Chain, Workings } from './workings.ts';

/**
 * Whether an owner gets in after a loss, the worst last: with what is left; by recovering; that, once something counts again; once the network
 * operator has given a new SIM card for the number; with codes that operators may issue; in no way that Regain knows.
 */
export const BACKS = ['as-before', 'alone', 'after-waiting', 'once-number-is-back', 'with-operator', 'never'] as const;
export type Back = (typeof BACKS)[number];

export interface Outcome extends Chain {
  readonly back: Back;
}

/** Things that are lost together; several of a kind where there are several. */
export type LossSet = readonly ThingKind[];

/** What losses come to for one kind of account. `Thing`: see `thingsOf`, which says what goes with what. */
export interface LockOut {
  /** Nothing lost. */
  readonly whole: Outcome;
  /** Each set of losses, fewest first. */
  readonly after: readonly { readonly lost: LossSet; readonly outcome: Outcome }[];
  /** The smallest sets after which the owner does not get in alone; those after which not even with an operator. */
  readonly needsOperator: readonly LossSet[];
  readonly forGood: readonly LossSet[];
}

/** What each set of losses comes to for an account of this kind. Everything on it counts. */
export function lockOutOf(workings: Workings, kind: AccountKind): LockOut {
  const outcomes = lossSetsOf(kind).map(({ lost, takes, returns }) => ({
    lost,
    outcome: outcomeAfter(workings, kind, takes, returns),
  }));
  const [first, ...after] = outcomes;
  if (!first) throw new Error('the empty set of losses is always there');
  return {
    whole: first.outcome,
    after,
    needsOperator: smallest(outcomes, ['with-operator', 'never']),
    forGood: smallest(outcomes, ['never']),
  };
}

/** What these losses together come to; all devices at once are each of them. */
export function outcomeOf({ whole, after }: LockOut, lost: LossSet): Outcome | undefined {
  const counted = lost.includes('all-devices') ? lost.filter((one) => !DEVICES.includes(one)) : lost;
  if (counted.length === 0) return whole;
  const key = counted.toSorted().join();
  return after.find((one) => one.lost.toSorted().join() === key)?.outcome;
}

function smallest(outcomes: LockOut['after'], backs: readonly Back[]): LossSet[] {
  const found: LossSet[] = [];
  for (const { lost, outcome } of outcomes)
    if (backs.includes(outcome.back) && !found.some((less) => isWithin(less, lost))) found.push(lost);
  return found;
}

/** Whether all of `few` are among `many`, each as often; all devices at once are each of them. */
function isWithin(few: LossSet, many: LossSet): boolean {
  const count = (all: LossSet, one: ThingKind) => all.filter((other) => other === one).length;
  const isAmong = (one: ThingKind) =>
    count(few, one) <= count(many, one) || (many.includes('all-devices') && DEVICES.includes(one));
  return few.every(isAmong);
}

interface Losing {
  readonly lost: LossSet;
  readonly takes: number;
  readonly returns: number;
}

/** Every set of things, fewest first, the empty one at the beginning; as sets of the account's things by their place in `holds`. */
function lossSetsOf(kind: AccountKind): readonly Losing[] {
  const ids = idsOf(kind.holds);
  const among = (some: readonly string[]) =>
    ids.reduce((all, id, at) => (some.includes(id) ? all | (1 << at) : all), 0);
  const sets = thingsOf(belongingsOf(kind)).reduce<Losing[]>(
    (all, thing) => [
      ...all,
      ...all
        .filter(({ lost }) => isOfUse(lost, thing))
        .map(({ lost, takes, returns }) => ({
          lost: [...lost, thing.kind],
          takes: takes | among(thing.takes),
          returns: returns | among(thing.returns),
        })),
    ],
    [{ lost: [], takes: 0, returns: 0 }],
  );
  return sets.toSorted((a, b) => a.lost.length - b.lost.length);
}

const DEVICES: readonly ThingKind[] = ['phone', 'computer', 'security-key', 'passkey-device'];

/** All devices at once include each of them. */
function isOfUse(lost: LossSet, { kind }: Thing): boolean {
  return kind !== 'all-devices' || !lost.some((one) => DEVICES.includes(one));
}

function outcomeAfter(workings: Workings, { holds, bound }: AccountKind, takes: number, returns: number): Outcome {
  let stands = bound ? BIT.bound : 0;
  let hands = 0;
  let later = 0;
  for (const [at, holding] of holds.entries()) {
    const bits = BITS_OF[holding];
    const gone = (takes & (1 << at)) !== 0;
    stands |= bits.stands;
    if (!gone) hands |= bits.proves;
    if (!gone || (returns & (1 << at)) !== 0) later |= bits.proves;
  }
  return outcomeWith(workings, stands, hands, later);
}

/** One outcome for all kinds and losses that come down to the same. `later`: what is in hand once the number is back. */
function outcomeWith(workings: Workings, stands: number, hands: number, later: number): Outcome {
  const known = KNOWN.get(workings) ?? new Map<number, Outcome>();
  KNOWN.set(workings, known);
  const key = (stands * 2 * BIT.bound + hands) * 2 * BIT.bound + later;
  const found = known.get(key) ?? workOut(workings, stands, hands, later);
  known.set(key, found);
  return found;
}

const KNOWN = new WeakMap<Workings, Map<number, Outcome>>();

function workOut(workings: Workings, stands: number, hands: number, later: number): Outcome {
  const alone = workings.wayIn(stands, hands);
  if (alone) return { back: soon(alone), ...alone };
  const again = later === hands ? null : workings.wayIn(stands, later);
  if (again) return { back: 'once-number-is-back', ...again };
  const issued = withIssued(stands, hands, issuedBy(workings.policy, 2));
  const helped = workings.wayIn(issued.stands, issued.proves);
  return helped ? { back: 'with-operator', ...helped } : { back: 'never', moves: [], waited: 0 };
}

function soon({ moves, waited }: Chain): Back {
  if (waited > 0) return 'after-waiting';
  return moves.length > 1 ? 'alone' : 'as-before';
}
