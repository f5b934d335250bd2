import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ADDITIONS, type Addition, checkUp, ifYouLose, withAdded } from '../../src/domain/check-up.ts';
import { explore } from '../../src/domain/explore.ts';
import { type Belongings, type Outlook, outlook, type Thing, thingsOf, without } from '../../src/domain/losses.ts';
import type { Policy } from '../../src/domain/policy.ts';
import type { State } from '../../src/domain/state.ts';
import { wayBack } from '../../src/domain/way-back.ts';
import { CLIMBABLE, nameOf } from './belongings.ts';
import { boundOwners, classless, owners, policies, presets } from './random-policies.ts';
import { replay, tryAll } from './trying.ts';

const RUNS = { numRuns: 1_000 };
const idsOf = ({ standing }: Belongings) =>
  [...standing.credentials, ...standing.contacts, ...(standing.restoreCode ? [standing.restoreCode] : [])].map(
    ({ id }) => id,
  );
/** When they sign in at the soonest (milliseconds), however many journeys it takes; never: infinity. */
function soonest(policy: Policy, start: State): number {
  const way = wayBack(policy, start);
  if (way.back === 'not-alone') return Number.POSITIVE_INFINITY;
  return way.back === 'after-waiting' ? way.until : start.now;
}

it('walks every path that it tells of by decide, one asked proof at a time, and comes to the state it tells of', () => {
  fc.assert(
    fc.property(fc.oneof(policies, presets), owners, (policy, belongings) => {
      const start = without(belongings, []);
      for (const { path, state } of explore(policy, start, ['totp', 'passkey-uv']).take(30)) {
        const { session: _, ...told } = state;
        const { session: __, ...walked } = replay(policy, start, path);
        expect(walked).toEqual(told);
      }
    }),
    { numRuns: 300 },
  );
});

it('says alone exactly where trying everything, to some depth, gets in: presets and policies at random', () => {
  const hits = { alone: 0, waiting: 0, never: 0 };
  fc.assert(
    fc.property(
      fc.oneof(classless, presets, fc.constant(CLIMBABLE)),
      owners,
      fc.infiniteStream(fc.boolean()),
      (policy, belongings, coin) => {
        const start = without(
          belongings,
          idsOf(belongings).filter(() => coin.next().value),
        );
        const time = tryAll(policy, start, 5);
        expect(soonest(policy, start)).toBe(time);
        hits[time === start.now ? 'alone' : time === Number.POSITIVE_INFINITY ? 'never' : 'waiting'] += 1;
      },
    ),
    { numRuns: 2_000 },
  );
  // All three are met, or the agreement says little.
  expect(Math.min(...Object.values(hits))).toBeGreaterThan(0);
});

it('losing more never helps', () => {
  fc.assert(
    fc.property(fc.oneof(policies, presets), owners, fc.infiniteStream(fc.boolean()), (policy, belongings, coin) => {
      const ids = idsOf(belongings);
      const few = ids.filter(() => coin.next().value);
      const more = ids.filter((id) => few.includes(id) || coin.next().value);
      expect(soonest(policy, without(belongings, more))).toBeGreaterThanOrEqual(
        soonest(policy, without(belongings, few)),
      );
    }),
    RUNS,
  );
});

/** 2: no way back; 1: once the number works again; 0: alone. */
const BADNESS = { 'as-before': 0, alone: 0, 'after-waiting': 0, 'once-number-is-back': 1, 'not-alone': 2 } as const;
const badness = ({ back }: Outlook): number => BADNESS[back];
/** How bad each of these losses would be for the owner of these belongings. */
function losing(policy: Policy, belongings: Belongings, things: readonly Thing[]): number[] {
  const there = thingsOf(belongings);
  return things
    .flatMap((thing) => there.filter((one) => nameOf(one) === nameOf(thing)))
    .map((thing) => badness(outlook(policy, belongings, [thing])));
}
const isNoWorse = (now: readonly number[], then: readonly number[]) =>
  now.length === then.length && now.every((before, at) => (then[at] ?? 3) <= before);

it('an addition never hurts who is bound to a second factor already, under any preset', () => {
  fc.assert(
    fc.property(presets, boundOwners, fc.constantFrom(...ADDITIONS), (policy, belongings, addition) => {
      const things = thingsOf(belongings);
      const now = losing(policy, belongings, things);
      expect(isNoWorse(now, losing(policy, withAdded(belongings, [addition]), things))).toBe(true);
    }),
    RUNS,
  );
});

it('what the check-up proposes helps each line it names, and hurts none, under any policy', () => {
  let proposed = 0;
  fc.assert(
    fc.property(fc.oneof(policies, presets), owners, (policy, belongings) => {
      const { step, together, helps } = checkUp(policy, belongings);
      if (step === null) return;
      proposed += 1;
      const later = withAdded(belongings, together ? [step, together] : [step]);
      const things = thingsOf(belongings);
      expect(isNoWorse(losing(policy, belongings, things), losing(policy, later, things))).toBe(true);
      const gained = helps.map(({ thing }) =>
        [losing(policy, belongings, [thing]), losing(policy, later, [thing])].flat(),
      );
      expect(gained.length).toBeGreaterThan(0);
      expect(gained.every(([before = 0, then = 0]) => then < before)).toBe(true);
      // Whoever stops after the first of two is not worse off.
      const half = withAdded(belongings, [step]);
      expect(isNoWorse(losing(policy, belongings, things), losing(policy, half, things))).toBe(true);
    }),
    { numRuns: 150 },
  );
  expect(proposed).toBeGreaterThan(20);
});

it('no other single step would leave fewer losses without a way back', () => {
  fc.assert(
    fc.property(presets, boundOwners, (policy, belongings) => {
      const { step, together } = checkUp(policy, belongings);
      const things = thingsOf(belongings);
      const left = (added: readonly Addition[]) =>
        losing(policy, withAdded(belongings, added), things).filter((one) => one === 2).length;
      // A first number is also a first thing to lose: what would bring a loss worse than any before is not proposed.
      const whole = badness(outlook(policy, belongings, []));
      const adds = (one: Addition) => {
        const later = withAdded(belongings, [one]);
        const known = things.map(nameOf);
        return thingsOf(later).filter((thing) => thing.kind !== 'all-devices' && !known.includes(nameOf(thing)));
      };
      const bringsNoWorse = (one: Addition) =>
        losing(policy, withAdded(belongings, [one]), adds(one)).every((bad) => bad <= whole);
      const least = Math.min(...ADDITIONS.filter(bringsNoWorse).map((one) => left([one])), left([]));
      expect(left(step && !together ? [step] : [])).toBe(least);
    }),
    { numRuns: 100 },
  );
});

it('the lines and the check-up agree on what is open', () => {
  fc.assert(
    fc.property(presets, owners, (policy, belongings) => {
      const open = ifYouLose(policy, belongings).filter((line) => badness(line.outlook) > 0);
      expect(checkUp(policy, belongings).open).toEqual(
        open.map(({ thing, outlook: found }) => ({ thing, outlook: found })),
      );
    }),
    { numRuns: 200 },
  );
});
