import { expect, test } from 'vitest';
import { createTotp } from '../../src/crypto/totp.ts';

const totp = createTotp();
/** RFC 6238, appendix B: the SHA-1 secret "12345678901234567890" in base32, and the last six of the eight digits there. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const vectors = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const;

test.each(vectors)('RFC 6238: at %i s the code is %s', (seconds, code) => {
  expect(totp.verify(secret, code, seconds * 1000, null)).toBe(Math.floor(seconds / 30));
});

test('the code holds in its own step and the next one, to the last millisecond, and never before', () => {
  const begins = 37_037_036 * 30_000; // the step of 1111111109
  expect(totp.verify(secret, '081804', begins - 1, null)).toBeUndefined();
  expect(totp.verify(secret, '081804', begins, null)).toBe(37_037_036);
  expect(totp.verify(secret, '081804', begins + 59_999, null)).toBe(37_037_036);
  expect(totp.verify(secret, '081804', begins + 60_000, null)).toBeUndefined();
});

test('A15 TOTP replay, older step, next step', () => {
  const now = 1_111_111_111_000;
  const step = 37_037_037;
  expect(totp.verify(secret, '050471', now, step - 1)).toBe(step);
  expect(totp.isReplay(secret, '050471', now, step - 1)).toBe(false);
  // The same code again.
  expect(totp.verify(secret, '050471', now, step)).toBeUndefined();
  expect(totp.isReplay(secret, '050471', now, step)).toBe(true);
  // The code of the step before, which nobody used, once a newer one was accepted.
  expect(totp.verify(secret, '081804', now, step)).toBeUndefined();
  expect(totp.isReplay(secret, '081804', now, step)).toBe(true);
  // The code of the next step, before its time.
  expect(totp.verify(secret, '050471', now - 30_000, null)).toBeUndefined();
  // A wrong code is no replay.
  expect(totp.isReplay(secret, '000000', now, step)).toBe(false);
});

test.each(['', '28708', '2870822', ' 287082', '28708a', '٢٨٧٠٨٢', '２８７０８２', '287082\n'])(
  'what is not six digits is refused: %j',
  (code) => {
    expect(totp.verify(secret, code, 59_000, null)).toBeUndefined();
    expect(totp.isReplay(secret, code, 59_000, 1)).toBe(false);
  },
);

test('a new secret has 160 bits in base32 and is never the same', () => {
  const secrets = Array.from({ length: 50 }, () => totp.newSecret());
  for (const made of secrets) expect(made).toMatch(/^[A-Z2-7]{32}$/);
  expect(new Set(secrets).size).toBe(50);
});

test('the URI says what authenticator apps need, whatever is in the names', () => {
  const uri = new URL(totp.uri(secret, 'rené:dupont@exemple.ch', 'Regain: Genève & co'));
  expect(uri.protocol).toBe('otpauth:');
  expect(uri.host).toBe('totp');
  expect(decodeURIComponent(uri.pathname)).toBe('/Regain  Genève & co:rené dupont@exemple.ch');
  expect(uri.searchParams.get('secret')).toBe(secret);
  expect(uri.searchParams.get('issuer')).toBe('Regain  Genève & co');
  expect(uri.searchParams.get('digits') ?? '6').toBe('6');
  expect(uri.searchParams.get('period') ?? '30').toBe('30');
  expect(uri.searchParams.get('algorithm') ?? 'SHA1').toBe('SHA1');
});
