import { parseSpokenCode, spokenCodeFrom } from './spoken-code.ts';

export { grouped } from './spoken-code.ts';

/**
 * A restore code as people meet it: seven groups of four, 27 random characters — 135 bits, so it may be stored under a plain SHA-256 (NIST SP
 * 800-63B-4 REC-10; DESIGN rule 2) — and a check character.
 */
const LENGTH = 28;

/** How many random bytes `restoreCodeFrom` takes: one for each random character, of which it uses five bits. */
export const RESTORE_CODE_BYTES = LENGTH - 1;

/** A new code without its hyphens, from so many random bytes. */
export function restoreCodeFrom(random: Uint8Array): string {
  if (random.length !== RESTORE_CODE_BYTES) throw new Error(`a restore code takes ${RESTORE_CODE_BYTES} random bytes`);
  return spokenCodeFrom(random);
}

/** Why what was typed cannot be a restore code. Neither costs an attempt; `slip`: one character is wrong, or two were swapped. */
export type RestoreCodeFault = 'not-a-restore-code' | 'slip';

/**
 * What was typed as a code without hyphens; case, spaces, hyphens and look-alike letters are forgiven. Every single wrong character and
 * every swap of two is found by the check character.
 */
export function parseRestoreCode(typed: string): { readonly code: string } | { readonly fault: RestoreCodeFault } {
  const parsed = parseSpokenCode(typed, LENGTH);
  if ('code' in parsed) return parsed;
  return { fault: parsed.fault === 'slip' ? 'slip' : 'not-a-restore-code' };
}
