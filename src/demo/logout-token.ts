import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { z } from 'zod';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Clocks may differ by so many seconds. */
const TOLERANCE = 60;

const ALGORITHMS = {
  ES256: { kty: 'EC', dsaEncoding: 'ieee-p1363' },
  RS256: { kty: 'RSA', dsaEncoding: 'der' },
} as const;

const header = z.object({ alg: z.enum(['ES256', 'RS256']), kid: z.string(), typ: z.string().optional() });
const claims = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  iat: z.number(),
  exp: z.number(),
  jti: z.string(),
  events: z.record(z.string(), z.object({})),
  sub: z.string().optional(),
  sid: z.string().optional(),
  nonce: z.never().optional(),
});
const keySet = z.object({ keys: z.array(z.looseObject({ kid: z.string().optional(), kty: z.string() })) });

/** Whose session has ended: that of `sid`, or all of `sub`. */
export interface EndedSession {
  readonly sub: string | undefined;
  readonly sid: string | undefined;
}

/**
 * Reads a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6): signature by a key of the issuer, issuer, audience, time,
 * event, and neither nonce nor emptiness. Undefined when anything of that does not hold.
 */
export async function readLogoutToken(
  token: string,
  expected: { issuer: string; clientId: string; jwksUri: string; now: number },
): Promise<EndedSession | undefined> {
  const parts = token.split('.');
  const [head, body, signature] = parts;
  if (parts.length !== 3 || !head || !body || !signature) return undefined;
  const { alg, kid, typ } = header.safeParse(json(head)).data ?? {};
  if (!alg || !kid || (typ !== undefined && !['logout+jwt', 'JWT'].includes(typ))) return undefined;
  const key = await fetchKey(expected.jwksUri, kid);
  if (key?.['kty'] !== ALGORITHMS[alg].kty) return undefined;
  const publicKey = { key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: ALGORITHMS[alg].dsaEncoding };
  if (!verify('sha256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url')))
    return undefined;
  const said = claims.safeParse(json(body)).data;
  return said && holds(said, expected) ? { sub: said.sub, sid: said.sid } : undefined;
}

function holds(said: z.infer<typeof claims>, expected: { issuer: string; clientId: string; now: number }): boolean {
  const seconds = expected.now / 1000;
  return (
    said.iss === expected.issuer &&
    [said.aud].flat().includes(expected.clientId) &&
    said.exp > seconds - TOLERANCE &&
    said.iat < seconds + TOLERANCE &&
    EVENT in said.events &&
    (said.sub !== undefined || said.sid !== undefined)
  );
}

/** Fetched each time: a demo is told rarely, and keys rotate. */
async function fetchKey(jwksUri: string, kid: string): Promise<JsonWebKey | undefined> {
  const response = await fetch(jwksUri, { signal: AbortSignal.timeout(5_000) });
  return keySet.safeParse(await response.json()).data?.keys.find((key) => key.kid === kid);
}

function json(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return undefined;
  }
}
