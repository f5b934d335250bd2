import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isPairingOffered,
  PAIRING_KEY_LENGTH,
  type PairingEnd,
  pairingKeyFrom,
  parsePairingCode,
  parsePairingKey,
  stageOf,
} from '../../src/domain/pairing.ts';
import { type Policy, policySchema } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { grouped } from '../../src/domain/restore-code.ts';

const NOW = 1_800_000_000_000;
const policy = PRESETS['password-sms'];

describe('the key', () => {
  const keys = fc.uint8Array({ minLength: PAIRING_KEY_LENGTH, maxLength: PAIRING_KEY_LENGTH }).map(pairingKeyFrom);

  it('has 140 bits: BIND-05 asks for 112', () => {
    const all = new Set(Array.from({ length: 256 }, (_, byte) => pairingKeyFrom(new Uint8Array(28).fill(byte))));
    expect([all.size, PAIRING_KEY_LENGTH * Math.log2(all.size)]).toEqual([32, 140]);
    expect(() => pairingKeyFrom(new Uint8Array(27))).toThrow('28 random bytes');
  });

  it('is read as it was shown, in small letters, without hyphens, with look-alikes', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const shown = grouped(key);
        for (const typed of [shown, key, shown.toLowerCase(), shown.replaceAll('0', 'o').replaceAll('1', 'l')])
          expect(parsePairingKey(typed)).toBe(key);
      }),
    );
  });

  it('in an address is long enough for the log to leave it out', () => {
    expect(grouped('0'.repeat(PAIRING_KEY_LENGTH)).length).toBeGreaterThanOrEqual(32);
  });

  it.each(['', '0'.repeat(27), '0'.repeat(29), `${'0'.repeat(27)}*`, 'new-factor', `${'0'.repeat(27)}é`])(
    'is not %j',
    (typed) => expect(parsePairingKey(typed)).toBeUndefined(),
  );
});

it.each([
  ['4711', '4711'],
  [' 47 11 ', '4711'],
  ['47-11', '4711'],
  ['４７１１', '4711'],
  ['471', undefined],
  ['47110', undefined],
  ['47i1', undefined],
  ['', undefined],
])('the code typed as %j is %j', (typed, code) => expect(parsePairingCode(typed)).toBe(code));

describe('where it is', () => {
  const fresh = { createdAt: NOW, claimedAt: null, confirmedAt: null, end: null, expiresAt: NOW + 1 };
  const around = { policy, suspended: false, frozen: false, recoveredAt: null, sessionLives: true };
  const off: Policy = { ...policy, pairing: { offered: false, lifetime: 120 } };

  it('goes from shown over claimed and confirmed to done', () => {
    expect(stageOf(fresh, around, NOW)).toEqual({ stage: 'shown' });
    expect(stageOf({ ...fresh, claimedAt: NOW }, around, NOW)).toEqual({ stage: 'claimed' });
    expect(stageOf({ ...fresh, claimedAt: NOW, confirmedAt: NOW }, around, NOW)).toEqual({ stage: 'confirmed' });
    expect(stageOf({ ...fresh, end: 'done' }, { ...around, sessionLives: false }, NOW + 5)).toEqual({ stage: 'done' });
  });

  it.each(['cancelled', 'declined', 'wrong-code', 'replaced', 'changed'] as const satisfies PairingEnd[])(
    'is over once it was %s',
    (end) => expect(stageOf({ ...fresh, end, confirmedAt: NOW }, around, NOW)).toEqual({ stage: 'over', why: end }),
  );

  it.each([
    ['its time has come', {}, NOW + 1, 'expired'],
    ['the session that it was begun in has ended', { sessionLives: false }, NOW, 'session-over'],
    ['the account is suspended', { suspended: true }, NOW, 'session-over'],
    ['the account is frozen', { frozen: true }, NOW, 'session-over'],
    ['a recovery cools down', { recoveredAt: NOW - 1 }, NOW, 'session-over'],
    ['the organization offers it no more', { policy: off }, NOW, 'session-over'],
  ] as const)('is over where %s, at every step', (_, differs, now, why) => {
    for (const at of [fresh, { ...fresh, claimedAt: NOW }, { ...fresh, claimedAt: NOW, confirmedAt: NOW }])
      expect(stageOf(at, { ...around, ...differs }, now)).toEqual({ stage: 'over', why });
  });
});

describe('the policy', () => {
  it('offers it in every preset, and in policies that were written down before, for two minutes', () => {
    const { pairing: _, ...before } = policy;
    expect(policySchema.parse(before).pairing).toEqual({ offered: true, lifetime: 120 });
    for (const preset of Object.values(PRESETS)) expect(isPairingOffered(preset)).toBe(true);
  });

  it('may say no, and never lets a key live longer than ten minutes (BIND-05)', () => {
    const saying = (pairing: Policy['pairing']) => policySchema.safeParse({ ...policy, pairing }).success;
    expect(saying({ offered: false, lifetime: 600 })).toBe(true);
    expect(saying({ offered: true, lifetime: 601 })).toBe(false);
    expect(isPairingOffered({ ...policy, pairing: { offered: false, lifetime: 120 } })).toBe(false);
  });

  it('offers nothing where neither an app nor a passkey counts', () => {
    expect(isPairingOffered({ ...policy, secondFactor: { required: true, kinds: ['sms-code'] } })).toBe(false);
  });
});
