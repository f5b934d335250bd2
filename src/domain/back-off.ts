/** Fewest failures before a guesser has to wait, and when an authenticator is disabled (NIST SP 800-63B-4, 3.2.2). */
export const FREE_ATTEMPTS = 5;
export const DISABLE_AFTER = 100;

const FIRST_DELAY_SECONDS = 30;
const LONGEST_DELAY_SECONDS = 3_600;

/**
 * Seconds to wait after the n-th consecutive failure: none for the first five, then 30 s, doubling up to an hour
 * (NIST THR-04; STANDARDS X-12).
 */
export function delayAfter(failures: number): number {
  if (failures < FREE_ATTEMPTS) return 0;
  return Math.min(FIRST_DELAY_SECONDS * 2 ** (failures - FREE_ATTEMPTS), LONGEST_DELAY_SECONDS);
}

/** The same as a table, for a store that counts and delays in one statement: entry n is the delay after failure n. */
export const DELAYS: readonly number[] = Array.from({ length: 14 }, (_, failures) => delayAfter(failures));
