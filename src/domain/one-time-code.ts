/** What a one-time code is for. A code for one purpose is nothing for another (ATTACKS A7). */
export type CodePurpose = 'recovery-link' | 'recovery-code' | 'sms' | 'invitation';

export const SHORT_CODE_DIGITS = 6;
/** Wrong entries that one short code bears (NIST THR-07 asks for at least ten tries in all: a new code may be sent). */
export const TRIES_PER_CODE = 5;

/**
 * A typed short code as digits: spaces, hyphens and dashes are forgiven, full-width and Arabic digits are not.
 * `undefined` when it cannot be a code; that costs no try.
 */
export function parseShortCode(typed: string): string | undefined {
  const digits = typed.normalize('NFKC').replaceAll(/[\s\u00ad\u200b\u2010-\u2015\-.]/g, '');
  return /^\d{6}$/.test(digits) ? digits : undefined;
}
