import { ADDITIONS, type Addition, withAdded } from './check-up.ts';
import type { ThingKind } from './losses.ts';
import type { Policy } from './policy.ts';
import { type AccountKind, belongingsOf, kindOf, nameOfKind } from './proof-of-policy/account-kind.ts';
import { type Back, type LockOut, lockOutOf } from './proof-of-policy/lock-out.ts';
import { type Workings, workingsOf } from './proof-of-policy/workings.ts';

/** So many accounts of one kind. `policy`: the one that holds for them; `mayRestore`: a restore code could be added. */
export interface CountedKind {
  readonly kind: AccountKind;
  readonly policy: Policy;
  readonly mayRestore: boolean;
  readonly accounts: number;
}

/** By how many losses an owner no longer gets in alone. A number that comes back with a new SIM card is not lost for good. */
export const DISTANCES = ['no-way-back', 'one-loss', 'two-losses', 'farther'] as const;
export type Distance = (typeof DISTANCES)[number];

/** Accounts that one thing locks out: its loss, or nothing more at all (null). An account with several of them counts in each. */
export interface Cause {
  readonly lost: ThingKind | null;
  readonly accounts: number;
  /** The one addition that helps most of them, and how many are left then; null: none helps any. */
  readonly help: { readonly add: Addition; readonly left: number } | null;
}

/** Who is how far from being locked out (SPEC X2). */
export interface LockOutReport {
  readonly accounts: number;
  /** How many different kinds of accounts there are: what the work grows with. */
  readonly kinds: number;
  readonly byDistance: Readonly<Record<Distance, number>>;
  /** Most accounts first. */
  readonly causes: readonly Cause[];
}

/** Counts accounts by how far they are from being locked out. Each kind is looked at once, however many accounts are of it. */
export function lockOutReport(counted: readonly CountedKind[]): LockOutReport {
  const seen = looker();
  const byDistance: Record<Distance, number> = { 'no-way-back': 0, 'one-loss': 0, 'two-losses': 0, farther: 0 };
  const causes = new Map<ThingKind | null, CountedKind[]>();
  for (const one of counted) {
    const lockOut = seen(one.policy, one.kind);
    byDistance[distanceOf(lockOut)] += one.accounts;
    for (const lost of causesOf(lockOut)) causes.set(lost, [...(causes.get(lost) ?? []), one]);
  }
  return {
    accounts: total(counted),
    kinds: counted.length,
    byDistance,
    causes: [...causes]
      .map(([lost, among]) => ({ lost, accounts: total(among), help: bestHelp(seen, lost, among) }))
      .toSorted((a, b) => b.accounts - a.accounts),
  };
}

export function distanceOf({ needsOperator }: LockOut): Distance {
  const fewest = Math.min(...needsOperator.map((lost) => lost.length));
  return fewest < 3 ? (DISTANCES[fewest] ?? 'farther') : 'farther';
}

/** What locks an account out by itself: nothing at all, where it has no way back as it is, else each thing of which one is enough. */
function causesOf({ needsOperator }: LockOut): readonly (ThingKind | null)[] {
  if (needsOperator.some((lost) => lost.length === 0)) return [null];
  return [...new Set(needsOperator.flatMap((lost) => (lost.length === 1 ? lost : [])))];
}

type Look = (policy: Policy, kind: AccountKind) => LockOut;

/** Looks at each kind once for each policy, what an addition would make of it included. */
function looker(): Look {
  const known = new Map<Policy, { workings: Workings; kinds: Map<string, LockOut> }>();
  return (policy, kind) => {
    const of = known.get(policy) ?? { workings: workingsOf(policy), kinds: new Map<string, LockOut>() };
    known.set(policy, of);
    const name = nameOfKind(kind);
    const found = of.kinds.get(name) ?? lockOutOf(of.workings, kind);
    of.kinds.set(name, found);
    return found;
  };
}

/** The addition that leaves fewest of them without a way back after this loss; the one that people are asked for first, where two do as much. */
function bestHelp(look: Look, lost: ThingKind | null, among: readonly CountedKind[]): Cause['help'] {
  const [best] = ADDITIONS.map((add) => ({ add, left: total(among.filter((one) => !isHelped(look, lost, one, add))) }))
    .filter(({ left }) => left < total(among))
    .toSorted((a, b) => a.left - b.left);
  return best ?? null;
}

function isHelped(
  look: Look,
  lost: ThingKind | null,
  { kind, policy, mayRestore }: CountedKind,
  add: Addition,
): boolean {
  const before = belongingsOf(kind);
  const later = withAdded({ ...before, restoreCodes: mayRestore }, [add]);
  const { whole, after } = look(policy, kindOf(later));
  const outcomes =
    lost === null
      ? [whole]
      : after.filter((one) => one.lost.length === 1 && one.lost[0] === lost).map(({ outcome }) => outcome);
  return outcomes.every(({ back }) => !LOCKED_OUT.includes(back));
}

const LOCKED_OUT: readonly Back[] = ['with-operator', 'never'];

function total(counted: readonly CountedKind[]): number {
  return counted.reduce((sum, { accounts }) => sum + accounts, 0);
}
