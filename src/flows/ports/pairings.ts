import type { PairingEnd } from '../../domain/pairing.ts';

/** A new phone that is being brought in by QR code. Times in milliseconds. */
export interface Pairing {
  readonly id: string;
  readonly accountId: string;
  /** SHA-256 of the uid of the session in which the QR code was shown. */
  readonly sessionHash: Buffer;
  readonly createdAt: number;
  /** Of the step that it is at. */
  readonly expiresAt: number;
  readonly claimedAt: number | null;
  /** The phone that asks, as it says of itself. */
  readonly claimedFrom: { readonly ip: string; readonly userAgent: string } | null;
  /** HMAC of the short code that the phone shows. */
  readonly codeHash: Buffer | null;
  readonly triedAt: number | null;
  readonly confirmedAt: number | null;
  readonly end: PairingEnd | null;
  readonly endedAt: number | null;
  /** What it has brought; it may be gone by now. */
  readonly credentialId: string | null;
}

/** What changes one is conditional on where it is: each step is taken by exactly one caller (ATTACKS A14). */
export interface Pairings {
  /** `keyHash`: SHA-256 of the key in the address. An account has one open pairing: end the others before. */
  begin(
    pairing: Pick<Pairing, 'id' | 'accountId' | 'sessionHash' | 'createdAt' | 'expiresAt'> & {
      readonly keyHash: Buffer;
    },
  ): Promise<void>;
  byKey(keyHash: Buffer): Promise<Pairing | undefined>;
  /** The one that this phone has claimed last. */
  byBrowser(browserHash: Buffer): Promise<Pairing | undefined>;
  /** The one that was begun last in this session. */
  bySession(accountId: string, sessionHash: Buffer): Promise<Pairing | undefined>;
  /** The phone asks: true for exactly one. */
  claim(
    id: string,
    by: {
      readonly browserHash: Buffer;
      readonly ip: string;
      readonly userAgent: string;
      readonly codeHash: Buffer;
      readonly expiresAt: number;
    },
    now: number,
  ): Promise<boolean>;
  /** Takes the one try there is: only then may a code be compared. */
  takeTry(id: string, now: number): Promise<boolean>;
  confirm(id: string, expiresAt: number, now: number): Promise<boolean>;
  /** It has brought this credential. Also where that very change has ended it. */
  finish(id: string, credentialId: string, now: number): Promise<boolean>;
  end(id: string, why: Exclude<PairingEnd, 'done'>, now: number): Promise<boolean>;
  /** The open one of the account, if there is one. */
  endOpen(accountId: string, why: Exclude<PairingEnd, 'done'>, now: number): Promise<void>;
}
