import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grouped, parseRestoreCode, RESTORE_CODE_BYTES, restoreCodeFrom } from '../../src/domain/restore-code.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const bytes = fc.uint8Array({ minLength: RESTORE_CODE_BYTES, maxLength: RESTORE_CODE_BYTES });
const codes = bytes.map(restoreCodeFrom);
const place = fc.nat({ max: 27 });
const PLACES = Array.from({ length: 28 }, (_, at) => at);
const isSlip = (typed: string) => 'fault' in parseRestoreCode(typed);

function swapped(code: string, a: number, b: number): string {
  const letters = Array.from(code);
  [letters[a], letters[b]] = [letters[b] ?? '', letters[a] ?? ''];
  return letters.join('');
}

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

  it('finds every single slip, at every place and for every other character, in whatever code', () => {
    fc.assert(
      fc.property(codes, (code) => {
        const missed = PLACES.flatMap((at) =>
          Array.from(ALPHABET, (other) => code.slice(0, at) + other + code.slice(at + 1)),
        ).filter((typed) => typed !== code && !isSlip(typed));
        expect(missed).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('finds every swap of two characters, wherever they stand', () => {
    fc.assert(
      fc.property(codes, (code) => {
        const missed = PLACES.flatMap((a) => PLACES.filter((b) => b > a).map((b) => swapped(code, a, b))).filter(
          (typed) => typed !== code && !isSlip(typed),
        );
        expect(missed).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('finds a slip also where it is written with a look-alike letter, and takes none for another code by chance more often than 1 in 32', () => {
    const random = fc.array(fc.constantFrom(...Array.from(ALPHABET)), { minLength: 28, maxLength: 28 });
    const taken = fc.sample(random, { numRuns: 20_000, seed: 7 }).filter((typed) => !isSlip(typed.join('')));
    expect(taken.length / 20_000).toBeCloseTo(1 / 32, 2);
    fc.assert(
      fc.property(codes, fc.constantFrom('O', 'I', 'L', 'U', 'o', 'i', 'l', 'u'), place, (code, letter, at) => {
        const typed = code.slice(0, at) + letter + code.slice(at + 1);
        const meant = { O: '0', I: '1', L: '1', U: 'V' }[letter.toUpperCase()];
        expect(parseRestoreCode(typed)).toEqual(code.charAt(at) === meant ? { code } : { fault: 'slip' });
      }),
    );
  });

  it.each(['', 'restore', '123 456', 'A'.repeat(27), 'A'.repeat(29), 'A'.repeat(27) + '*', '١'.repeat(28)])(
    'is not %j',
    (typed) => expect(parseRestoreCode(typed)).toEqual({ fault: 'not-a-restore-code' }),
  );
});
