import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdersOf } from '../../src/domain/credential.ts';
import { decide } from '../../src/domain/decide.ts';
import { keptPolicy } from '../../src/domain/kept-policy.ts';
import type { Policy, Route } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { PROOF_KINDS } from '../../src/domain/proof.ts';
import { complete, NOW } from './account.ts';
import { owners, policies } from './random-policies.ts';

const SMS = PRESETS['password-sms'];
const GOAL = 'reset-second-factor';
const having = (ways: readonly Route['proofs'][], more: Partial<Policy> = {}): Policy => ({
  ...SMS,
  ...more,
  routes: { ...SMS.routes, [GOAL]: ways.map((proofs, at) => ({ id: `way-${at}`, proofs })) },
});
/** What is asked for, way by way. */
const kept = (began: Policy, inForce: Policy) =>
  keptPolicy(began, inForce, complete, GOAL).routes[GOAL].map(({ proofs }) => proofs.join(' '));

describe('a journey goes on under the policy that it began with', () => {
  it.each<[string, readonly Route['proofs'][], readonly Route['proofs'][], string[]]>([
    [
      'another way is opened beside',
      [['email-code', 'totp']],
      [['email-code'], ['password', 'totp']],
      ['email-code totp'],
    ],
    [
      'less is asked for now',
      [['email-code', 'password', 'sms-code']],
      [['password']],
      ['email-code password sms-code'],
    ],
    ['in another order', [['email-code', 'password']], [['password', 'email-code']], ['email-code password']],
    ['any passkey will do now', [['passkey-uv']], [['passkey']], ['passkey-uv']],
    ['any second factor will do now', [['email-code', 'totp']], [['email-code', 'second-factor']], ['email-code totp']],
  ])('%s', (_what, began, inForce, expected) => {
    expect(kept(having(began), having(inForce))).toEqual(expected);
  });

  it.each<[string, readonly Route['proofs'][], readonly Route['proofs'][], string[]]>([
    ['more is asked for', [['email-code']], [['email-code', 'totp']], ['email-code totp']],
    ['the way is closed', [['email-code', 'sms-code']], [], []],
    ['a better passkey is asked for', [['passkey']], [['passkey-uv']], ['passkey-uv']],
    [
      'one way of two',
      [['email-code'], ['email-code', 'totp']],
      [['email-code', 'totp', 'password'], ['totp']],
      ['email-code totp'],
    ],
  ])('unless it is forbidden: %s', (_what, began, inForce, expected) => {
    expect(kept(having(began), having(inForce))).toEqual(expected);
  });

  it('self-recovery that is switched off stops what is under way', () => {
    const off = { ...SMS, selfRecovery: false };
    expect(keptPolicy(SMS, off, complete, GOAL)).toBe(off);
  });

  it('a way for accounts without a second factor is closed to those with one', () => {
    const unbound: Policy = having([['email-code', 'password']]);
    const way: Route = { id: 'way', proofs: ['email-code'], when: 'unbound' };
    expect(kept(unbound, { ...SMS, routes: { ...SMS.routes, [GOAL]: [way] } })).toEqual(['email-code']);
  });
});

it('whoever gets there under the kept policy gets there under both', () => {
  let allowed = 0;
  fc.assert(
    fc.property(policies, policies, owners, (began, inForce, { standing }) => {
      const proofs = PROOF_KINDS.flatMap((kind) =>
        holdersOf(standing, kind).map(({ id }) => ({ kind, by: id, at: NOW })),
      );
      for (const goal of ['sign-in', 'reset-password', GOAL, 'reset-both'] as const) {
        const both = [began, inForce].every(
          (policy) => decide(policy, standing, { goal }, proofs, NOW).verdict === 'allow',
        );
        const policy = keptPolicy(began, inForce, standing, goal);
        if (policy === inForce || decide(policy, standing, { goal }, proofs, NOW).verdict !== 'allow') continue;
        allowed += 1;
        expect(both).toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
  expect(allowed).toBeGreaterThan(100);
});
