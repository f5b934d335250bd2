import { describe, expect, it } from 'vitest';
import { decide } from '../../src/domain/decide.ts';
import { atStage, policyOfAccount, stageOf } from '../../src/domain/policy-of-account.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { lacksOf } from '../../src/domain/readiness.ts';
import { NOW } from './account.ts';
import { owner } from './belongings.ts';

const { off, strict } = PRESETS;
const EVERYTHING = ['password', 'totp', 'phone', 'email'] as const;
const lacks = (has: Parameters<typeof owner>[0], policy = off, bound = true) =>
  lacksOf(policy, owner(has, { boundToSecondFactor: bound }).standing, NOW).map(
    ({ lost, reason }) => `${lost} ${reason}`,
  );

describe('who is ready for self-recovery, and who lacks what (T9)', () => {
  it.each([
    [EVERYTHING, []],
    [['password', 'totp', 'email'], ['second-factor needs-verified-phone']],
    [
      ['password', 'totp', 'phone'],
      ['password needs-verified-email', 'second-factor needs-verified-email'],
    ],
    [['totp', 'phone', 'email'], ['second-factor needs-password']],
    [['password', 'phone', 'email'], ['password needs-second-factor']],
  ] as const)('%j lacks %j, while it is off', (has, expected) => {
    expect(lacks([...has])).toEqual(expected);
  });

  it('who never had a second factor is looked at as if there were one to lose, where the policy makes everybody register one', () => {
    expect(lacks(['password', 'email'], off, false)).toEqual(['second-factor needs-verified-phone']);
    const free = { ...off, secondFactor: { ...off.secondFactor, required: false } };
    expect(lacks(['password', 'email'], free, false)).toEqual([]);
  });

  it('another way of the policy is as good: a restore code in place of a phone', () => {
    expect(lacks(['password', 'totp', 'email', 'paper'], PRESETS['restore-code'])).toEqual([]);
    expect(lacks(['password', 'totp', 'email'], strict)).toEqual(['second-factor needs-verified-phone']);
  });
});

describe('on for a pilot group alone', () => {
  const pilot = atStage(PRESETS['password-sms'], 'pilot');
  const { standing } = owner([...EVERYTHING], { boundToSecondFactor: true });
  const at = { goal: 'reset-second-factor' } as const;

  it('whoever is outside has, word for word, the policy of an organization that has switched it off', () => {
    const outside = policyOfAccount(pilot, { withRole: false, inPilot: false });
    expect(outside).toEqual(atStage(pilot, 'off'));
    expect(decide(outside, standing, at, [], NOW)).toEqual({ verdict: 'refuse', reasons: ['recovery-off'] });
    const inside = policyOfAccount(pilot, { withRole: false, inPilot: true });
    expect(decide(inside, standing, at, [], NOW).verdict).toBe('ask');
  });

  it('somebody with a role keeps the stricter routes, in the group and outside', () => {
    const inside = policyOfAccount(pilot, { withRole: true, inPilot: true });
    expect(inside.routes['reset-second-factor']).toEqual(strict.routes['reset-second-factor']);
    expect(policyOfAccount(pilot, { withRole: true, inPilot: false }).selfRecovery).toBe(false);
  });

  it('the stages lead to each other and back', () => {
    expect((['pilot', 'everybody', 'off'] as const).map((stage) => stageOf(atStage(pilot, stage)))).toEqual([
      'pilot',
      'everybody',
      'off',
    ]);
    expect(atStage(atStage(pilot, 'off'), 'everybody')).toEqual(PRESETS['password-sms']);
  });
});
