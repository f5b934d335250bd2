import type { Proof } from '../../domain/proof.ts';
import type { Browser, LiveSession } from './console.ts';
import type { LogoutNotice } from './jobs.ts';
import type { Visitor } from './visitor.ts';

export interface Devices {
  /** True when this account has signed in from the browser before. */
  isKnown(accountId: string, deviceHash: Buffer): Promise<boolean>;
  /** True when it was not known before. */
  remember(accountId: string, deviceHash: Buffer, visitor: Visitor, at: number): Promise<boolean>;
  /** Last used first; blocked ones too. */
  of(accountId: string): Promise<readonly Browser[]>;
  isBlocked(accountId: string, deviceHash: Buffer): Promise<boolean>;
  rename(accountId: string, id: string, name: string | null): Promise<boolean>;
  block(accountId: string, deviceHash: Buffer, at: number): Promise<void>;
  /** What was blocked at `since` or later is so no more: this one browser, or all of them (null). */
  unblock(accountId: string, deviceHash: Buffer | null, since: number): Promise<void>;
  forget(accountId: string, id: string): Promise<boolean>;
  /** The banner of this browser need not show notices up to then any more. */
  sawNotices(accountId: string, deviceHash: Buffer, at: number): Promise<void>;
  /** After a recovery, a contest or a suspension: no browser is known any more, but the one whose hash is `exceptHash`; null: none at all. Blocked ones stay blocked. */
  forgetOthers(accountId: string, exceptHash: Buffer | null): Promise<void>;
}

/** The provider's sessions, grants and tokens, as far as flows end them. */
export interface Sessions {
  /** The proofs on which a session of the provider stands. */
  proofsOf(sessionUid: string, accountId: string): Promise<readonly Proof[]>;
  /** Keeps the proofs of a sign-in; the provider tells the session's uid later, by `bind`. */
  recordProofs(journeyId: string, accountId: string, proofs: readonly Proof[], from: Visitor): Promise<void>;
  /** The proofs of a session that its owner has signed out of: the provider has ended it already. */
  forget(sessionUid: string): Promise<void>;
  /** False when the proofs are gone: `endAll` came between, and the session must not live. */
  bind(journeyId: string, sessionUid: string): Promise<boolean>;
  /**
   * Ends one session with its grants, tokens, proofs and open interactions, once and for all: nothing can be written in it any more.
   * Applications as in `endAll`. Nothing is told of a session that is gone already.
   */
  end(sessionUid: string, accountId: string): Promise<void>;
  /**
   * Ends every session, grant, token and open interaction of the account. Applications that asked to be told get a
   * back-channel logout by a job that is part of the transaction.
   */
  endAll(accountId: string): Promise<{ sessions: number }>;
  /** The same for all sessions but one. */
  endOthers(accountId: string, exceptUid: string): Promise<{ sessions: number }>;
  /** The same for sessions whose proofs used one of these credentials or contacts, those not yet opened included (SPEC S4). */
  endStandingOn(accountId: string, ids: readonly string[]): Promise<{ sessions: number }>;
  /** The same for sessions opened in this browser. */
  endInBrowser(accountId: string, deviceHash: Buffer): Promise<{ sessions: number }>;
  /** The same for one, by the SHA-256 of its uid, as `live` gives it. */
  endByHash(accountId: string, uidHash: Buffer): Promise<{ sessions: number }>;
  /** An application that asked to be told gets a back-channel logout by a job. */
  tell(notice: LogoutNotice): Promise<void>;
  /** Sessions that are open now, the last used first. */
  live(accountId: string): Promise<readonly LiveSession[]>;
}
