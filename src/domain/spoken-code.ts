/**
 * How long codes are written that people read aloud, copy and type: characters of Crockford's alphabet (no I, L, O, U), five random bits each, the
 * last one a check character, in groups of four.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUP = 4;

/** What is written for what: letters that look like digits, and U for V. */
const LOOKS_LIKE: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1', U: 'V' };

/** A code without hyphens: one random character for each byte, of which it uses five bits, and a check character. */
export function spokenCodeFrom(random: Uint8Array): string {
  const values = Array.from(random, (byte) => byte & 31);
  return [...values, checkOf(values)].map((value) => ALPHABET.charAt(value)).join('');
}

/** `7K2M-…`: in groups, for reading, typing and printing. */
export function grouped(code: string): string {
  return (code.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? []).join('-');
}

/**
 * What was typed as a code of `length` characters without hyphens; case, spaces, hyphens and look-alike letters are forgiven. Every single wrong
 * character and every swap of two is found by the check character (`slip`), as long as the code has at most 31 characters.
 */
export function parseSpokenCode(
  typed: string,
  length: number,
): { readonly code: string } | { readonly fault: 'not-a-code' | 'slip' } {
  const letters = Array.from(bareCode(typed));
  const values = letters.map((letter) => ALPHABET.indexOf(letter));
  if (values.length !== length || values.includes(-1)) return { fault: 'not-a-code' };
  const given = values.pop();
  return checkOf(values) === given ? { code: letters.join('') } : { fault: 'slip' };
}

/** What was typed without what is only for the eye, look-alikes read as what they stand for. */
export function bareCode(typed: string): string {
  const bare = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\u00ad\u200b\u2010-\u2015\-_.]/g, '');
  return Array.from(bare, (letter) => LOOKS_LIKE[letter] ?? letter).join('');
}

/**
 * Σ xᵢ·αⁱ⁺¹ in GF(32), α a root of x⁵ + x² + 1. Its powers are 31 different ones, no fewer than there are places: so no substitution and no swap
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
