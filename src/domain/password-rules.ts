import type { Policy } from './policy.ts';

export type PasswordRefusal = 'too-short' | 'too-long' | 'common' | 'about-you';
export const LONGEST_PASSWORD = 256;

/** What is hashed: NFC (NIST PWD-09), nothing trimmed or cut (PWD-08, ASVS 6.2.8). */
export function normalizePassword(typed: string): string {
  return typed.normalize('NFC');
}

/**
 * Fewest characters of a password (PWD-01, PWD-02): fewer where it is used beside a second factor only, which the account holds
 * or registers in the same journey.
 */
export function leastLength(policy: Policy, besideSecondFactor: boolean): number {
  return besideSecondFactor ? policy.password.besideSecondFactor : policy.password.alone;
}

/**
 * Judges a new password by itself: length in code points, then words about the person or the service. The whole
 * password is compared, never a part (PWD-10). `undefined`: nothing against it; the list of common ones is checked elsewhere.
 */
export function judgePassword(password: string, least: number, words: readonly string[]): PasswordRefusal | undefined {
  const length = Array.from(password).length;
  if (length < least) return 'too-short';
  if (length > LONGEST_PASSWORD) return 'too-long';
  const names = words.flatMap((word) => [word, word.split('@')[0] ?? '']);
  // As it is written too: a username may be all digits.
  const aboutYou = names.some(
    (name) => is(name.toLowerCase(), password.toLowerCase()) || is(bare(name), bare(password)),
  );
  return aboutYou ? 'about-you' : undefined;
}

/** Letters only: what is left of a password when the decoration is gone. */
function bare(text: string): string {
  return text.toLowerCase().replaceAll(/[\s\p{P}\p{S}\d]/gu, '');
}

function is(word: string, subject: string): boolean {
  return word.length >= 3 && (subject === word || subject === word.repeat(2));
}
