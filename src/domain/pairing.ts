import { coolsUntil } from './act.ts';
import type { Policy } from './policy.ts';

/**
 * A new phone by QR code (SPEC S8): a signed-in device shows an address with a key in it, the new phone opens that and shows a short code,
 * the code is typed on the signed-in device, and the new phone brings its own second factor. Times in milliseconds.
 */

/** Crockford's: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LOOKS_LIKE: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1', U: 'V' };

/** 140 bits, beyond the 112 that a binding code needs where no name is typed with it (NIST SP 800-63B-4, 4.1.2.2; STANDARDS BIND-05). */
export const PAIRING_KEY_LENGTH = 28;

/** It is compared once, so it keeps out nothing but a coincidence; who knows both the QR code and what is typed is at both devices. */
export const PAIRING_CODE_DIGITS = 4;

/** From the moment that the phone asks: to type the code there, and then to bring a second factor. BIND-05: at most ten minutes. */
export const TYPED_WITHIN_MS = 2 * 60_000;
export const ENROLLED_WITHIN_MS = 10 * 60_000;

/** A new key from so many random bytes, of each of which it uses five bits. */
export function pairingKeyFrom(random: Uint8Array): string {
  if (random.length !== PAIRING_KEY_LENGTH) throw new Error(`a pairing key takes ${PAIRING_KEY_LENGTH} random bytes`);
  return Array.from(random, (byte) => ALPHABET.charAt(byte & 31)).join('');
}

/** As it stands in the address, which may have been typed: case, hyphens and look-alike letters are forgiven. Undefined: it is none. */
export function parsePairingKey(typed: string): string | undefined {
  const bare = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\u2010-\u2015\-_.]/g, '');
  const key = Array.from(bare, (letter) => LOOKS_LIKE[letter] ?? letter).join('');
  return key.length === PAIRING_KEY_LENGTH && Array.from(key).every((letter) => ALPHABET.includes(letter))
    ? key
    : undefined;
}

/** The short code as it was typed; undefined when it cannot be one, which costs nothing. */
export function parsePairingCode(typed: string): string | undefined {
  const digits = typed.normalize('NFKC').replaceAll(/[\s\u00ad\u200b\u2010-\u2015\-.]/g, '');
  return new RegExp(`^\\d{${PAIRING_CODE_DIGITS}}$`).test(digits) ? digits : undefined;
}

/**
 * How it ended. `cancelled`: on the device that showed the QR code; `declined`: on the phone; `wrong-code`: another one was typed;
 * `replaced`: a newer one was begun; `changed`: something of how one gets in was changed meanwhile (ATTACKS A19).
 */
export const PAIRING_ENDS = ['done', 'cancelled', 'declined', 'wrong-code', 'replaced', 'changed'] as const;
export type PairingEnd = (typeof PAIRING_ENDS)[number];

/** Why it goes on no more. `session-over`: that of the device that showed the QR code, or nobody gets in to the account just now. */
export type PairingOver = Exclude<PairingEnd, 'done'> | 'expired' | 'session-over';

export type PairingStage =
  | { readonly stage: 'shown' | 'claimed' | 'confirmed' | 'done' }
  | { readonly stage: 'over'; readonly why: PairingOver };

interface Facts {
  readonly createdAt: number;
  readonly claimedAt: number | null;
  readonly confirmedAt: number | null;
  readonly end: PairingEnd | null;
  readonly expiresAt: number;
}

/** What it hangs on beside itself. */
interface Around {
  readonly policy: Policy;
  readonly suspended: boolean;
  readonly frozen: boolean;
  readonly recoveredAt: number | null;
  /** The session in which the QR code was shown is still there. */
  readonly sessionLives: boolean;
}

/**
 * Where a pairing is at `now`. It lives only as long as the session that it was begun in, on an account that is open, that nothing was
 * recovered on since, and whose policy offers it (ATTACKS A4, A19, A20).
 */
export function stageOf(pairing: Facts, around: Around, now: number): PairingStage {
  if (pairing.end === 'done') return { stage: 'done' };
  if (pairing.end !== null) return { stage: 'over', why: pairing.end };
  if (pairing.expiresAt <= now) return { stage: 'over', why: 'expired' };
  const closed = around.suspended || around.frozen || coolsUntil(around.policy, around.recoveredAt, now) !== undefined;
  if (closed || !around.sessionLives || !isPairingOffered(around.policy)) return { stage: 'over', why: 'session-over' };
  if (pairing.confirmedAt !== null) return { stage: 'confirmed' };
  return { stage: pairing.claimedAt === null ? 'shown' : 'claimed' };
}

/** Whether this policy lets a phone be brought in so: it may bring an app or a passkey, where they count. */
export function isPairingOffered({ pairing, secondFactor }: Policy): boolean {
  return pairing.offered && secondFactor.kinds.some((kind) => kind !== 'sms-code');
}
