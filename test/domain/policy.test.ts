import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Requirement } from '../../src/domain/counted-twice.ts';
import { decide } from '../../src/domain/decide.ts';
import { type Policy, policySchema } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { countsAs, PROOF_KINDS, type Proof, type ProofKind } from '../../src/domain/proof.ts';
import { complete, NOW, passkey, proofs } from './account.ts';

type Kinds = Policy['secondFactor']['kinds'];
const BOTH: Kinds = ['totp', 'passkey'];

/** A policy whose second way to a new password asks for these. */
const withRoute = (wanted: readonly Requirement[], kinds: Kinds = BOTH) => ({
  ...PRESETS['password-sms'],
  secondFactor: { required: true, kinds },
  routes: {
    ...PRESETS['password-sms'].routes,
    'reset-password': [
      { id: 'fine', proofs: ['email-code'] },
      { id: 'tried', proofs: wanted },
    ],
  },
});

const issuesOf = (document: unknown) =>
  policySchema.safeParse(document).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('a policy whose route one proof would walk twice over is refused, and the place named', () => {
  it.each<[readonly Requirement[], Kinds, string]>([
    [['email-code', 'email-code'], BOTH, 'asked-twice email-code'],
    [['passkey', 'passkey-uv'], BOTH, 'one-for-both passkey passkey-uv'],
    [['passkey-uv', 'password', 'passkey'], BOTH, 'one-for-both passkey-uv passkey'],
    [['second-factor', 'second-factor'], BOTH, 'asked-twice second-factor'],
    [['email-code', 'second-factor', 'totp'], BOTH, 'one-for-both second-factor totp'],
    [['passkey', 'second-factor'], BOTH, 'one-for-both passkey second-factor'],
    [['passkey-uv', 'second-factor'], ['passkey'], 'one-for-both passkey-uv second-factor'],
    [['second-factor', 'sms-code'], ['totp', 'sms-code'], 'one-for-both second-factor sms-code'],
  ])('%j, second factors being %j', (wanted, kinds, named) => {
    expect(issuesOf(withRoute(wanted, kinds))).toEqual([`routes.reset-password.1.proofs: ${named}`]);
  });

  it.each<[readonly Requirement[], Kinds]>([
    // A code by SMS is no second factor here, so it is one proof more.
    [['email-code', 'second-factor', 'sms-code'], BOTH],
    [['totp', 'passkey'], BOTH],
    [['totp', 'second-factor'], ['passkey']],
    [['restore-code', 'email-code', 'password', 'second-factor'], BOTH],
  ])('%j is taken, second factors being %j', (wanted, kinds) => {
    expect(issuesOf(withRoute(wanted, kinds))).toEqual([]);
  });

  it.each(Object.entries(PRESETS))('%s is taken', (_, preset) => {
    expect(issuesOf(preset)).toEqual([]);
  });
});

describe('S11 a restore code is one path of two, for what was lost', () => {
  const { routes } = PRESETS['restore-code'];
  const having = (goal: keyof Policy['routes'], wanted: readonly Requirement[]) =>
    issuesOf({
      ...PRESETS['restore-code'],
      routes: { ...routes, [goal]: [...routes[goal], { id: 'tried', proofs: wanted }] },
    });

  it.each(['reset-password', 'reset-second-factor', 'reset-both'] as const)('%s: not alone', (goal) => {
    const at = `routes.${goal}.${routes[goal].length}.proofs`;
    expect(having(goal, ['restore-code'])).toEqual([`${at}: restore-code-alone`]);
    expect(having(goal, ['restore-code', 'sms-code'])).toEqual([]);
  });

  it.each(['sign-in', 'accept-invitation', 'lift-freeze'] as const)(
    '%s: not at all, since nothing would spend it',
    (goal) => {
      expect(having(goal, ['restore-code', 'password'])).toEqual([
        `routes.${goal}.${routes[goal].length}.proofs: restore-code-misplaced`,
      ]);
    },
  );
});

/** Whether each requirement can be given a proof of its own. */
function eachItsOwn(wanted: readonly ProofKind[], given: readonly Proof[]): boolean {
  const [first, ...others] = wanted;
  if (first === undefined) return true;
  return given.some(
    (proof, at) =>
      countsAs(proof.kind, first) &&
      eachItsOwn(
        others,
        given.filter((_, index) => index !== at),
      ),
  );
}

const requirements = fc.constantFrom<Requirement>(...PROOF_KINDS, 'second-factor');
const routes = fc.array(
  fc.record({
    id: fc.stringMatching(/^[a-z]{3,8}$/),
    proofs: fc.array(requirements, { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 3 },
);
const documents = fc
  .record({ routes, kinds: fc.subarray<Kinds[number]>(['totp', 'passkey', 'sms-code'], { minLength: 1 }) })
  .map((drawn) => ({
    ...PRESETS['password-sms'],
    secondFactor: { required: true, kinds: drawn.kinds },
    routes: { ...PRESETS['password-sms'].routes, 'sign-in': drawn.routes },
  }));

it('decide never counts one proof for two requirements of a policy that is taken', () => {
  const standing = {
    ...complete,
    credentials: [...complete.credentials, passkey],
    restoreCode: { id: 'restore', byEmail: false, unsettledUntil: null },
  };
  let allowed = 0;
  fc.assert(
    fc.property(documents, fc.array(fc.constantFrom<ProofKind>(...PROOF_KINDS), { maxLength: 4 }), (drawn, kinds) => {
      const policy = policySchema.safeParse(drawn);
      if (!policy.success) return;
      const given = proofs(...kinds);
      const verdict = decide(policy.data, standing, { goal: 'sign-in' }, given, NOW);
      if (verdict.verdict !== 'allow') return;
      allowed += 1;
      const walked = policy.data.routes['sign-in'].some(
        ({ id, proofs: wanted }) =>
          id === verdict.route &&
          policy.data.secondFactor.kinds.some((kind) =>
            eachItsOwn(
              wanted.map((one) => (one === 'second-factor' ? kind : one)),
              given,
            ),
          ),
      );
      expect(walked).toBe(true);
    }),
    { numRuns: 5_000 },
  );
  expect(allowed).toBeGreaterThan(100);
});
