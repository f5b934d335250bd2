import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { countedTwice } from '../../src/domain/counted-twice.ts';
import type { Standing } from '../../src/domain/credential.ts';
import { decide } from '../../src/domain/decide.ts';
import { type Goal, type Policy, policySchema } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { countsAs, PROOF_KINDS, type ProofKind } from '../../src/domain/proof.ts';
import { NOW, proofs } from './account.ts';

const kinds = fc.constantFrom<ProofKind>(...PROOF_KINDS);
const goals = fc.constantFrom<Goal>('sign-in', 'reset-password', 'reset-second-factor', 'reset-both', 'emergency-code');
const requirements = fc.constantFrom<Policy['routes']['sign-in'][number]['proofs'][number]>(
  ...PROOF_KINDS,
  'second-factor',
);

// What a policy may ask for: an emergency code at a sign-in only, beside the password.
const askable = requirements.filter((wanted) => wanted !== 'emergency-code');
const routes = fc.array(
  fc.record(
    {
      id: fc.stringMatching(/^[a-z]{3,8}$/),
      proofs: fc
        .uniqueArray(askable, { minLength: 1, maxLength: 4 })
        .filter((drawn) => !countedTwice(drawn, PRESETS['password-sms'].secondFactor.kinds)),
      when: fc.constantFrom('bound' as const, 'unbound' as const),
    },
    { requiredKeys: ['id', 'proofs'] },
  ),
  { minLength: 1, maxLength: 4 },
);
/** A restore code is never taken alone, nor to sign in (`policySchema`). */
const takenBy = (goal: 'sign-in' | 'reset') =>
  routes.map((all) =>
    all.map((route): (typeof all)[number] => {
      const misplaced = route.proofs.includes('restore-code') && (goal === 'sign-in' || route.proofs.length === 1);
      return misplaced ? { ...route, proofs: ['invitation'] } : route;
    }),
  );
const taken = { signIn: takenBy('sign-in'), a: takenBy('reset'), b: takenBy('reset'), c: takenBy('reset') };
const byEmergencyCode = { id: 'by-emergency-code', proofs: ['password', 'emergency-code'] };
const emergencyRoutes = fc.array(
  fc.constantFrom<Policy['routes']['emergency-code'][number]>(
    { id: 'a', proofs: ['password', 'sms-code'], when: 'bound' },
    { id: 'b', proofs: ['password', 'email-code'] },
    { id: 'c', proofs: ['email-code', 'sms-code'] },
    { id: 'd', proofs: ['email-code', 'password', 'sms-code'], when: 'unbound' },
  ),
  { maxLength: 3 },
);
const policies = fc
  .record({ ...taken, d: emergencyRoutes, emergency: fc.boolean() })
  .map(({ signIn, a, b, c, d, emergency }) =>
    policySchema.parse({
      ...PRESETS['emergency-code'],
      routes: {
        'sign-in': emergency ? [...signIn, byEmergencyCode] : signIn,
        'reset-password': a,
        'reset-second-factor': b,
        'reset-both': c,
        'accept-invitation': [],
        'lift-freeze': [],
        'emergency-code': d,
      },
    }),
  );

const held = <T>(value: T) => fc.constantFrom<T[]>([value], []);
const standings: fc.Arbitrary<Standing> = fc
  .record({
    boundToSecondFactor: fc.boolean(),
    password: fc.record({ there: fc.boolean(), unsettled: fc.boolean() }),
    totp: fc.constantFrom('active' as const, 'disabled' as const, undefined),
    passkey: fc.boolean(),
    emergency: held({ id: 'emergency', highestAcr: 'urn:regain:acr:1' as const, madeBy: 'owner' as const }),
    email: held({ id: 'email', kind: 'email' as const, verified: true, countsFrom: 0 }),
    phone: held({ id: 'phone', kind: 'phone' as const, verified: true, countsFrom: 0 }),
  })
  .map((drawn) => ({
    suspended: false,
    frozen: null,
    restoreCode: null,
    emergencyCode: drawn.emergency[0] ?? null,
    boundToSecondFactor: drawn.boundToSecondFactor,
    credentials: [
      ...(drawn.password.there
        ? [
            {
              id: 'password',
              kind: 'password' as const,
              state: 'active' as const,
              unsettledUntil: drawn.password.unsettled ? NOW + 1 : null,
            },
          ]
        : []),
      ...(drawn.totp ? [{ id: 'totp', kind: 'totp' as const, state: drawn.totp, unsettledUntil: null }] : []),
      ...(drawn.passkey
        ? [{ id: 'passkey', kind: 'passkey' as const, state: 'active' as const, unsettledUntil: null }]
        : []),
    ],
    contacts: [...drawn.email, ...drawn.phone],
    closed: [],
  }));

const RUNS = { numRuns: 3_000 };

it('never allows a set of proofs that no listed route asks for', () => {
  fc.assert(
    fc.property(policies, standings, goals, fc.uniqueArray(kinds), (policy, standing, goal, given) => {
      const verdict = decide(policy, standing, { goal }, proofs(...given), NOW);
      if (verdict.verdict !== 'allow') return;
      const satisfied = policy.routes[goal].some((route) =>
        route.proofs.every((wanted) =>
          wanted === 'second-factor'
            ? policy.secondFactor.kinds.some((kind) => given.some((kindGiven) => countsAs(kindGiven, kind)))
            : given.some((kindGiven) => countsAs(kindGiven, wanted)),
        ),
      );
      expect(satisfied).toBe(true);
    }),
    RUNS,
  );
});

it('never takes an allow away because more was proven', () => {
  fc.assert(
    fc.property(policies, standings, goals, fc.uniqueArray(kinds), kinds, (policy, standing, goal, given, more) => {
      if (decide(policy, standing, { goal }, proofs(...given), NOW).verdict !== 'allow') return;
      expect(decide(policy, standing, { goal }, proofs(...given, more), NOW).verdict).toBe('allow');
    }),
    RUNS,
  );
});

it('never lets the mailbox alone suffice beside a second factor, in any preset', () => {
  const presets = fc.constantFrom(...Object.values(PRESETS));
  fc.assert(
    fc.property(presets, standings, goals, (policy, standing, goal) => {
      const bound = { ...standing, boundToSecondFactor: true };
      expect(decide(policy, bound, { goal }, proofs('email-code'), NOW).verdict).not.toBe('allow');
      expect(decide(policy, bound, { goal }, proofs('email-code', 'sms-code'), NOW).verdict).not.toBe('allow');
    }),
    RUNS,
  );
});

it('asks only for what the account can give, and giving all of it gets there', () => {
  fc.assert(
    fc.property(policies, standings, goals, (policy, standing, goal) => {
      let given: ProofKind[] = [];
      for (let step = 0; step < 8; step += 1) {
        const verdict = decide(policy, standing, { goal }, proofs(...given), NOW);
        // Refused at once, or allowed in the end: never a dead end on the way.
        if (verdict.verdict !== 'ask') return step === 0 || verdict.verdict === 'allow';
        const [next] = verdict.options;
        expect(next).toBeDefined();
        expect(given).not.toContain(next);
        given = [...given, ...(next ? [next] : [])];
      }
      return false;
    }),
    RUNS,
  );
});
