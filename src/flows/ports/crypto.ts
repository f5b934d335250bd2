import type { PasskeyCredential } from './account.ts';

export interface Crypto {
  uuid(): string;
  /** 256 random bits, base64url. */
  token(): string;
  /** So many random decimal digits. */
  digits(count: number): string;
  randomBytes(count: number): Uint8Array;
  /** SHA-256 of a token that is random itself. */
  hashToken(token: string): Buffer;
  /** HMAC-SHA-256 under a key outside the database, bound to what the code is for. */
  hashCode(purpose: string, subjectId: string, code: string): Buffer;
  equal(a: Buffer, b: Buffer): boolean;
  /** AES-256-GCM under the first master key, bound to `context` (e.g. `credential:<id>`). */
  seal(plain: string, context: string): Buffer;
  /** Throws when it was not sealed by us for this context. */
  open(sealed: Buffer, context: string): string;
}

/** argon2id behind a bounded queue. `hash` and `verify` reject with `Busy` when the queue is full. */
export interface Passwords {
  /**
   * Keeps a place in the queue until it is disposed of (`using place = …`), or throws `Busy`: when too many places are kept, or
   * too many by this network alone. To be asked for before an attempt is counted: who has a place is compared, so that nobody
   * is slowed down for a try that never was.
   */
  ready(network: string): Disposable;
  hash(password: string): Promise<string>;
  /** Without a hash it works as long and says no: nobody learns whether the account exists. */
  verify(password: string, hash: string | undefined): Promise<{ ok: boolean; outdated: boolean }>;
  /** Whether the whole password is among the common or breached ones. */
  isCommon(password: string): boolean;
}

/** The queue for password hashing is full; `retryAfter` in seconds. */
export class Busy extends Error {
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    super('too many passwords are being checked at once');
    this.name = 'Busy';
    this.retryAfter = retryAfter;
  }
}

export interface Totp {
  /** A new base32 secret of 160 bits. */
  newSecret(): string;
  /** The otpauth URI that the QR code carries. */
  uri(secret: string, label: string, issuer: string): string;
  /** The time step (30 s) that the code belongs to: the current one or the one before (STANDARDS X-04), newer than `afterStep`; else undefined. */
  verify(secret: string, code: string, now: number, afterStep: number | null): number | undefined;
  /** Whether the code is right but its step is not newer than `afterStep`: to say "wait for the next code". */
  isReplay(secret: string, code: string, now: number, afterStep: number | null): boolean;
}

/** `PublicKeyCredential.signalAllAcceptedCredentials` takes it as it is (WebAuthn Level 3, 5.1.10.3). */
export interface AcceptedPasskeys {
  readonly rpId: string;
  readonly userId: string;
  readonly allAcceptedCredentialIds: readonly string[];
}

/** WebAuthn. Options are plain JSON for the browser. Origin, RP id, challenge, UV and counter are checked here (ATTACKS A25). */
export interface Passkeys {
  registrationOptions(input: {
    challenge: string;
    accountId: string;
    username: string;
    displayName: string;
    exclude: readonly PasskeyCredential[];
  }): Promise<object>;
  /** What the browser may be told after a passkey ceased to be accepted. `held`: those that still are, or will be again. */
  accepted(accountId: string, held: readonly PasskeyCredential[]): AcceptedPasskeys;
  /** Undefined when the response does not hold. */
  verifyRegistration(
    response: unknown,
    challenge: string,
  ): Promise<Pick<PasskeyCredential, 'webauthnId' | 'publicKey' | 'signCount' | 'transports' | 'synced'> | undefined>;
  /** `allow` empty: any passkey of this site (from the username field), user verification then required. */
  authenticationOptions(input: { challenge: string; allow: readonly PasskeyCredential[] }): Promise<object>;
  /** The credential id that a response claims, or undefined: to find the account first. */
  claimedId(response: unknown): string | undefined;
  /** `accountId`: whose credential it is; a response with another account's user handle does not hold (WebAuthn 7.2, 6). */
  verifyAuthentication(
    response: unknown,
    challenge: string,
    credential: PasskeyCredential,
    accountId: string,
  ): Promise<{ signCount: number; userVerified: boolean } | undefined>;
}
