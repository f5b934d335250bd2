import { randomBytes } from 'node:crypto';

// Crockford's base32: no I, L, O, U, so that a number read out on the phone is typed right.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new reference number for an error page, e.g. `R-7F3K-92QD`: 40 random bits; it is logged with the fault. */
export function reference(): string {
  const letters = [...randomBytes(8)].map((byte) => ALPHABET[byte % 32]).join('');
  return `R-${letters.slice(0, 4)}-${letters.slice(4)}`;
}
