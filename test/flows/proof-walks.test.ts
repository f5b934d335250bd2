import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import { reachWith, takeOverOf } from '../../src/domain/proof-of-policy/take-over.ts';
import type { Theft } from '../../src/domain/proof-of-policy/thefts.ts';
import { type Level, workingsOf } from '../../src/domain/proof-of-policy/workings.ts';
import { CLIMBABLE } from '../domain/belongings.ts';
import { addOrganization } from '../support/people.ts';
import { openPorts, type TestPorts } from '../support/ports.ts';
import { isFarther, KIND, WALKED, type Walked, type WalkingThief, walkingThief } from './walking-thief.ts';

/*
 * Thieves before real accounts on a real database: by the chains that the proof of the policy tells of, and at random, by any goal with any of
 * what they hold or a week of waiting. REGAIN_WALKS=10000 makes the second a long one; a failure prints its seed.
 */
const numRuns = Number(process.env['REGAIN_WALKS'] ?? 20);
const WEEK = 7 * 86_400_000;
const POLICIES = [PRESETS['password-sms'], PRESETS.strict, CLIMBABLE];
const STOLEN = ['mailbox', 'sim', 'password', 'unlocked-phone'] as const satisfies readonly Theft[];
const workings = POLICIES.map(workingsOf);

let test: TestPorts;
const organizations: string[] = [];
beforeAll(async () => {
  test = await openPorts();
  for (const policy of POLICIES) organizations.push(await addOrganization(test, policy));
});
afterAll(() => test.close());

const thief = (nth: number, stolen: readonly Theft[]): Promise<WalkingThief> =>
  walkingThief(test, POLICIES[nth] ?? CLIMBABLE, organizations[nth] ?? '', stolen);
const isWalked = (goal: string): goal is Walked => WALKED.some((one) => one === goal);

const chains = workings.flatMap((one, nth) =>
  takeOverOf(one, KIND)
    .smallest.filter(({ thefts }) => thefts.every((theft) => STOLEN.some((known) => known === theft)))
    .map(({ thefts, reach }) => ({ name: one.policy.name, nth, thefts, moves: reach.moves })),
);

it.each(chains)('$name: the chain of $thefts takes over the real account', async ({ nth, thefts, moves }) => {
  const walking = await thief(nth, thefts);
  let waited = 0;
  let last: Level | 'refused' = 'nothing';
  for (const move of moves) {
    if (move.move === 'wait') {
      walking.wait(move.until - waited);
      waited = move.until;
    } else {
      if (!isWalked(move.goal)) throw new Error(`no walk to ${move.goal}`);
      last = await walking.take(
        move.goal,
        move.proofs.map(({ kind }) => kind),
      );
    }
  }
  expect(last).toBe('takes-over');
});

const steps = fc.array(
  fc.record({
    goal: fc.constantFrom('sign-in', 'wait', ...WALKED),
    shown: fc.subarray(['password', 'totp', 'sms-code', 'email-code'], { minLength: 1 }),
  }),
  { minLength: 3, maxLength: 8 },
);

it('at random nobody comes further than the proof says, and each step leaves what it says', async () => {
  const met = { done: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.nat(POLICIES.length - 1),
      fc.subarray([...STOLEN], { minLength: 1 }),
      steps,
      async (nth, stolen, walk) => {
        const walking = await thief(nth, stolen);
        let farthest: Level = 'nothing';
        for (const { goal, shown } of walk) {
          if (!isWalked(goal)) {
            walking.wait(WEEK);
            continue;
          }
          const level = await walking.take(goal, shown);
          met[level === 'refused' ? 'refused' : 'done'] += 1;
          if (level !== 'refused' && isFarther(level, farthest)) farthest = level;
        }
        const said = reachWith(workings[nth] ?? workingsOf(CLIMBABLE), KIND, stolen).level;
        expect(isFarther(farthest, said)).toBe(false);
      },
    ),
    { numRuns },
  );
  expect(Math.min(met.done, met.refused)).toBeGreaterThan(0);
}, 3_600_000);
