import type { Assurance } from '../domain/assurance.ts';
import type { Journey } from '../domain/journey.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Account, NewCredential } from './ports.ts';
import type { Undone } from './undo-contested.ts';

/** Why a proof was not taken. Each has a text in both languages; none of them tells accounts apart before a first proof. */
export type ProofRefusal =
  | 'wrong-credentials'
  | 'wrong-password'
  | 'wrong-code'
  | 'not-a-code'
  | 'code-expired'
  | 'no-tries-left'
  /** A TOTP that was accepted before, or belongs to the enrolment: wait for the next one. */
  | 'used-code'
  | 'passkey-failed'
  | 'slow-down'
  | 'account-suspended'
  | 'other-organization'
  /** The owner has blocked the browser that this comes from. */
  | 'browser-blocked'
  /** This step is not asked for now: skipped, replayed, or another tab was faster. The next page says what is. */
  | 'not-asked';

export interface Refused<Reason = ProofRefusal> {
  readonly outcome: 'refused';
  readonly reason: Reason;
  /** `slow-down`: until when (milliseconds). */
  readonly until?: number;
  readonly triesLeft?: number;
}

/** The journey took a step; `verdict` says what comes next. */
export interface Advanced {
  readonly outcome: 'advanced';
  readonly journey: Journey;
  readonly account: Account;
  readonly verdict: Verdict;
}

export type ProofOutcome = Advanced | Refused;

export interface SignedIn {
  readonly outcome: 'signed-in';
  readonly journey: Journey;
  readonly account: Account;
  readonly assurance: Assurance;
}

/** What the last page of a journey brings: a new second factor, a new password, or both. */
export interface Gains {
  readonly factor?: NewCredential;
  readonly passwordHash?: string;
}

/** A recovery or an invitation came to its end. */
export interface Finished {
  readonly outcome: 'finished';
  readonly journey: Journey;
  readonly account: Account;
  /** Present when the policy opens a session: class 1, whatever was proven (DESIGN rule 7). */
  readonly session?: Assurance;
  readonly receipt: Receipt;
}

/** What the receipt says (LOOK "Before and after"). */
export interface Receipt {
  readonly set: readonly ('password' | 'totp' | 'passkey')[];
  /** Labels and kinds of what was removed. */
  readonly removed: readonly { readonly kind: 'totp' | 'passkey'; readonly label: string }[];
  /** The second factors that the new one came beside, where the policy keeps them (SPEC S10). */
  readonly kept?: readonly { readonly kind: 'totp' | 'passkey'; readonly label: string }[];
  readonly sessionsEnded: number;
  /** A new restore code in place of the one that was used, without hyphens: shown to be kept and typed back. */
  readonly code?: string;
  /** The way back: what became of the contested acts. */
  readonly undone?: Undone;
  readonly told: readonly { readonly kind: 'email' | 'phone'; readonly value: string }[];
}

export type Completed = Finished | SignedIn;

export function refused<Reason>(reason: Reason, more: { until?: number; triesLeft?: number } = {}): Refused<Reason> {
  return { outcome: 'refused', reason, ...more };
}
