import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Double submit, signed and bound to the browser's `regain_form` cookie (OWASP CSRF prevention, C-01; ATTACKS A27, login CSRF
 * included, C-06). A token differs each time, so that compression cannot be asked about it.
 */
export interface Csrf {
  /** A token for a form; `seed` is the value of the cookie. */
  token(seed: string): string;
  holds(seed: string | undefined, token: string | undefined): boolean;
}

/** `keys`: 32 bytes each; the first one signs, all of them verify. */
export function createCsrf(keys: readonly Buffer[]): Csrf {
  const [first] = keys;
  if (!first) throw new Error('there is no key for forms');
  return {
    token: (seed) => {
      const salt = randomBytes(16).toString('base64url');
      return `${salt}.${sign(first, seed, salt).toString('base64url')}`;
    },
    holds: (seed, token) => {
      const [salt, mac] = token?.split('.') ?? [];
      if (!seed || !salt || !mac) return false;
      const given = Buffer.from(mac, 'base64url');
      return keys.some((key) => given.length === 32 && timingSafeEqual(given, sign(key, seed, salt)));
    },
  };
}

function sign(key: Buffer, seed: string, salt: string): Buffer {
  return createHmac('sha256', key).update(`${salt}.${seed}`).digest();
}

/**
 * True when the browser itself says that another site sent this (C-04): Fetch Metadata, else Origin. Our pages have the referrer
 * policy `no-referrer`, under which browsers send `Origin: null` with our own forms too; so `null` says nothing, and the token decides.
 */
export function isFromElsewhere(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return headers.origin !== undefined && headers.origin !== 'null' && headers.origin !== origin;
}
