import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { leastClassForChanges } from '../../../src/domain/act.ts';
import { satisfies } from '../../../src/domain/assurance.ts';
import type { Standing } from '../../../src/domain/credential.ts';
import { explore, movesFrom } from '../../../src/domain/explore.ts';
import { type Belongings, thingsOf, without } from '../../../src/domain/losses.ts';
import { type Policy, policySchema } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import type { ProofKind } from '../../../src/domain/proof.ts';
import {
  type AccountKind,
  belongingsOf,
  idsOf,
  kindOf,
  nameOfKind,
} from '../../../src/domain/proof-of-policy/account-kind.ts';
import { canonical } from '../../../src/domain/proof-of-policy/canonical.ts';
import { lockOutOf } from '../../../src/domain/proof-of-policy/lock-out.ts';
import { reachWith, takeOverOf } from '../../../src/domain/proof-of-policy/take-over.ts';
import { GIVES, issuedBy, operatorsAmong, THEFTS, type Theft } from '../../../src/domain/proof-of-policy/thefts.ts';
import { LEVELS, type Level, workingsOf } from '../../../src/domain/proof-of-policy/workings.ts';
import type { Evidence, Move, State } from '../../../src/domain/state.ts';
import { presets } from '../random-policies.ts';
import { completed, tryAll, walk } from '../trying.ts';
import { kinds, theftSets, withCodes } from './random.ts';

/*
 * The proof shares work: it tells states apart by bits and merges what makes no difference. Here the same questions are answered without any of
 * that, on accounts with every thing by its own id, by walking all of it. REGAIN_RUNS makes more of it; a failure prints its seed.
 */
const numRuns = Number(process.env['REGAIN_RUNS'] ?? 2_000);
const DEPTH = 5;
const MOST_STATES = 400;
const anyPolicy = fc.oneof(withCodes, presets);

/** The account with what operators have issued, and what they put into somebody's hands. */
function issued(policy: Policy, standing: Standing, operators: 0 | 1 | 2, hands: readonly Evidence[]) {
  const codes = issuedBy(policy, operators);
  const held = hands.some(({ kind }) => kind === 'restore-code') && standing.restoreCode?.byEmail === false;
  const restores = codes.restoreCode !== 'none' && !(held && codes.restoreCode === 'mailed');
  return {
    standing: {
      ...standing,
      ...(restores && { restoreCode: { id: 'issued', byEmail: codes.restoreCode === 'mailed', unsettledUntil: null } }),
      ...(codes.emergencyCode && {
        emergencyCode: { id: 'given', highestAcr: policy.emergencyCode.operator.acr, madeBy: 'operator' as const },
      }),
    },
    hands: [
      ...hands.filter(({ kind }) => !(restores && kind === 'restore-code')),
      ...(restores ? [{ kind: 'restore-code' as const, by: 'issued' }] : []),
      ...(codes.emergencyCode ? [{ kind: 'emergency-code' as const, by: 'given' }] : []),
    ],
  };
}

function thief(policy: Policy, kind: AccountKind, thefts: readonly Theft[]): State {
  const { standing } = belongingsOf(kind);
  const ids = idsOf(kind.holds);
  const hands = thefts.flatMap((theft) =>
    kind.holds.flatMap((holding, at): Evidence[] => {
      const given: ProofKind | undefined = GIVES[theft][holding];
      // Of two it is the first.
      return given && kind.holds.indexOf(holding) === at ? [{ kind: given, by: ids[at] ?? '' }] : [];
    }),
  );
  const distinct = [...new Map(hands.map((one) => [`${one.kind} ${one.by}`, one])).values()];
  return { ...issued(policy, standing, operatorsAmong(thefts), distinct), session: null, now: 0 };
}

/** Undefined: there is too much to walk. */
function farthest(policy: Policy, start: State, isIn: boolean): { level: Level; waited: number } | undefined {
  let best: { level: Level; waited: number } = { level: isIn ? 'enters' : 'nothing', waited: 0 };
  let states = 0;
  for (const { state } of explore(policy, start, ['totp', 'passkey-uv'])) {
    states += 1;
    if (states > MOST_STATES) return undefined;
    for (const { move, state: after } of movesFrom(policy, { ...state, session: null }, ['totp', 'passkey-uv'])) {
      const level = levelOf(policy, move, after);
      if (LEVELS.indexOf(level) > LEVELS.indexOf(best.level)) best = { level, waited: state.now };
    }
    if (best.level === 'takes-over') return best;
  }
  return best;
}

function levelOf(policy: Policy, move: Move, { session, standing }: State): Level {
  if (move.move === 'wait' || move.goal === 'emergency-code') return 'nothing';
  const acr = session === 'recovered' ? 'urn:regain:acr:1' : session;
  const counts = acr !== null && satisfies(acr, policy.minimumAcr);
  if (!counts) return move.goal === 'sign-in' ? 'nothing' : 'resets';
  return satisfies(acr, leastClassForChanges(policy, standing)) ? 'takes-over' : 'enters';
}

/** Each journey is asked for and given one proof at a time; in between things go by the names that the proof gives them. */
function walkChain(policy: Policy, start: State, moves: readonly Move[]): void {
  let state = canonical(policy, start).state;
  let waited = 0;
  for (const move of moves) {
    const after =
      move.move === 'journey'
        ? completed(policy, state, move, walk(policy, state, move))
        : { ...state, now: move.until - waited };
    if (move.move === 'wait') waited = move.until;
    state = canonical(policy, after).state;
  }
}

