import { describe, expect, it } from 'vitest';
import { type Addition, checkUp, ifYouLose } from '../../src/domain/check-up.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { nameOf, owner, type Possession } from './belongings.ts';

const trustid = PRESETS['password-sms'];
const { strict, off } = PRESETS;
const appOnly: Policy = {
  ...trustid,
  secondFactor: { required: true, kinds: ['totp'] },
  routes: { ...trustid.routes, 'sign-in': trustid.routes['sign-in'].filter(({ id }) => id !== 'passkey-alone') },
};

const checked = (policy: Policy, has: readonly Possession[], more = {}) => {
  const { step, together, helps, open } = checkUp(policy, owner(has, more));
  return {
    step,
    together,
    helps: helps.map(({ thing }) => nameOf(thing)),
    open: open.map(({ thing }) => nameOf(thing)),
  };
};

describe('the one next step', () => {
  it.each<[string, Policy, Possession[], Addition | null, string[]]>([
    [
      'the TrustID set-up: a passkey elsewhere, else the phone is everything',
      trustid,
      ['password', 'totp', 'email', 'phone'],
      'passkey',
      ['phone'],
    ],
    [
      'no mailbox: with one, the number and the password lead back even when all devices are gone',
      trustid,
      ['password', 'totp', 'phone', 'laptop'],
      'email',
      ['all-devices'],
    ],
    [
      'one key and no mailbox: each would mend one loss; the order decides',
      trustid,
      ['password', 'key'],
      'passkey',
      ['security-key key'],
    ],
    [
      'a synced passkey and nothing else: what is lost with all devices comes back by nothing',
      trustid,
      ['cloud'],
      null,
      [],
    ],
    ['a computer alone: a passkey elsewhere', trustid, ['password', 'email', 'laptop'], 'passkey', ['computer laptop']],
    ['strict: the same', strict, ['password', 'totp', 'email', 'phone'], 'passkey', ['phone']],
    ['recovery off: only another factor helps', off, ['password', 'totp', 'email', 'phone'], 'passkey', ['phone']],
  ])('%s', (_, policy, has, step, helps) => {
    const found = checked(policy, has);
    expect([found.step, found.helps]).toEqual([step, helps]);
  });

  it('is a restore code where they are offered, and never where they are not or one is there', () => {
    const offering = PRESETS['restore-code'];
    const has = ['password', 'totp', 'email', 'phone'] as const;
    expect(checkUp(offering, owner(has, {}, true)).step).toBe('restore-code');
    expect(checkUp(strict, owner(has, {}, true)).step).toBe('restore-code');
    expect(checkUp(offering, owner(has)).step).toBe('passkey');
    expect(checkUp(trustid, owner(has, {}, true)).step).toBe('passkey');
    const prepared = ifYouLose(offering, owner([...has, 'paper'], {}, true));
    expect(prepared.map(({ thing, outlook }) => `${thing.kind}: ${outlook.back}`)).toEqual([
      'phone: alone',
      'password: alone',
      'restore-code: as-before',
      'mailbox: as-before',
    ]);
    expect(checkUp(offering, owner([...has, 'paper'], {}, true)).step).toBeNull();
  });

  it('is none where every loss is survived', () => {
    expect(checked(trustid, ['password', 'email'], { boundToSecondFactor: false })).toEqual({
      step: null,
      together: null,
      helps: [],
      open: [],
    });
    expect(checked(strict, ['password', 'totp', 'email', 'key', 'phone'])).toMatchObject({
      step: null,
      open: ['all-devices'],
    });
  });

  it('is none where nothing helps, and says what stays open', () => {
    const closed = { ...trustid, routes: { ...trustid.routes, 'reset-password': [], 'reset-second-factor': [] } };
    expect(checked(closed, ['password', 'totp', 'key'])).toMatchObject({
      step: null,
      open: ['all-devices', 'password'],
    });
  });

  it('is the first of two that only help together', () => {
    expect(checked(appOnly, ['password', 'totp'])).toMatchObject({
      step: 'email',
      together: null,
      helps: ['password'],
    });
    expect(checked({ ...appOnly, routes: { ...appOnly.routes, 'reset-password': [] } }, ['password', 'totp'])).toEqual({
      step: 'email',
      together: 'phone',
      helps: ['phone'],
      open: ['phone', 'password'],
    });
  });

  it('is never a kind that the policy does not count', () => {
    expect(checked(appOnly, ['password', 'totp', 'email', 'phone'])).toMatchObject({ step: null, open: ['phone'] });
  });

  it('binds nobody by surprise: a first factor that could lock its owner out is not proposed', () => {
    const unbound = { boundToSecondFactor: false };
    expect(checked(trustid, ['password'], unbound)).toMatchObject({ step: 'email', helps: ['password'] });
    const mailless = {
      ...trustid,
      routes: { ...trustid.routes, 'reset-password': [{ id: 'key', proofs: ['passkey' as const] }] },
    };
    expect(checked(mailless, ['password'], unbound)).toMatchObject({ step: null, open: ['password'] });
  });
});

describe('each line says what would mend it', () => {
  it('by itself, in the order in which additions are proposed', () => {
    const adds = Object.fromEntries(
      ifYouLose(trustid, owner(['password', 'key', 'phone'])).map(({ thing, add }) => [nameOf(thing), add]),
    );
    expect(adds).toEqual({
      phone: null,
      'security-key key': 'passkey',
      'all-devices': 'email',
      password: 'email',
    });
  });

  it('and nothing where nothing need be done', () => {
    for (const { add } of ifYouLose(trustid, owner(['password', 'email'], { boundToSecondFactor: false })))
      expect(add).toBeNull();
  });
});
