import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkUp, ifYouLose, withAdded } from '../../src/domain/check-up.ts';
import type { HeldCredential } from '../../src/domain/credential.ts';
import { decide } from '../../src/domain/decide.ts';
import { explore, type Journeyed, type Move, type State } from '../../src/domain/explore.ts';
import { type Belongings, type Outlook, outlook, type Thing, thingsOf, without } from '../../src/domain/losses.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { countsAs, type Proof } from '../../src/domain/proof.ts';
import { wayBack } from '../../src/domain/way-back.ts';
import { nameOf } from './belongings.ts';
import { owners, policies, presets } from './random-policies.ts';

const RUNS = { numRuns: 1_000 };
const aimAt = (policy: Policy, goal: Journeyed['goal']) =>
  goal === 'sign-in' ? { goal, atLeast: policy.minimumAcr } : { goal };

/** When they sign in at the soonest (milliseconds), however many journeys it takes; never: infinity. */
function soonest(policy: Policy, start: State): number {
  const way = wayBack(policy, start);
  if (way.back === 'not-alone') return Number.POSITIVE_INFINITY;
  return way.back === 'after-waiting' ? way.until : start.now;
}

/** The proofs of one journey as the pages take them: one at a time, each asked for, and the last one completes it. */
function walk(policy: Policy, state: State, { goal, route, proofs }: Journeyed): readonly string[] {
  const given: Proof[] = [];
  for (const evidence of proofs) {
    const verdict = decide(policy, state.standing, aimAt(policy, goal), given, state.now);
    expect(verdict.verdict).toBe('ask');
    expect(verdict.verdict === 'ask' && verdict.options.some((option) => countsAs(evidence.kind, option))).toBe(true);
    expect(state.hands).toContainEqual(evidence);
    given.push({ ...evidence, at: state.now });
  }
  const verdict = decide(policy, state.standing, aimAt(policy, goal), given, state.now);
  expect(verdict).toMatchObject({ verdict: 'allow', route });
  return verdict.verdict === 'allow' ? verdict.effects : [];
}

/** What a finished journey leaves, written down a second time and more simply: the test's own idea of SPEC T8 and T10. */
function after(
  policy: Policy,
  state: State,
  { goal, proofs, registered }: Journeyed,
  effects: readonly string[],
): State {
  const until = state.now + policy.lifetimes.settling * 1000;
  const brings: [HeldCredential, State['hands'][number]][] = [];
  if (effects.includes('set-password')) {
    brings.push([
      { id: 'new-password', kind: 'password', state: 'active', unsettledUntil: until },
      { kind: 'password', by: 'new-password' },
    ]);
  }
  if (registered) {
    const kind = registered === 'totp' ? 'totp' : 'passkey';
    const unsettledUntil = effects.includes('replace-second-factors') ? until : null;
    brings.push([
      { id: `new-${kind}`, kind, state: 'active', unsettledUntil },
      { kind: registered, by: `new-${kind}` },
    ]);
  }
  const goes = (held: HeldCredential) =>
    held.kind === 'password' ? effects.includes('set-password') : effects.includes('replace-second-factors');
  const gone = state.standing.credentials.filter(goes).map(({ id }) => id);
  const kinds = new Set(proofs.map(({ kind }) => kind));
  const full =
    kinds.has('passkey-uv') ||
    (kinds.has('password') && (kinds.has('totp') || kinds.has('passkey') || kinds.has('sms-code')));
  const isSettled = (id: string) => goal === 'sign-in' && full && proofs.some(({ by }) => by === id);
  return {
    ...state,
    standing: {
      ...state.standing,
      boundToSecondFactor: state.standing.boundToSecondFactor || registered !== undefined,
      credentials: [
        ...state.standing.credentials
          .filter((held) => !goes(held))
          .map((held) => (isSettled(held.id) ? { ...held, unsettledUntil: null } : held)),
        ...brings.map(([held]) => held),
      ],
    },
    hands: [...state.hands.filter(({ by }) => !gone.includes(by)), ...brings.map(([, evidence]) => evidence)],
  };
}

function replay(policy: Policy, start: State, path: readonly Move[]): State {
  return path.reduce((state, move) => {
    if (move.move === 'journey') return after(policy, state, move, walk(policy, state, move));
    expect(move.until).toBeGreaterThan(state.now);
    return { ...state, now: move.until };
  }, start);
}

it('walks every path that it tells of by decide, one asked proof at a time, and comes to the state it tells of', () => {
  fc.assert(
    fc.property(fc.oneof(policies, presets), owners, (policy, belongings) => {
      const start = without(belongings, []);
      for (const { path, state } of [...explore(policy, start, ['totp', 'passkey-uv'])].slice(0, 30)) {
        const { session: _, ...told } = state;
        const { session: __, ...walked } = replay(policy, start, path);
        expect(walked).toEqual(told);
      }
    }),
    { numRuns: 300 },
  );
});

