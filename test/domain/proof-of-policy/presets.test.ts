import { describe, expect, it } from 'vitest';
import { PRESETS, type PresetName } from '../../../src/domain/presets.ts';
import type { AccountKind, Holding } from '../../../src/domain/proof-of-policy/account-kind.ts';
import { examineKind } from '../../../src/domain/proof-of-policy/examined.ts';
import { lockOutOf } from '../../../src/domain/proof-of-policy/lock-out.ts';
import { proofOf } from '../../../src/domain/proof-of-policy/proof-of-policy.ts';
import { takeOverOf } from '../../../src/domain/proof-of-policy/take-over.ts';
import { workingsOf } from '../../../src/domain/proof-of-policy/workings.ts';

/**
 * What each preset stands for, to be read as tables: an account with a password, an authenticator app, an address, a number, and a restore code
 * where the policy takes one. A preset whose table changes has become another promise.
 */
const withCode: readonly PresetName[] = ['restore-code', 'strict'];
const account = (preset: PresetName, ...others: Holding[]): AccountKind => ({
  holds: [
    'password',
    'totp',
    'email',
    'phone',
    ...(withCode.includes(preset) ? (['restore-code'] as const) : []),
    ...others,
  ],
  bound: true,
});
const NAMES = ['password-sms', 'restore-code', 'emergency-code', 'strict', 'operator-only', 'off'] as const;

const table = (rows: readonly (readonly [string, ...string[]])[]) =>
  NAMES.map((name, at) => [name, Object.fromEntries(rows.map(([row, ...cells]) => [row, cells[at]]))] as const);

describe('how far a thief comes who has one thing', () => {
  const PHONE = 'takes-over';
  it.each(
    table([
      //                 password-sms  restore-code  emergency-code  strict     operator-only  off
      ['mailbox', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing'],
      ['sim', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing'],
      ['password', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing'],
      // App and mailbox lie in one hand: a code by e-mail and the app set a new password, as NIST has it (REC-41, b).
      ['unlocked-phone', PHONE, PHONE, PHONE, PHONE, 'nothing', 'nothing'],
      ['security-key', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing'],
      ['restore-code', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing'],
      // Somebody else's open session, and no more than that.
      ['signed-in-laptop', 'enters', 'enters', 'enters', 'enters', 'enters', 'enters'],
      ['one-operator', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing'],
      ['two-operators', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing'],
      ['database-backup', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing'],
    ]),
  )('%s', (name, expected) => {
    const { each } = takeOverOf(workingsOf(PRESETS[name]), account(name));
    expect(Object.fromEntries(each.map(({ theft, reach }) => [theft, reach.level]))).toEqual(expected);
  });
});

describe('what a thief needs, and nothing less', () => {
  const LAPTOP = 'sim + password + signed-in-laptop';
  it.each([
    ['password-sms', ['unlocked-phone', 'password + one-operator', 'mailbox + sim + password', LAPTOP]],
    [
      'restore-code',
      [
        'unlocked-phone',
        'mailbox + restore-code',
        'mailbox + one-operator',
        'password + restore-code',
        'password + one-operator',
        'restore-code + signed-in-laptop',
        'signed-in-laptop + one-operator',
        'mailbox + sim + password',
        LAPTOP,
      ],
    ],
    [
      'emergency-code',
      [
        'unlocked-phone',
        'mailbox + password',
        'sim + password',
        'password + signed-in-laptop',
        'password + one-operator',
      ],
    ],
    [
      'strict',
      [
        'unlocked-phone',
        'mailbox + restore-code',
        'password + two-operators',
        'restore-code + signed-in-laptop',
        'mailbox + sim + password',
        LAPTOP,
      ],
    ],
    [
      'operator-only',
      [
        'mailbox + one-operator',
        'password + unlocked-phone',
        'password + two-operators',
        'unlocked-phone + one-operator',
        'signed-in-laptop + one-operator',
      ],
    ],
    ['off', ['password + unlocked-phone', 'password + one-operator']],
  ] as const)('%s', (name, expected) => {
    const { smallest } = takeOverOf(workingsOf(PRESETS[name]), account(name));
    expect(smallest.map(({ thefts }) => thefts.join(' + '))).toEqual(expected);
  });

  it('A34: no preset but the one for low requirements falls with less than password, mailbox and SIM together', () => {
    const pairs = NAMES.filter((name) => {
      const { smallest } = takeOverOf(workingsOf(PRESETS[name]), account(name));
      return smallest.some(
        ({ thefts }) => thefts.every((theft) => ['mailbox', 'sim', 'password'].includes(theft)) && thefts.length < 3,
      );
    });
    expect(pairs).toEqual(['emergency-code']);
  });
});

describe('how the owner gets in after a loss', () => {
  it.each(
    table([
      ['phone', 'once-number-is-back', 'alone', 'alone', 'alone', 'with-operator', 'with-operator'],
      ['password', 'alone', 'alone', 'alone', 'alone', 'with-operator', 'never'],
      ['mailbox', 'as-before', 'as-before', 'as-before', 'as-before', 'as-before', 'as-before'],
      ['phone + password', 'never', 'alone', 'never', 'after-waiting', 'with-operator', 'never'],
      [
        'phone + mailbox',
        'with-operator',
        // By restore code and password, were it not that every recovery begins with an e-mail.
        'with-operator',
        'once-number-is-back',
        'with-operator',
        'with-operator',
        'with-operator',
      ],
      ['password + mailbox', 'never', 'never', 'never', 'never', 'never', 'never'],
      ['phone + password + mailbox', 'never', 'never', 'never', 'never', 'never', 'never'],
    ]),
  )('%s', (name, expected) => {
    const { after } = lockOutOf(workingsOf(PRESETS[name]), account(name));
    const found = after.map(({ lost, outcome }) => [lost.join(' + '), outcome.back]);
    expect(Object.fromEntries(found)).toMatchObject(expected);
  });
});

it('a kind of account alone comes out as it does among all kinds', () => {
  const { workings, kinds } = proofOf(PRESETS['restore-code']);
  for (const one of kinds.slice(0, 20)) expect(examineKind(workings, one.kind)).toEqual(one);
});

describe('findings', () => {
  const OPEN_DEVICES = ['unlocked-phone-alone-takes-over', 'signed-in-laptop-alone-takes-over'];
  it.each([
    ['password-sms', [...OPEN_DEVICES, 'operator-and-password-take-over']],
    ['restore-code', [...OPEN_DEVICES, 'operator-and-mailbox-take-over', 'operator-and-password-take-over']],
    [
      'emergency-code',
      [
        ...OPEN_DEVICES,
        'password-and-mailbox-take-over',
        'password-and-sim-take-over',
        'operator-and-password-take-over',
      ],
    ],
    ['strict', [...OPEN_DEVICES]],
    ['operator-only', ['operator-and-mailbox-take-over']],
    [
      'off',
      ['single-loss-locks-out', 'operator-and-password-take-over', 'single-loss-needs-operator', 'self-recovery-off'],
    ],
  ] as const)('%s has these, and no error among them', (name, expected) => {
    const { findings } = proofOf(PRESETS[name]);
    expect(findings.map((one) => one.name)).toEqual(expected);
    expect(findings.map(({ severity }) => severity)).not.toContain('error');
  });
});
