/** What tokens are signed by (RFC 7518 3.1, RFC 8037 3.1): asymmetric only, since client secrets are kept as hashes. */
export const SIGNING_ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Applications read the key set again within minutes; a new key signs only after that. */
export const PUBLISHED_AHEAD_MS = 10 * MINUTE_MS;
/** The longest that something signed is of use to anybody: an ID token that comes back as a logout hint. */
export const LAST_TOKEN_DIES_AFTER_MS = DAY_MS;

/** One key and its times in milliseconds. `retiredAt`: when it leaves the key set; null while that is not known. */
export interface KeyTimes {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly activeFrom: number;
  readonly retiredAt: number | null;
}

/** `next`: published, not yet used; `current`: signs; `retired`: verifies until its tokens are dead; `gone`: published no more. */
export type KeyState = 'next' | 'current' | 'retired' | 'gone';

/** What a key is at a time, among all keys there are: the newest of an algorithm that may sign is the one that does. */
export function stateOfKey(key: KeyTimes, keys: readonly KeyTimes[], now: number): KeyState {
  if (key.retiredAt !== null && key.retiredAt <= now) return 'gone';
  if (key.activeFrom > now) return 'next';
  const newer = keys.some((other) => other.alg === key.alg && other.activeFrom <= now && isNewer(other, key));
  return newer ? 'retired' : 'current';
}

/** A rotation that begins at `now`: when the new keys sign, and when the ones before leave the key set. */
export function rotationAt(now: number): { readonly activeFrom: number; readonly retireOldAt: number } {
  const activeFrom = now + PUBLISHED_AHEAD_MS;
  return { activeFrom, retireOldAt: activeFrom + LAST_TOKEN_DIES_AFTER_MS };
}

/**
 * When the keys are next to be rotated by the schedule: once the oldest of those that sign, or are to sign, has signed for `days` days. Never
 * when there is no key or no schedule (0). NIST SP 800-57 part 1, 5.3.6: a private signature key is used for one to three years at most.
 */
export function nextRotation(keys: readonly KeyTimes[], days: number): number {
  const since = SIGNING_ALGORITHMS.flatMap((alg) => {
    const begun = keys.filter((key) => key.alg === alg && key.retiredAt === null).map((key) => key.activeFrom);
    return begun.length > 0 ? [Math.max(...begun)] : [];
  });
  if (since.length === 0 || days === 0) return Number.POSITIVE_INFINITY;
  return Math.min(...since) + days * DAY_MS - PUBLISHED_AHEAD_MS;
}

function isNewer(a: KeyTimes, b: KeyTimes): boolean {
  return a.activeFrom !== b.activeFrom ? a.activeFrom > b.activeFrom : a.kid > b.kid;
}
