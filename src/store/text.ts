import { createHash } from 'node:crypto';

/** SHA-256 of an identifier that is random itself, or of a key that must only be found again. */
export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for what PostgreSQL takes as uuid; anything else would be a fault there, and is simply nobody's id. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text);
}

/** True when PostgreSQL can hold the text at all: it has no NUL character (ATTACKS A28). */
export function isStorable(text: string): boolean {
  return !text.includes('\0');
}

/**
 * Text from outside (user agents, details) as it may be kept: at most `longest` code points, without NUL, other control
 * characters and broken surrogates, each shown as U+FFFD.
 */
export function plainText(text: string, longest: number): string {
  const clean = text
    .slice(0, 2 * longest)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '\ufffd');
  return Array.from(clean).slice(0, longest).join('');
}

/** As much of a header or an address as is kept. */
export const LONGEST_USER_AGENT = 300;
export const LONGEST_IP = 64;
