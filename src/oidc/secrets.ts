import { createHash, timingSafeEqual } from 'node:crypto';
import type Provider from 'oidc-provider';

const PREFIX = 'sha256:';

/**
 * oidc-provider wants a `client_secret` in the metadata of every client that authenticates by one (client_schema: "mandatory
 * property"), and compares it in clear. It is given the hash in this form, so a changed secret is also a changed client to its cache.
 */
export function hashedSecret(hash: Buffer): string {
  return PREFIX + hash.toString('base64url');
}

/**
 * Compares what a client presents by its SHA-256 with what is stored, in constant time (DESIGN rule 2; RFC 6749 2.3.1). The stored
 * form itself never passes: it is hashed like everything else. No key may be made of it, so HS256 and client_secret_jwt are off.
 */
export function secretMatches(stored: unknown, presented: unknown): boolean {
  if (typeof stored !== 'string' || typeof presented !== 'string' || !stored.startsWith(PREFIX)) return false;
  const expected = Buffer.from(stored.slice(PREFIX.length), 'base64url');
  const actual = createHash('sha256').update(presented).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** Puts that comparison in place of oidc-provider's own. */
export function compareSecretsByHash(provider: Provider): void {
  provider.Client.prototype.compareClientSecret = compareHashed;
}

function compareHashed(this: { readonly clientSecret?: string | undefined }, presented: string): boolean {
  return secretMatches(this.clientSecret, presented);
}
