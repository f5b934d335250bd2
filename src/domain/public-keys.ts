import { type AddressFault, faultOfAddress } from './web-address.ts';

/** An application's own public keys: where they are, or they themselves (RFC 7517). */
export type PublicKeys = { readonly jwksUri: string } | { readonly jwks: { readonly keys: readonly object[] } };
export type KeysFault = 'not-keys' | 'private' | 'weak' | AddressFault;

const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];
const CURVES: readonly unknown[] = ['P-256', 'Ed25519'];
/** 2048 bits in base64url (RFC 7518, 3.3). */
const LEAST_RSA = 342;
const MOST_KEYS = 20;

/**
 * Public keys as they are typed: an https address, or a JWK or JWK set as JSON. A private key among them is told by itself, so that it is not kept
 * anywhere; keys are RSA of 2048 bits or more, P-256 or Ed25519.
 */
export function readPublicKeys(text: string): PublicKeys | { readonly fault: KeysFault } {
  const typed = text.trim();
  if (!typed.startsWith('{')) {
    const fault = faultOfAddress(typed);
    return fault ? { fault: fault === 'not-an-address' ? 'not-keys' : fault } : { jwksUri: typed };
  }
  const parsed = parse(typed);
  const keys = parsed && 'keys' in parsed ? parsed.keys : [parsed];
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MOST_KEYS || !keys.every(isObject))
    return { fault: 'not-keys' };
  if (keys.some((key) => PRIVATE.some((member) => Object.hasOwn(key, member)))) return { fault: 'private' };
  const faults = keys.map(faultOfKey);
  const fault = faults.find((one) => one !== undefined);
  return fault ? { fault } : { jwks: { keys } };
}

function faultOfKey(key: object): 'not-keys' | 'weak' | undefined {
  const { kty, n, crv, x }: Readonly<Record<string, unknown>> = { ...key };
  if (kty === 'RSA' && typeof n === 'string') return n.length >= LEAST_RSA ? undefined : 'weak';
  return (kty === 'EC' || kty === 'OKP') && CURVES.includes(crv) && typeof x === 'string' ? undefined : 'not-keys';
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
