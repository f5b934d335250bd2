import { describe, expect, it } from 'vitest';
import { type Act, beforeContest } from '../../src/domain/contest.ts';
import { NOW } from './account.ts';
import { act, before, HELD, type Secret, secret } from './before.ts';

const session = (used: string[]) => act('device-switched-off', { used, removed: ['totp'], contested: true });

describe('what contested acts switched off or blocked', () => {
  const OTHER = 'password2';
  const reset = act('password-reset', {
    used: ['email', 'totp'],
    added: [OTHER],
    removed: ['password'],
    contested: true,
  });
  const off = (more: Partial<Act & { contested: boolean }> = {}) =>
    act('device-switched-off', { used: [OTHER, 'totp'], removed: ['passkey'], contested: true, ...more });
  /** After a recovery of the password by mailbox and app; then `acts`. */
  const after = (key: Partial<Secret>, acts: ReturnType<typeof act>[]) => {
    const passkeys = { ...secret('passkey'), ...key };
    const found = before([secret('password', 'removed'), secret(OTHER), secret('totp'), passkeys], [reset, ...acts]);
    return found.credentials.find((one) => one.startsWith('passkey')) ?? 'no passkey';
  };

  it.each<[string, Partial<Secret>, ReturnType<typeof act>[], string]>([
    ['works again', { state: 'off' }, [off()], 'passkey active'],
    ['blocked in the cooling period, too', { state: 'blocked' }, [off({ kind: 'device-blocked' })], 'passkey active'],
    [
      'a block that names nothing is final',
      { state: 'blocked' },
      [off({ kind: 'device-blocked', removed: [] })],
      'passkey blocked',
    ],
    ['A36 not what was reported lost', { state: 'off', lostAt: NOW }, [off()], 'passkey off'],
    ['not what was off before them', { state: 'off' }, [off({ removed: [] })], 'passkey off'],
    [
      'not what an act that nobody contested switched off since',
      { state: 'off' },
      [off(), off({ at: NOW + 1, contested: false })],
      'passkey off',
    ],
    [
      'what was switched on and off before them does',
      { state: 'off' },
      [off({ at: NOW - 1, contested: false }), off()],
      'passkey active',
    ],
    [
      'also switched on again by them',
      {},
      [off(), act('device-switched-on', { added: ['passkey'], contested: true, at: NOW + 1 })],
      'passkey active',
    ],
    [
      'not what they had switched on before',
      { state: 'off' },
      [off(), act('device-switched-on', { added: ['passkey'], contested: true, at: NOW - 1 })],
      'no passkey',
    ],
    [
      'also removed by them',
      { state: 'removed', removedFrom: 'off' },
      [off(), act('second-factor-removed', { used: [OTHER], removed: ['passkey'], contested: true })],
      'passkey active',
    ],
    [
      'not removed by an act that nobody contested',
      { state: 'removed', removedFrom: 'off' },
      [off(), act('second-factor-removed', { removed: ['passkey'] })],
      'no passkey',
    ],
    [
      'removed alone brings back nothing that was off',
      { state: 'removed', removedFrom: 'off' },
      [act('second-factor-removed', { removed: ['passkey'], contested: true })],
      'no passkey',
    ],
  ])('%s', (_, key, acts, expected) => {
    expect(after(key, acts)).toBe(expected);
  });

  const held = [secret('password'), secret('totp', 'off'), secret('passkey')];

  it('A36 between two authenticators: not where the session stood on the password, as the owner’s does whose phone is stolen', () => {
    expect(before(held, [session(['password', 'passkey'])]).credentials).toContain('totp off');
  });

  it('… beside a password that none of the acts used; what is in dispute is nobody’s proof that they are somebody else', () => {
    const found = before(
      [secret('password', 'removed'), secret(OTHER), ...held.slice(1)],
      [{ ...reset, used: ['email', 'passkey'] }, session([OTHER, 'passkey'])],
    );
    expect(found.credentials).toEqual(['totp active', 'passkey active', 'password active']);
    expect(found.contested.flatMap(({ used }) => used)).toContain('totp');
  });

  it('… whatever was used where no authenticator was', () => {
    const found = before(held, [session(['password'])]);
    expect(found.credentials).toContain('totp active');
    expect(found.contested[0]?.used).toEqual(['password']);
  });

  it('a phone for codes by SMS', () => {
    const contacts = [{ id: 'email' }, { id: 'phone', offAt: NOW }];
    const found = beforeContest({ ...HELD, contacts, credentials: held }, [
      act('device-switched-off', { removed: ['phone'], contested: true, used: ['password'] }),
    ]);
    expect(found.contacts).toEqual([{ id: 'email' }, { id: 'phone', offAt: null }]);
  });
});
