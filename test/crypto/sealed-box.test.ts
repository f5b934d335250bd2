import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSealedBox } from '../../src/crypto/sealed-box.ts';

const older = randomBytes(32);
const newer = randomBytes(32);
const REFUSED = /^(altered, or|sealed under no key)/;

test('what is sealed opens again, for the same context only', () => {
  const box = createSealedBox([older]);
  const sealed = box.seal('clé secrète 🔑', 'credential:1');
  expect(box.open(sealed, 'credential:1')).toBe('clé secrète 🔑');
  expect(() => box.open(sealed, 'credential:2')).toThrow('another context');
  expect(box.open(box.seal('', 'c'), 'c')).toBe('');
});

test('the same text is sealed differently each time, and never stands in the result', () => {
  const box = createSealedBox([older]);
  const first = box.seal('JBSWY3DPEHPK3PXP', 'c');
  expect(first.equals(box.seal('JBSWY3DPEHPK3PXP', 'c'))).toBe(false);
  expect(first.includes('JBSWY3DPEHPK3PXP')).toBe(false);
});

test('no byte may be altered, none may be missing', () => {
  const box = createSealedBox([older]);
  const sealed = box.seal('secret', 'c');
  for (let at = 0; at < sealed.length; at += 1) {
    const altered = Buffer.from(sealed);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(() => box.open(altered, 'c'), `byte ${at}`).toThrow(REFUSED);
    expect(() => box.open(sealed.subarray(0, at), 'c'), `${at} bytes`).toThrow(REFUSED);
  }
});

test('the first master key seals, all of them open, others do not', () => {
  const before = createSealedBox([older]).seal('secret', 'c');
  const both = createSealedBox([newer, older]);
  expect(both.open(before, 'c')).toBe('secret');
  const after = both.seal('secret', 'c');
  expect(createSealedBox([newer]).open(after, 'c')).toBe('secret');
  expect(() => createSealedBox([older]).open(after, 'c')).toThrow('no key');
});

test('a master key that is missing or too short is refused', () => {
  expect(() => createSealedBox([])).toThrow('needs a master key');
  expect(() => createSealedBox([randomBytes(16)])).toThrow('32 bytes');
});
