import { hkdfSync, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCrypto } from '../../src/crypto/crypto.ts';

const master = randomBytes(32);
const crypto = createCrypto([master]);

test('digits have the length asked for, zeros in front included, and every digit occurs everywhere', () => {
  const seen = Array.from({ length: 6 }, () => new Set<string>());
  for (let round = 0; round < 500; round += 1) {
    const digits = crypto.digits(6);
    expect(digits).toMatch(/^[0-9]{6}$/);
    for (const [place, digit] of digits.split('').entries()) seen[place]?.add(digit);
  }
  expect(seen.map((digits) => digits.size)).toEqual([10, 10, 10, 10, 10, 10]);
});

test('a token is 256 bits in base64url and never the same', () => {
  const tokens = Array.from({ length: 100 }, () => crypto.token());
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(new Set(tokens).size).toBe(100);
  expect(crypto.hashToken('abc').toString('hex')).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

test('ids are UUIDs that differ', () => {
  const ids = Array.from({ length: 100 }, () => crypto.uuid());
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(100);
});

test('A7 a code hash is bound to purpose, subject and key', () => {
  const hash = crypto.hashCode('sms', 'a', '012345');
  expect(crypto.hashCode('sms', 'a', '012345').equals(hash)).toBe(true);
  for (const other of [
    crypto.hashCode('recovery-code', 'a', '012345'),
    crypto.hashCode('sms', 'b', '012345'),
    crypto.hashCode('sms', 'a', '12345'),
    // The same characters, cut elsewhere.
    crypto.hashCode('sm', 'sa', '012345'),
    crypto.hashCode('sms', 'a0', '12345'),
    createCrypto([randomBytes(32)]).hashCode('sms', 'a', '012345'),
  ]) {
    expect(other.equals(hash)).toBe(false);
  }
});

test('equal compares any two buffers', () => {
  expect(crypto.equal(Buffer.from('abc'), Buffer.from('abc'))).toBe(true);
  expect(crypto.equal(Buffer.from('abc'), Buffer.from('abd'))).toBe(false);
  expect(crypto.equal(Buffer.from('abc'), Buffer.from('abcd'))).toBe(false);
  expect(crypto.equal(Buffer.alloc(0), Buffer.alloc(0))).toBe(true);
});

test('derived keys: one per label and master key, the first one first, by HKDF-SHA-256', () => {
  const other = randomBytes(32);
  const kit = createCrypto([other, master]);
  expect(kit.deriveKeys('csrf')).toEqual([kit.deriveKey('csrf'), crypto.deriveKey('csrf')]);
  expect(kit.deriveKey('csrf')).toEqual(Buffer.from(hkdfSync('sha256', other, '', 'regain/csrf/1', 32)));
  expect(kit.deriveKey('audit').equals(kit.deriveKey('csrf'))).toBe(false);
});

test('there must be a master key', () => {
  expect(() => createCrypto([])).toThrow('no master key');
});
