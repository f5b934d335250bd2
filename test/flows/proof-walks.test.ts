import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Thing, without } from '../../src/domain/losses.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { belongingsOf } from '../../src/domain/proof-of-policy/account-kind.ts';
import { BACKS } from '../../src/domain/proof-of-policy/lock-out.ts';
import { reachWith } from '../../src/domain/proof-of-policy/take-over.ts';
import { operatorsAmong } from '../../src/domain/proof-of-policy/thefts.ts';
import { type Level, type Workings, workingsOf } from '../../src/domain/proof-of-policy/workings.ts';
import { policyWithRole } from '../../src/domain/role-policy.ts';
import type { Evidence } from '../../src/domain/state.ts';
import { CLIMBABLE, KEEPING } from '../domain/belongings.ts';
import { withCodes } from '../domain/proof-of-policy/random.ts';
import { addOrganization } from '../support/people.ts';
import { type OpenedPorts, openPorts } from '../support/ports.ts';
import { OWNER, THIEF } from './contested.ts';
import { type Case, cases, chainOf, handsOf, lossOf, stolenFrom, wantedOf } from './walks/cases.ts';
import { contestAndComeBack } from './walks/contest-walk.ts';
import { type OneTransaction, oneTransaction } from './walks/one-transaction.ts';
import { operatorsOf } from './walks/operators.ts';
import { realAccount } from './walks/real-account.ts';
import { somebody } from './walks/somebody.ts';
import { farther, walkAtRandom, walkChain } from './walks/walk-of.ts';

/*
 * Owners and thieves before real accounts, on a real database, through the last steps of the real flows: by the chains that the proof of the policy
 * tells of, and at random; under the presets and under policies at random, with roles and without. docs/decisions/0018 says how to make a long run of
 * it, and how to repeat one by its seed.
 */
const numRuns = Number(process.env['REGAIN_WALKS'] ?? 200);
const seed = Number(process.env['REGAIN_SEED'] ?? Date.now() % 2 ** 31);
const RANDOM_POLICIES = Math.min(400, 40 + Math.round(numRuns / 20));

const policies: readonly Policy[] = [
  ...Object.values(PRESETS),
  CLIMBABLE,
  KEEPING,
  ...fc.sample(withCodes, { numRuns: RANDOM_POLICIES, seed }),
];
const LONG = 3_600_000;
/** What was met, of a long run. */
const told = (met: object) => process.env['REGAIN_WALKS'] !== undefined && console.info(met);

interface Placed {
  readonly organizationId: string;
  readonly policy: Workings;
  readonly ofRoles: Workings;
}
const placed: Placed[] = [];

let test: OpenedPorts;
let world: OneTransaction;
beforeAll(async () => {
  test = await openPorts();
  world = await oneTransaction(test);
  for (const policy of policies) {
    const organizationId = await addOrganization(test, policy);
    placed.push({
      organizationId,
      policy: workingsOf(policy),
      ofRoles: workingsOf(policyWithRole(policy)),
    });
  }
}, 120_000);
afterAll(async () => {
  await world.close();
  await test.close();
});

interface Walk {
  readonly hands: readonly Evidence[];
  readonly operators: 0 | 1 | 2;
  readonly visitor: typeof THIEF;
}

async function before({ nth, kind, hasRole }: Case, { hands, operators, visitor }: Walk) {
  const { organizationId, policy, ofRoles } = placed[nth] ?? fail();
  const real = await realAccount(world, { organizationId, kind, operator: hasRole });
  const walking = await somebody(test, world, {
    real,
    organizationId,
    policy: (hasRole ? ofRoles : policy).policy,
    state: { standing: belongingsOf(kind).standing, hands, session: null, now: 0 },
    visitor,
    operators: await operatorsOf(world, organizationId, operators),
    link: visitor === OWNER ? 'read' : 'not-needed',
  });
  return { real, walking };
}

