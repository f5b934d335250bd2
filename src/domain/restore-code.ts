/**
 * A restore code as people meet it: seven groups of four from Crockford's alphabet (no I, L, O, U), 27 random characters — 135 bits, so it
 * may be stored under a plain SHA-256 (NIST SP 800-63B-4 REC-10; DESIGN rule 2) — and a check character.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 28;
const GROUP = 4;

/** What is written for what: letters that look like digits, and U for V. */
const LOOKS_LIKE: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1', U: 'V' };

/** How many random bytes `restoreCodeFrom` takes: one for each random character, of which it uses five bits. */
export const RESTORE_CODE_BYTES = LENGTH - 1;

/** A new code without its hyphens, from so many random bytes. */
export function restoreCodeFrom(random: Uint8Array): string {
  if (random.length !== RESTORE_CODE_BYTES) throw new Error(`a restore code takes ${RESTORE_CODE_BYTES} random bytes`);
  const values = Array.from(random, (byte) => byte & 31);
  return [...values, checkOf(values)].map((value) => ALPHABET.charAt(value)).join('');
}

/** `7K2M-…`: in groups, for reading, typing and printing. */
export function grouped(code: string): string {
  return (code.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? []).join('-');
}

/** Why what was typed cannot be a restore code. Neither costs an attempt; `slip`: one character is wrong, or two were swapped. */
export type RestoreCodeFault = 'not-a-restore-code' | 'slip';

/**
 * What was typed as a code without hyphens; case, spaces, hyphens and look-alike letters are forgiven. Every single wrong character and
 * every swap of two is found by the check character.
 */
export function parseRestoreCode(typed: string): { readonly code: string } | { readonly fault: RestoreCodeFault } {
  const bare = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\u00ad\u200b\u2010-\u2015\-_.]/g, '');
  const letters = Array.from(bare, (letter) => LOOKS_LIKE[letter] ?? letter);
  const values = letters.map((letter) => ALPHABET.indexOf(letter));
  if (values.length !== LENGTH || values.includes(-1)) return { fault: 'not-a-restore-code' };
  const given = values.pop();
  return checkOf(values) === given ? { code: letters.join('') } : { fault: 'slip' };
}

/**
 * Σ xᵢ·αⁱ⁺¹ in GF(32), α a root of x⁵ + x² + 1. Its powers are 31 different ones, more than there are places: so no substitution and no swap
 * of two characters, the check character included, leaves the sum as it was.
 */
function checkOf(values: readonly number[]): number {
  return values.reduce((sum, value, place) => sum ^ timesPower(value, place + 1), 0);
}

function timesPower(value: number, power: number): number {
  let product = value;
  for (let n = 0; n < power; n += 1) product = product & 16 ? (product << 1) ^ 0b100101 : product << 1;
  return product;
}
