import type { Acr } from './assurance.ts';
import type { Locale } from './message.ts';
import type { Goal, Policy, SecondFactorKind } from './policy.ts';
import type { Proof } from './proof.ts';

/** Which pages a journey is walked on. */
export type JourneyKind = 'sign-in' | 'recovery' | 'invitation' | 'emergency';

/** What is shown on the page "Second factor": an emergency code stands in for one at a sign-in. */
export type Method = SecondFactorKind | 'emergency-code';

/** What a journey carries beside its proofs. Everything secret in it is sealed. */
export interface JourneyState {
  /** WebAuthn challenge for proving a passkey, base64url; a new one after each try. */
  readonly challenge: string;
  /** The e-mailed link and short code that this journey waits for. */
  readonly linkCodeId?: string;
  /** The one of the e-mail before, when "Send it again" could send nothing more: its short code is still good. */
  readonly earlierCodeId?: string;
  /** The SMS code that was sent last, and to which contact point. */
  readonly smsCodeId?: string;
  readonly smsContactId?: string;
  /** A code by SMS comes next and waits for a button: its page was reached by a GET, which sends nothing. */
  readonly smsWaits?: true;
  /**
   * The person has said "I have my restore code": ways with it come first. On the journey that it began a decoy says so too, and
   * nothing is ever e-mailed for it.
   */
  readonly restoring?: true;
  /** When the last message was sent (milliseconds) and how many so far: "Send it again". */
  readonly sentAt?: number;
  readonly sends?: number;
  /** The second factor that the person chose to use, where several are open. */
  readonly method?: Method;
  /** Emergency access: where its code is sent, as the person chose. */
  readonly way?: 'sms-code' | 'email-code';
  /** Second factors that were reported lost on this journey: what the page that says so tells of. */
  readonly lost?: readonly SecondFactorKind[];
  /** What is being enrolled: a TOTP secret (sealed, base64) and a WebAuthn registration challenge. */
  readonly enrolment?: { readonly totp: string; readonly challenge: string };
  /** A new password, hashed and sealed (base64), that waits for the last step. */
  readonly password?: string;
}

/** Whether the mailbox is proven: only then anything of the account is shown. A restore code may have been typed before. */
export function isMailboxProven({ proofs }: Pick<Journey, 'proofs'>): boolean {
  return proofs.some(({ kind }) => kind === 'email-code');
}

/** One run of a flow: a goal, an account and the proofs given so far. `accountId` is null for a decoy. */
export interface Journey {
  readonly id: string;
  readonly kind: JourneyKind;
  /** Null while the person has not chosen what to recover. */
  readonly goal: Goal | null;
  readonly atLeast: Acr | null;
  readonly accountId: string | null;
  readonly organizationId: string;
  readonly policyVersion: number;
  /** The policy of that version, where another one is in force by now. */
  readonly began?: Policy;
  /** What was typed as username or e-mail address. */
  readonly identifier: string;
  /** The provider's interaction in which it began, and the authorization request to start anew when that is gone. */
  readonly interactionUid: string | null;
  readonly clientId: string | null;
  readonly request: Readonly<Record<string, string>> | null;
  readonly locale: Locale;
  readonly proofs: readonly Proof[];
  /** Of a recovery: the way that it walks, as it is counted (`walkedRoute`). */
  readonly route?: string;
  /** Begun by a link in another browser: the journey that had the link sent. Both are one recovery. */
  readonly origin?: string;
  readonly state: JourneyState;
  /** Advances by compare-and-set: two requests cannot both take a step. */
  readonly version: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly completedAt: number | null;
}
