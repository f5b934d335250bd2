import { expect, it } from 'vitest';
import { onboardingStep } from '../../src/domain/onboarding.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { isProposed, withProposal } from '../../src/domain/proposals.ts';
import { owner, type Possession } from './belongings.ts';

const step = (has: readonly Possession[], onboarding: Policy['onboarding'], policy: Policy = PRESETS['restore-code']) =>
  onboardingStep({ ...policy, onboarding }, owner(has, {}, policy.restoreCode.offered));
const LACKING = { lacking: true, add: [] };

it.each([
  [['password', 'totp', 'phone', 'email'], LACKING, null],
  [['password', 'totp', 'email'], LACKING, 'phone'],
  [['password', 'totp', 'phone'], LACKING, 'email'],
  [['totp', 'phone', 'email'], LACKING, 'password'],
  // A restore code would help as much: what the policy names is what is proposed.
  [['password', 'totp', 'email'], { lacking: false, add: ['passkey'] }, 'passkey'],
  [['password', 'totp', 'email'], { lacking: false, add: ['password'] }, null],
  [['password', 'totp', 'email'], { lacking: false, add: [] }, null],
] as const)('%j under %j: %s (T9, X2)', (has, onboarding, expected) => {
  expect(step([...has], { ...onboarding, add: [...onboarding.add] }, PRESETS['password-sms'])).toBe(expected);
});

it('nothing is lacking where self-recovery is off, whatever the policy proposes', () => {
  expect(step(['password', 'totp'], LACKING, PRESETS.off)).toBeNull();
});

it('a proposal is turned on and off, and leaves the others alone', () => {
  const some = withProposal(withProposal(PRESETS['restore-code'], 'passkey', true), 'restore-code', true);
  expect([isProposed(some, 'passkey'), isProposed(some, 'restore-code'), isProposed(some, 'totp')]).toEqual([
    true,
    true,
    false,
  ]);
  expect(withProposal(withProposal(some, 'passkey', false), 'restore-code', false)).toEqual(PRESETS['restore-code']);
  // Where restore codes are not offered, none is proposed.
  expect(isProposed(withProposal(PRESETS['password-sms'], 'restore-code', true), 'restore-code')).toBe(false);
});
