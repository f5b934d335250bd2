import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grouped, parseRestoreCode, RESTORE_CODE_BYTES, restoreCodeFrom } from '../../src/domain/restore-code.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const bytes = fc.uint8Array({ minLength: RESTORE_CODE_BYTES, maxLength: RESTORE_CODE_BYTES });
const codes = bytes.map(restoreCodeFrom);
const place = fc.nat({ max: 27 });

describe('restore code', () => {
  it('has 135 random bits and is read back as it was made', () => {
    expect(RESTORE_CODE_BYTES * 5).toBeGreaterThanOrEqual(128);
    fc.assert(
      fc.property(codes, (code) => {
        expect(grouped(code)).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
        expect(parseRestoreCode(grouped(code))).toEqual({ code });
      }),
    );
  });

  it('each random character counts', () => {
    fc.assert(
      fc.property(
        bytes,
        fc.nat({ max: RESTORE_CODE_BYTES - 1 }),
        fc.integer({ min: 1, max: 31 }),
        (random, at, flip) => {
          const other = Uint8Array.from(random, (byte, index) => (index === at ? byte ^ flip : byte));
          expect(restoreCodeFrom(other)).not.toBe(restoreCodeFrom(random));
        },
      ),
    );
  });

  it('forgives case, spaces, hyphens of any kind and look-alike letters', () => {
    fc.assert(
      fc.property(codes, (code) => {
        const sloppy = grouped(code).toLowerCase().replaceAll('-', ' – ').replaceAll('0', 'o').replaceAll('1', 'l');
        expect(parseRestoreCode(`  ${sloppy}\u00a0`)).toEqual({ code });
        expect(parseRestoreCode(code.replaceAll('1', 'I').replaceAll('V', 'u'))).toEqual({ code });
      }),
    );
  });

  it('finds every single slip', () => {
    fc.assert(
      fc.property(codes, place, fc.integer({ min: 1, max: 31 }), (code, at, shift) => {
        const wrong = ALPHABET.charAt((ALPHABET.indexOf(code.charAt(at)) + shift) % 32);
        expect(parseRestoreCode(code.slice(0, at) + wrong + code.slice(at + 1))).toEqual({ fault: 'slip' });
      }),
    );
  });

  it('finds every swap of two characters, wherever they stand', () => {
    fc.assert(
      fc.property(codes, place, place, (code, a, b) => {
        fc.pre(code.charAt(a) !== code.charAt(b));
        const letters = Array.from(code);
        [letters[a], letters[b]] = [letters[b] ?? '', letters[a] ?? ''];
        expect(parseRestoreCode(letters.join(''))).toEqual({ fault: 'slip' });
      }),
    );
  });

  it.each(['', 'restore', '123 456', 'A'.repeat(27), 'A'.repeat(29), 'A'.repeat(27) + '*', '١'.repeat(28)])(
    'is not %j',
    (typed) => expect(parseRestoreCode(typed)).toEqual({ fault: 'not-a-restore-code' }),
  );
});