const fail = (): never => {
  throw new Error('there is no such policy');
};
const workingsFor = ({ nth, hasRole }: Case): Workings => (placed[nth] ?? fail())[hasRole ? 'ofRoles' : 'policy'];

async function asserted(count: number, walk: (one: Case) => Promise<void>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(cases(policies.length - RANDOM_POLICIES, policies.length), (one) => world.undone(() => walk(one))),
    { numRuns: count, seed },
  );
}

it(
  `at random nobody comes further than the proof says (seed ${seed})`,
  async () => {
    const met = { done: 0, refused: 0, contested: 0 };
    const levels = new Set<Level>();
    await asserted(numRuns, async (one) => {
      const thefts = stolenFrom(one);
      const workings = workingsFor(one);
      const hands = handsOf(one.kind, thefts);
      const { real, walking } = await before(one, { hands, operators: operatorsAmong(thefts), visitor: THIEF });
      const walked = await walkAtRandom(walking, workings.policy, one.steps, ['totp', 'passkey-uv']);
      met.done += walked.done;
      met.refused += walked.refused;
      levels.add(walked.farthest);
      expect(farther(walked.farthest, reachWith(workings, one.kind, thefts).level)).toBe(false);
      if (walked.done === 0) return;
      const again = { id: real.id, visitor: THIEF, hands: walking.hands(), nth: one.loss };
      met.contested += Number(await contestAndComeBack(test, world, again));
    });
    told({ ...met, levels: [...levels] });
    expect(Math.min(...Object.values(met))).toBeGreaterThan(0);
  },
  LONG,
);

it(
  `each chain of the proof takes a thief as far as it says (seed ${seed})`,
  async () => {
    const levels = { nothing: 0, resets: 0, enters: 0, 'takes-over': 0 };
    await asserted(numRuns / 4, async (one) => {
      const workings = workingsFor(one);
      const chain = chainOf(one, workings);
      if (!chain) return;
      const { level, moves } = chain.reach;
      const operators = operatorsAmong(chain.thefts);
      const hands = handsOf(one.kind, chain.thefts);
      const wanted = wantedOf(one.kind, workings.policy, { operators, hands });
      if (!wanted) return;
      const { walking } = await before(one, { hands, operators, visitor: THIEF });
      expect((await walkChain(walking, moves, wanted)).farthest).toBe(level);
      levels[level] += 1;
    });
    told(levels);
    expect(levels['takes-over']).toBeGreaterThan(0);
  },
  LONG,
);

it(
  `an owner gets in by what the proof says, and where it says never does not (seed ${seed})`,
  async () => {
    const backs = Object.fromEntries(BACKS.map((back) => [back, 0]));
    await asserted(numRuns / 4, async (one) => {
      const workings = workingsFor(one);
      const { outcome, things } = lossOf(one, workings);
      const { back, moves } = outcome;
      const returns = (thing: Thing) => (back === 'once-number-is-back' ? thing.returns : []);
      const gone = things.flatMap((thing) => thing.takes.filter((id) => !returns(thing).includes(id)));
      const { hands } = without(belongingsOf(one.kind), gone);
      // Half of those whom an operator can help walk alone, to see that they need one.
      const helped = back === 'with-operator' && one.loss % 2 === 0 && !one.hasRole ? 2 : 0;
      const wanted = wantedOf(one.kind, workings.policy, { operators: helped, hands });
      if (!wanted) return;
      const { walking } = await before(one, { hands, operators: helped, visitor: OWNER });
      const comes = helped > 0 || (back !== 'with-operator' && back !== 'never');
      const random = one.steps.filter(({ how }) => how !== 'ask');
      const { signedIn } = comes
        ? await walkChain(walking, moves, wanted)
        : await walkAtRandom(walking, workings.policy, random, ['totp', 'passkey']);
      expect([back, signedIn]).toEqual([back, comes]);
      backs[back] = (backs[back] ?? 0) + 1;
    });
    told(backs);
    expect(Math.min(backs['as-before'] ?? 0, backs['never'] ?? 0)).toBeGreaterThan(0);
  },
  LONG,
);