it('says alone exactly where trying everything, to some depth, gets in: presets and policies at random', () => {
  const gives = (policy: Policy, state: State, goal: Journeyed['goal']) => {
    const given = state.hands.map((held): Proof => ({ ...held, at: state.now }));
    const verdict = decide(policy, state.standing, aimAt(policy, goal), given, state.now);
    return verdict.verdict === 'allow' ? verdict : undefined;
  };
  // Not one proof after another, no keys, no order of visits: all proofs at once, all sequences of three journeys with and without waiting between.
  const tryAll = (policy: Policy, state: State, depth: number): number => {
    if (gives(policy, state, 'sign-in')) return state.now;
    if (depth === 0) return Number.POSITIVE_INFINITY;
    const found: number[] = [];
    for (const goal of ['reset-password', 'reset-second-factor', 'reset-both'] as const) {
      const verdict = gives(policy, state, goal);
      if (!verdict) continue;
      for (const registered of verdict.effects.includes('replace-second-factors')
        ? (['totp', 'passkey'] as const)
        : [undefined]) {
        const journey: Journeyed = {
          move: 'journey',
          goal,
          route: verdict.route,
          proofs: [],
          ...(registered && { registered }),
        };
        found.push(tryAll(policy, after(policy, state, journey, verdict.effects), depth - 1));
      }
    }
    const times = [
      ...state.standing.credentials.map((held) => held.unsettledUntil ?? 0),
      ...state.standing.contacts.map((held) => held.countsFrom),
    ];
    for (const now of new Set(times.filter((time) => time > state.now)))
      found.push(tryAll(policy, { ...state, now }, depth - 1));
    return Math.min(...found, Number.POSITIVE_INFINITY);
  };
  const hits = { alone: 0, waiting: 0, never: 0 };
  fc.assert(
    fc.property(fc.oneof(policies, presets), owners, (policy, belongings) => {
      const start = without(belongings, []);
      const time = tryAll(policy, start, 5);
      expect(soonest(policy, start)).toBe(time);
      hits[time === start.now ? 'alone' : time === Number.POSITIVE_INFINITY ? 'never' : 'waiting'] += 1;
    }),
    RUNS,
  );
  expect(Math.min(...Object.values(hits)), JSON.stringify(hits)).toBeGreaterThan(5);
});

it('losing more never helps', () => {
  fc.assert(
    fc.property(fc.oneof(policies, presets), owners, fc.infiniteStream(fc.boolean()), (policy, belongings, coin) => {
      const ids = [...belongings.standing.credentials, ...belongings.standing.contacts].map(({ id }) => id);
      const few = ids.filter(() => coin.next().value);
      const more = ids.filter((id) => few.includes(id) || coin.next().value);
      expect(soonest(policy, without(belongings, more))).toBeGreaterThanOrEqual(
        soonest(policy, without(belongings, few)),
      );
    }),
    RUNS,
  );
});

const badness = ({ back }: Outlook) =>
  ['as-before', 'alone', 'after-waiting', 'once-number-is-back', 'not-alone'].indexOf(back);
const outlooksOf = (policy: Policy, belongings: Belongings, things: readonly Thing[]) => {
  const there = thingsOf(belongings);
  return things.map((thing) => {
    const same = there.find((one) => nameOf(one) === nameOf(thing));
    return same ? badness(outlook(policy, belongings, [same])) : Number.NaN;
  });
};

it('an addition never hurts who is bound to a second factor already, under any preset', () => {
  const added = fc.constantFrom(
    'passkey' as const,
    'totp' as const,
    'email' as const,
    'phone' as const,
    'password' as const,
  );
  fc.assert(
    fc.property(presets, owners, added, (policy, drawn, addition) => {
      const bound = { ...drawn, standing: { ...drawn.standing, boundToSecondFactor: true } };
      const things = thingsOf(bound);
      const now = outlooksOf(policy, bound, things);
      const then = outlooksOf(policy, withAdded(bound, [addition]), things);
      for (const [at, before] of now.entries()) {
        if (before >= 3) expect(then[at]).toBeLessThanOrEqual(before);
        else expect(then[at]).toBeLessThan(3);
      }
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
      expect(helps.length).toBeGreaterThan(0);
      const things = thingsOf(belongings);
      const now = outlooksOf(policy, belongings, things);
      const then = outlooksOf(policy, withAdded(belongings, together ? [step, together] : [step]), things);
      for (const [at, thing] of things.entries()) {
        const before = Math.max(2, now[at] ?? 0);
        if (helps.some((helped) => nameOf(helped) === nameOf(thing))) expect(then[at]).toBeLessThan(before);
        else expect(then[at]).toBeLessThanOrEqual(before);
      }
    }),
    { numRuns: 500 },
  );
  expect(proposed).toBeGreaterThan(20);
});

it('no other single step would leave fewer losses without a way back', () => {
  fc.assert(
    fc.property(presets, owners, (policy, drawn) => {
      const bound = { ...drawn, standing: { ...drawn.standing, boundToSecondFactor: true } };
      const { step, together } = checkUp(policy, bound);
      const things = thingsOf(bound);
      const lost = (added: Parameters<typeof withAdded>[1]) =>
        outlooksOf(policy, withAdded(bound, added), things).filter((one) => one === 4).length;
      const left = step && !together ? lost([step]) : lost([]);
      for (const other of ['passkey', 'totp', 'email', 'phone', 'password'] as const)
        expect(lost([other])).toBeGreaterThanOrEqual(left);
    }),
    { numRuns: 300 },
  );
});

it('the lines and the check-up agree on what is open', () => {
  fc.assert(
    fc.property(presets, owners, (policy, belongings) => {
      const open = ifYouLose(policy, belongings).filter((line) => badness(line.outlook) >= 3);
      expect(checkUp(policy, belongings).open).toEqual(open.map(({ thing }) => thing));
    }),
    { numRuns: 300 },
  );
});
