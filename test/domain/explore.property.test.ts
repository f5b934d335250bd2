import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ADDITIONS, type Addition, checkUp, ifYouLose, withAdded } from '../../src/domain/check-up.ts';
import type { HeldCredential } from '../../src/domain/credential.ts';
import { decide } from '../../src/domain/decide.ts';
import { explore } from '../../src/domain/explore.ts';
import { type Belongings, type Outlook, outlook, type Thing, thingsOf, without } from '../../src/domain/losses.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { countsAs, type Proof } from '../../src/domain/proof.ts';
import type { Journeyed, Move, State } from '../../src/domain/state.ts';
import { wayBack } from '../../src/domain/way-back.ts';
import { CLIMBABLE, nameOf } from './belongings.ts';
import { boundOwners, classless, owners, policies, presets } from './random-policies.ts';

const RUNS = { numRuns: 1_000 };
const idsOf = ({ standing }: Belongings) =>
  [...standing.credentials, ...standing.contacts, ...(standing.restoreCode ? [standing.restoreCode] : [])].map(
    ({ id }) => id,
  );
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
    const unsettledUntil = effects.includes('enrol-first-second-factor') ? null : until;
    brings.push([
      { id: `new-${kind}`, kind, state: 'active', unsettledUntil },
      { kind: registered, by: `new-${kind}` },
    ]);
  }
  const goes = (held: HeldCredential) =>
    brings.some(([brought]) => brought.id === held.id) ||
    (held.kind === 'password' ? effects.includes('set-password') : effects.includes('replace-second-factors'));
  const gone = state.standing.credentials.filter(goes).map(({ id }) => id);
  const { restoreCode } = state.standing;
  const spent = effects.includes('spend-restore-code') && restoreCode !== null;
  const next = policy.restoreCode.offered ? { id: 'new-restore-code', byEmail: false, unsettledUntil: until } : null;
  if (spent) gone.push(restoreCode.id);
  // SPEC M2–M5: a code of one's own, gone with its one use and with every recovery.
  const issued = effects.includes('issue-emergency-code');
  const over = issued || effects.includes('end-sessions') || effects.includes('open-repair-window');
  const code = { id: 'new-emergency-code', highestAcr: policy.emergencyCode.acr, madeBy: 'owner' } as const;
  const emergency = { kind: 'emergency-code' as const, by: code.id };
  if (over && state.standing.emergencyCode) gone.push(state.standing.emergencyCode.id);
  const kinds = new Set(proofs.map(({ kind }) => kind));
  const full =
    kinds.has('passkey-uv') ||
    (kinds.has('password') && (kinds.has('totp') || kinds.has('passkey') || kinds.has('sms-code')));
  const isSettled = (id: string) =>
    goal === 'sign-in' && full && !kinds.has('emergency-code') && proofs.some(({ by }) => by === id);
  return {
    ...state,
    standing: {
      ...state.standing,
      restoreCode: spent ? next : restoreCode,
      emergencyCode: issued ? code : over ? null : state.standing.emergencyCode,
      boundToSecondFactor: state.standing.boundToSecondFactor || registered !== undefined,
      credentials: [
        ...state.standing.credentials
          .filter((held) => !goes(held))
          .map((held) => (isSettled(held.id) ? { ...held, unsettledUntil: null } : held)),
        ...brings.map(([held]) => held),
      ],
    },
    hands: [
      ...state.hands.filter(({ by }) => !gone.includes(by)),
      ...brings.map(([, evidence]) => evidence),
      ...(issued ? [emergency] : []),
      ...(spent && next ? [{ kind: 'restore-code' as const, by: next.id }] : []),
    ],
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
      for (const { path, state } of explore(policy, start, ['totp', 'passkey-uv']).take(30)) {
        const { session: _, ...told } = state;
        const { session: __, ...walked } = replay(policy, start, path);
        expect(walked).toEqual(told);
      }
    }),
    { numRuns: 300 },
  );
});

/** Whether a goal is reached by showing everything at once. Refused at the door, nobody is asked for anything, whatever they could show. */
function allAtOnce(policy: Policy, { standing, hands, now }: State, goal: Journeyed['goal']) {
  if (decide(policy, standing, aimAt(policy, goal), [], now).verdict !== 'ask') return undefined;
  const given = hands
    .filter(({ kind }) => !standing.closed.includes(kind))
    .map((held): Proof => ({ ...held, at: now }));
  const verdict = decide(policy, standing, aimAt(policy, goal), given, now);
  return verdict.verdict === 'allow' ? verdict : undefined;
}

/** When they get in, by brute force: no proof after another, no keys, no order of visits, but every sequence of `depth` journeys and waits. */
function tryAll(policy: Policy, state: State, depth: number): number {
  if (allAtOnce(policy, state, 'sign-in')) return state.now;
  if (depth === 0) return Number.POSITIVE_INFINITY;
  const next: State[] = [];
  for (const goal of ['reset-password', 'reset-second-factor', 'reset-both', 'emergency-code'] as const) {
    const verdict = allAtOnce(policy, state, goal);
    const registers = verdict?.effects.some((one) => one === 'replace-second-factors' || one === 'add-second-factor')
      ? (['totp', 'passkey'] as const)
      : [undefined];
    for (const registered of verdict ? registers : []) {
      const journey: Journeyed = { move: 'journey', goal, route: '', proofs: [], ...(registered && { registered }) };
      next.push(after(policy, state, journey, verdict?.effects ?? []));
    }
  }
  const { credentials, contacts, restoreCode } = state.standing;
  const times = [
    ...credentials.map((held) => held.unsettledUntil ?? 0),
    ...contacts.map((held) => held.countsFrom),
    restoreCode?.unsettledUntil ?? 0,
  ];
  for (const now of new Set(times.filter((time) => time > state.now))) next.push({ ...state, now });
  return Math.min(...next.map((one) => tryAll(policy, one, depth - 1)), Number.POSITIVE_INFINITY);
}

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
      const least = Math.min(...ADDITIONS.map((one) => left([one])), left([]));
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