it('a thief comes exactly as far as walking everything leads, and no sooner; each chain can be walked', () => {
  const met = new Set<Level>();
  fc.assert(
    fc.property(anyPolicy, kinds, theftSets, (policy, kind, thefts) => {
      const walked = farthest(policy, thief(policy, kind, thefts), thefts.includes('signed-in-laptop'));
      fc.pre(walked !== undefined);
      const { level, waited, moves } = reachWith(workingsOf(policy), kind, thefts);
      expect({ level, waited }).toEqual(walked);
      met.add(level);
      walkChain(policy, thief(policy, kind, thefts), moves);
    }),
    { numRuns },
  );
  // All of them are met, or the agreement says little.
  expect([...met].toSorted()).toEqual(LEVELS.toSorted());
});

it('smallest sets suffice, and nothing suffices that has none of them in it', () => {
  fc.assert(
    fc.property(anyPolicy, kinds, theftSets, (policy, kind, thefts) => {
      const workings = workingsOf(policy);
      const { smallest } = takeOverOf(workings, kind);
      const has = (theft: Theft) =>
        thefts.includes(theft) || (theft === 'one-operator' && thefts.includes('two-operators'));
      const falls = smallest.some((set) => set.thefts.every(has));
      expect(reachWith(workings, kind, thefts).level === 'takes-over').toBe(falls);
      for (const set of smallest)
        for (const one of set.thefts) {
          const less = set.thefts.filter((theft) => theft !== one);
          expect(reachWith(workings, kind, less).level).not.toBe('takes-over');
        }
    }),
    { numRuns: numRuns / 2 },
  );
});

const BACK = ['as-before', 'alone', 'after-waiting'];

it('an owner gets in alone exactly where trying everything, to some depth, gets in', () => {
  const hits = { alone: 0, waiting: 0, never: 0 };
  const classless = withCodes.map((policy): Policy => ({ ...policy, minimumAcr: 'urn:regain:acr:1' }));
  fc.assert(
    fc.property(fc.oneof(classless, presets), kinds, fc.nat(), (policy, kind, nth) => {
      const belongings = belongingsOf(kind);
      const { whole, after } = lockOutOf(workingsOf(policy), kind);
      const all = [{ lost: [], outcome: whole }, ...after];
      const { lost, outcome } = all[nth % all.length] ?? { lost: [], outcome: whole };
      // Two of a kind are lost by count, not by id; and what takes more than the depth is out of reach of trying.
      fc.pre(new Set(lost).size === lost.length && outcome.moves.length <= DEPTH);
      const things = thingsOf(belongings).filter(({ kind: one }) => lost.some((other) => other === one));
      fc.pre(things.length === lost.length);
      const time = tryAll(
        policy,
        without(
          belongings,
          things.flatMap(({ takes }) => takes),
        ),
        5,
      );
      expect(BACK.includes(outcome.back) ? outcome.waited : Number.POSITIVE_INFINITY).toBe(time);
      hits[time === 0 ? 'alone' : time === Number.POSITIVE_INFINITY ? 'never' : 'waiting'] += 1;
    }),
    { numRuns },
  );
  expect(Math.min(...Object.values(hits))).toBeGreaterThan(0);
});

it('whoever holds enough for two routes of one id may walk the second, which leaves more (found at random)', () => {
  const policy = policySchema.parse({
    ...PRESETS['password-sms'],
    secondFactor: { required: false, kinds: ['passkey', 'sms-code'] },
    restoreCode: { ...PRESETS['restore-code'].restoreCode, oldDevices: 'kept' },
    routes: {
      ...PRESETS['password-sms'].routes,
      'sign-in': [
        { id: 'aaa', proofs: ['password'] },
        { id: 'aaa', proofs: ['passkey-uv', 'totp'] },
      ],
      'reset-password': [],
      'reset-second-factor': [
        { id: 'aaa', proofs: ['passkey-uv'] },
        { id: 'aaa', proofs: ['restore-code', 'email-code'], when: 'bound' },
      ],
    },
  });
  const kind: AccountKind = { holds: ['password', 'computer-passkey', 'email', 'restore-code'], bound: false };
  const forgotten = without(belongingsOf(kind), ['password']);
  const { after } = lockOutOf(workingsOf(policy), kind);
  const [outcome] = after.flatMap(({ lost, outcome: one }) => (lost.join() === 'password' ? [one] : []));
  // By the passkey alone it would be replaced, and there is no way in with one of passkey and app.
  expect(outcome).toMatchObject({ back: 'alone', waited: 0 });
  expect(outcome?.moves.map((move) => move.move === 'journey' && move.proofs.map(({ kind: proof }) => proof))).toEqual([
    ['restore-code', 'email-code'],
    ['passkey-uv', 'totp'],
  ]);
  expect(tryAll(policy, forgotten, 3)).toBe(0);
  walkChain(policy, forgotten, outcome?.moves ?? []);
});

it('an account is of the kind that it was made of, and every theft is in the table', () => {
  fc.assert(
    fc.property(kinds, (kind) => {
      const made: Belongings = belongingsOf(kind);
      expect(nameOfKind(kindOf(made))).toBe(nameOfKind(kind));
    }),
  );
  expect(Object.keys(GIVES)).toEqual([...THEFTS]);
});
