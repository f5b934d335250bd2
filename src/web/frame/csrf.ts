import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Double submit, signed and bound to the browser's `regain_form` cookie (OWASP CSRF prevention, C-01; ATTACKS A27, login CSRF
 * included, C-06). A token differs each time, so that compression cannot be asked about it.
 */
export interface Csrf {
  /** A token for a form; `seed` is the value of the cookie. `owner`: the account that the form was shown to. */
  token(seed: string, owner?: string): string;
  holds(seed: string | undefined, token: string | undefined): boolean;
  /** Whether a form with this token was shown to this account: somebody else may have signed in since, in the same browser. */
  isOf(owner: string, seed: string | undefined, token: string | undefined): boolean;
}

/** `keys`: 32 bytes each; the first one signs, all of them verify. */
export function createCsrf(keys: readonly Buffer[]): Csrf {
  const [first] = keys;
  if (!first) throw new Error('there is no key for forms');
  return {
    token: (seed, owner) => {
      const salt = randomBytes(16).toString('base64url');
      const macs = [sign(first, salt, seed), ...(owner === undefined ? [] : [sign(first, salt, seed, owner)])];
      return [salt, ...macs.map((mac) => mac.toString('base64url'))].join('.');
    },
    holds: (seed, token) => {
      const [salt, mac] = token?.split('.') ?? [];
      return matches(keys, mac, salt, seed);
    },
    isOf: (owner, seed, token) => {
      const [salt, , mac] = token?.split('.') ?? [];
      return matches(keys, mac, salt, seed, owner);
    },
  };
}

function matches(
  keys: readonly Buffer[],
  mac: string | undefined,
  ...signed: readonly (string | undefined)[]
): boolean {
  const parts = signed.filter(Boolean);
  if (!mac || parts.length < signed.length) return false;
  const given = Buffer.from(mac, 'base64url');
  return keys.some((key) => given.length === 32 && timingSafeEqual(given, sign(key, ...parts)));
}

/** None of the parts has a full stop in it. */
function sign(key: Buffer, ...parts: readonly (string | undefined)[]): Buffer {
  return createHmac('sha256', key).update(parts.join('.')).digest();
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
