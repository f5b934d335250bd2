import * as fc from 'fast-check';
import { thingsOf } from '../../../src/domain/losses.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import { type AccountKind, belongingsOf, HOLDINGS, idsOf } from '../../../src/domain/proof-of-policy/account-kind.ts';
import { lockOutOf } from '../../../src/domain/proof-of-policy/lock-out.ts';
import { reachWith, takeOverOf } from '../../../src/domain/proof-of-policy/take-over.ts';
import { GIVES, issuedBy, operatorsAmong, THEFTS, type Theft } from '../../../src/domain/proof-of-policy/thefts.ts';
import type { Workings } from '../../../src/domain/proof-of-policy/workings.ts';
import type { Evidence } from '../../../src/domain/state.ts';
import { kinds, theftSets } from '../../domain/proof-of-policy/random.ts';
import type { Wanted } from './operators.ts';
import type { RandomStep } from './walk-of.ts';

/** One walk: who stands before what, by numbers among what there is. */
export interface Case {
  /** Of the policies. */
  readonly nth: number;
  readonly kind: AccountKind;
  readonly hasRole: boolean;
  readonly thefts: readonly Theft[];
  readonly loss: number;
  readonly steps: readonly RandomStep[];
}

const steps: fc.Arbitrary<RandomStep[]> = fc.array(
  fc.record({
    how: fc.constantFrom('possible', 'possible', 'possible', 'anything', 'anything', 'wait', 'ask'),
    goal: fc.constantFrom(
      'sign-in',
      'sign-in',
      'reset-password',
      'reset-second-factor',
      'reset-both',
      'emergency-code',
      'lift-freeze',
    ),
    nth: fc.nat(4_095),
  }),
  { minLength: 1, maxLength: 6 },
);

/** What most people have, and one thing or two more. */
const usual = kinds.map(({ holds }): AccountKind => {
  const has = [...holds.slice(0, 2), 'password', 'totp', 'email', 'phone'];
  return { holds: HOLDINGS.filter((one) => has.includes(one)), bound: true };
});

/** Half of them under one of the first so many policies, which somebody wrote. */
export const cases = (written: number, all: number): fc.Arbitrary<Case> =>
  fc.record({
    nth: fc.oneof(fc.nat(written - 1), fc.nat(all - 1)),
    kind: fc.oneof(usual, kinds),
    hasRole: fc.constantFrom(false, false, false, true),
    thefts: fc.oneof(theftSets, fc.subarray([...THEFTS], { minLength: 3 })),
    loss: fc.nat(),
    steps,
  });

/** What a thief holds, by the ids of the proof. Of two of a thing it is the first. */
export function handsOf(kind: AccountKind, thefts: readonly Theft[]): Evidence[] {
  const ids = idsOf(kind.holds);
  const all = thefts.flatMap((theft) =>
    kind.holds.flatMap((holding, at): Evidence[] => {
      const given = GIVES[theft][holding];
      return given && kind.holds.indexOf(holding) === at ? [{ kind: given, by: ids[at] ?? '' }] : [];
    }),
  );
  return [...new Map(all.map((one) => [`${one.kind} ${one.by}`, one])).values()];
}

/** Whoever has a role is helped by admins alone. */
export const stolenFrom = ({ hasRole, thefts }: Pick<Case, 'hasRole' | 'thefts'>): readonly Theft[] =>
  hasRole ? thefts.filter((theft) => operatorsAmong([theft]) === 0) : thefts;

/** The chain of what was stolen, or of a smallest set that suffices, where there is any. */
export function chainOf(one: Case, workings: Workings) {
  const thefts = stolenFrom(one);
  const reach = reachWith(workings, one.kind, thefts);
  if (reach.moves.length > 0 && one.loss % 2 === 0) return { thefts, reach };
  const { smallest } = takeOverOf(workings, one.kind);
  const sets = smallest.filter(
    (set) => set.reach.moves.length > 0 && stolenFrom({ ...one, ...set }).length === set.thefts.length,
  );
  return sets[one.loss % Math.max(1, sets.length)];
}

/** What operators are asked for, by the proof; undefined: a code by e-mail needs an address. */
export function wantedOf(
  kind: AccountKind,
  policy: Policy,
  { operators, hands }: { readonly operators: 0 | 1 | 2; readonly hands: readonly Evidence[] },
): Wanted | undefined {
  const { restoreCode, emergencyCode } = issuedBy(policy, operators);
  if (restoreCode === 'mailed' && !kind.holds.includes('email')) return undefined;
  // One that was told is worth more than one that goes by e-mail.
  const better = restoreCode === 'mailed' && hands.some(({ by }) => by === 'restore-code');
  return { emergencyCode, restoreCode: restoreCode !== 'none' && !better };
}

/** One of the sets of things that the owner of such an account can lose, each once. */
export function lossOf({ kind, loss }: Case, workings: Workings) {
  const { whole, after } = lockOutOf(workings, kind);
  const all = [{ lost: [], outcome: whole }, ...after.filter(({ lost }) => new Set(lost).size === lost.length)];
  const { lost, outcome } = all[loss % all.length] ?? { lost: [], outcome: whole };
  const things = thingsOf(belongingsOf(kind)).filter(
    (thing, at, every) =>
      lost.some((one) => one === thing.kind) && every.findIndex((one) => one.kind === thing.kind) === at,
  );
  return { outcome, things };
}
