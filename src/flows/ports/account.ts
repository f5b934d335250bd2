import type { Contested } from '../../domain/contest.ts';
import type { CredentialKind, CredentialState } from '../../domain/credential.ts';
import type { Locale } from '../../domain/message.ts';
import type { Policy, SecondFactorKind } from '../../domain/policy.ts';
import type { HeldRole } from '../../domain/role.ts';
import type { EmergencyCode } from './emergency-codes.ts';
import type { RestoreCode } from './restore-codes.ts';

/** An account as flows load it: everything that a decision and its effects need, in one piece. Times in milliseconds. */
export interface Account {
  readonly id: string;
  readonly organizationId: string;
  readonly username: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly locale: Locale;
  readonly suspendedAt: number | null;
  /**
   * Since when "It wasn't me" holds. `credentials` and `contacts` are then those from before the contested acts (`beforeContest`), whatever
   * the acts made of them since: the way back is walked with these. What is in doubt proves nothing meanwhile: second factors are
   * `off`, contacts are among the former ones.
   */
  readonly frozenAt: number | null;
  /** The contested acts while it is frozen; else empty. */
  readonly contested: readonly Contested[];
  /** The owner asked to close it: when it will be erased. */
  readonly closesAt: number | null;
  /** The one that counts; null: none. */
  readonly restoreCode: RestoreCode | null;
  /** The one that is out, be it spent or over; null: none, or it was revoked. */
  readonly emergencyCode: EmergencyCode | null;
  /** An administrator forbids restoring to this account (SPEC S9). */
  readonly restoreForbidden: boolean;
  /** When it was restored by a restore code, in the last year at least. */
  readonly restoreUses: readonly number[];
  /** How many sign-ins so far, for proposing a restore code at the n-th; -1: never again. */
  readonly signInsAsked: number;
  readonly createdAt: number;
  /** Holds, ever held or owes a second factor. */
  readonly boundToSecondFactor: boolean;
  readonly recoveredAt: number | null;
  /** The second factor used last: offered first next time. */
  readonly lastMethod: SecondFactorKind | null;
  /** All but removed ones. */
  readonly credentials: readonly Credential[];
  readonly contacts: readonly Contact[];
  /** Given up or replaced: they prove nothing, and hear of everything until `vetoUntil`. */
  readonly formerContacts: readonly FormerContact[];
  /** What it may do in the operators' console; those that sleep too. */
  readonly roles: readonly HeldRole[];
  /** In the pilot group of its organization. */
  readonly inPilot: boolean;
  /** What is missing is not proposed at a sign-in before then; null: it was never put off. */
  readonly onboardingAfter: number | null;
  /** The policy in force for this account's organization; with roles it recovers by the routes of `strict` (`policyOfAccount`). */
  readonly policy: Policy;
  readonly policyVersion: number;
}

/** A username that was changed lately: nobody else can have it, and the account is found by it. */
export interface FormerUsername {
  readonly id: string;
  readonly username: string;
  readonly keptUntil: number;
}

interface CredentialCommon {
  readonly id: string;
  readonly kind: CredentialKind;
  readonly state: CredentialState;
  readonly label: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly unsettledUntil: number | null;
  /** Consecutive failures. */
  readonly failures: number;
  /** Reported lost by its owner: no contest revives it. */
  readonly lostAt: number | null;
  /** Of a removed one: the state that it had then. */
  readonly removedFrom?: Exclude<CredentialState, 'removed'>;
  /** From where it was registered; null: from before that was written down, or by an administrator. */
  readonly addedFrom: { readonly ip: string; readonly userAgent: string } | null;
}
export interface PasswordCredential extends CredentialCommon {
  readonly kind: 'password';
  /** PHC string. */
  readonly hash: string;
}
export interface TotpCredential extends CredentialCommon {
  readonly kind: 'totp';
  /** Sealed with context `credential:<id>`. */
  readonly sealedSecret: Buffer;
  /** Time step of the last accepted code; that and older ones are refused. */
  readonly lastStep: number | null;
}
export interface PasskeyCredential extends CredentialCommon {
  readonly kind: 'passkey';
  /** base64url. */
  readonly webauthnId: string;
  readonly publicKey: Buffer;
  readonly signCount: number;
  readonly transports: readonly string[];
  readonly synced: boolean;
}
export type Credential = PasswordCredential | TotpCredential | PasskeyCredential;
/** A credential as it is added: the rest has defaults. */
export type NewCredential = NewSecret & { readonly addedFrom?: { readonly ip: string; readonly userAgent: string } };
type NewSecret =
  | Pick<PasswordCredential, 'id' | 'kind' | 'label' | 'hash' | 'unsettledUntil'>
  | Pick<TotpCredential, 'id' | 'kind' | 'label' | 'sealedSecret' | 'lastStep' | 'unsettledUntil'>
  | Pick<
      PasskeyCredential,
      'id' | 'kind' | 'label' | 'webauthnId' | 'publicKey' | 'signCount' | 'transports' | 'synced' | 'unsettledUntil'
    >;

export interface Contact {
  readonly id: string;
  readonly kind: 'email' | 'phone';
  /** As it was given; phones in E.164. */
  readonly value: string;
  readonly verifiedAt: number | null;
  readonly primary: boolean;
  readonly countsFrom: number;
  /** Since when no code by SMS to it signs in; null: it does. */
  readonly offAt: number | null;
}

export interface FormerContact extends Contact {
  readonly vetoUntil: number;
  /** Given up while it was new (`hasSay`): it stays the account's own until then, and is told nothing. */
  readonly silent?: boolean;
}
