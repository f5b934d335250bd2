import type { Acr } from './assurance.ts';
import type { ProofKind } from './proof.ts';

/** What an account holds for getting in. Phones for SMS are contact points, not credentials. */
export type CredentialKind = 'password' | 'totp' | 'passkey';

/**
 * `active` may prove; `off` was switched off by its owner for now; `disabled` after 100 consecutive failures (NIST SP 800-63B-4, 3.2.2:
 * it must be bound anew); `blocked` for good, and kept to be seen; `removed` is dead, and kept sealed until the cooling period ends.
 */
export type CredentialState = 'active' | 'off' | 'disabled' | 'blocked' | 'removed';

export interface HeldCredential {
  readonly id: string;
  readonly kind: CredentialKind;
  readonly state: CredentialState;
  /**
   * Set by a recovery and since then neither used in a full two-factor sign-in nor old enough: it signs in, but it is no
   * proof in another recovery before this time (milliseconds). `null`: settled.
   */
  readonly unsettledUntil: number | null;
}

export interface HeldContact {
  readonly id: string;
  readonly kind: 'email' | 'phone';
  readonly verified: boolean;
  /** From when (milliseconds) it counts as a proof in a recovery. */
  readonly countsFrom: number;
  /** When it was verified (milliseconds); undefined: long ago. */
  readonly since?: number;
  /**
   * A phone that was reported lost or switched off: no code by SMS to it signs in or is a second factor, and it still binds. Where a
   * recovery asks for a code by SMS as such, the number counts as before: a new SIM brings it back (ATTACKS A26).
   */
  readonly off?: boolean;
}

/** The restore code of an account, typed back by its owner. One that came by e-mail is no second path beside an e-mailed code (SPEC S11). */
export interface HeldRestoreCode {
  readonly id: string;
  readonly byEmail: boolean;
  /** As of a credential. */
  readonly unsettledUntil: number | null;
}

/** An emergency code that opens something now: one that is spent, over, revoked or for another application is none. */
export interface HeldEmergencyCode {
  readonly id: string;
  readonly highestAcr: Acr;
  readonly madeBy: 'owner' | 'operator';
}

/** Everything about an account that a decision may depend on. */
export interface Standing {
  readonly suspended: boolean;
  /**
   * Frozen by "It wasn't me": the credentials and contacts by which the contested acts were done, and whether a second factor of the
   * account's own (not SMS) was among them. Null: not frozen.
   */
  readonly frozen: { readonly used: readonly string[]; readonly byAuthenticator: boolean } | null;
  /** Holds, ever held or owes a second factor: such an account is treated as having one, whatever it lost since. */
  readonly boundToSecondFactor: boolean;
  readonly credentials: readonly HeldCredential[];
  readonly contacts: readonly HeldContact[];
  readonly restoreCode: HeldRestoreCode | null;
  readonly emergencyCode: HeldEmergencyCode | null;
  /** Proofs that cannot be asked for just now, e.g. because no SMS gateway is configured. */
  readonly closed: readonly ProofKind[];
}

export type Holder = HeldCredential | HeldContact | HeldRestoreCode | HeldEmergencyCode;

/** The credentials or contacts by which `standing` could give a proof of this kind. */
export function holdersOf(standing: Standing, kind: ProofKind): readonly Holder[] {
  switch (kind) {
    case 'password':
    case 'totp':
      return standing.credentials.filter((held) => held.kind === kind && held.state === 'active');
    case 'passkey':
    case 'passkey-uv':
      return standing.credentials.filter((held) => held.kind === 'passkey' && held.state === 'active');
    case 'sms-code':
      return standing.contacts.filter((held) => held.kind === 'phone' && held.verified);
    case 'email-code':
      return standing.contacts.filter((held) => held.kind === 'email' && held.verified);
    case 'restore-code':
      return standing.restoreCode ? [standing.restoreCode] : [];
    case 'emergency-code':
      return standing.emergencyCode ? [standing.emergencyCode] : [];
    case 'invitation':
      return standing.contacts.filter((held) => held.kind === 'email');
  }
}

/** The same where it signs in or is a second factor: without the phones that were switched off. */
export function factorsOf(standing: Standing, kind: ProofKind): readonly Holder[] {
  return holdersOf(standing, kind).filter((held) => !('off' in held && held.off));
}
