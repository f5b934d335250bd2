import type { AuditEvent } from '../domain/audit-event.ts';
import type { Journey } from '../domain/journey.ts';
import type { Locale, Message } from '../domain/message.ts';
import type { CodePurpose } from '../domain/one-time-code.ts';
import type { Policy, SecondFactorKind } from '../domain/policy.ts';
import type { Proof, ProofKind } from '../domain/proof.ts';
import type { Account, Credential, FormerUsername, NewCredential } from './ports-account.ts';
import type { Applications } from './ports-applications.ts';
import type { CodeProposals } from './ports-code-proposals.ts';
import type { Activity, Browser, Contacts, Live, LiveSession, Notices } from './ports-console.ts';
import type { Crypto, Passkeys, Passwords, Totp } from './ports-crypto.ts';
import type { EmergencyCodes } from './ports-emergency-codes.ts';
import type { EmergencyRequests } from './ports-emergency-requests.ts';
import type { Pairings } from './ports-pairings.ts';
import type { RestoreCodes } from './ports-restore-codes.ts';

export type * from './ports-account.ts';
export type * from './ports-applications.ts';
export type * from './ports-code-proposals.ts';
export type * from './ports-console.ts';
export type * from './ports-crypto.ts';
export { Busy } from './ports-crypto.ts';
export type * from './ports-emergency-codes.ts';
export type * from './ports-emergency-requests.ts';
export type * from './ports-pairings.ts';
export type * from './ports-restore-codes.ts';

/**
 * What flows ask of the outside. Adapters in `store`, `crypto` and `delivery` implement these; `context.ts` wires them.
 * Times are milliseconds since the epoch, ids are UUIDs, byte strings are Buffers.
 */
export interface Ports {
  readonly store: Store;
  readonly crypto: Crypto;
  readonly passwords: Passwords;
  readonly totp: Totp;
  readonly passkeys: Passkeys;
  /** Caps on what strangers may cause. */
  readonly limits: Limits;
  /** What open console pages listen to. */
  readonly live: Live;
  readonly now: () => number;
  /** Links are made from here only (no trailing slash). */
  readonly issuer: string;
  /**
   * Answers at a fixed time after its start, whatever `work` took, where `hidden` says so of the result (by default always, and
   * when it throws): nobody can tell an account that exists from one that does not by the clock (ATTACKS A11).
   */
  evenly<T>(work: () => Promise<T>, hidden?: (result: T) => boolean): Promise<T>;
  /** Proofs that cannot be asked for in this installation, e.g. `sms-code` without a gateway. */
  readonly closed: readonly ProofKind[];
}

/** Who is at the other end of this request: for limits, notices and the audit log. */
export interface Visitor {
  readonly ip: string;
  readonly userAgent: string;
  /** SHA-256 of the browser's long-lived device cookie. */
  readonly deviceHash: Buffer | null;
}

/** Reads outside of a transaction, each one round trip, and `transaction` for everything that changes something. */
export interface Store extends Repositories {
  /**
   * Runs `work` in one transaction (READ COMMITTED); rolled back when it throws. Outbox jobs leave with the commit. It may run more than once,
   * until it is committed: so `work` changes nothing but by what it is given.
   */
  transaction<T>(work: (tx: Repositories) => Promise<T>): Promise<T>;
}

export interface Repositories {
  readonly accounts: Accounts;
  readonly credentials: Credentials;
  readonly journeys: Journeys;
  readonly codes: OneTimeCodes;
  readonly attempts: Attempts;
  readonly devices: Devices;
  readonly sessions: Sessions;
  readonly audit: AuditLog;
  readonly outbox: Outbox;
  readonly contacts: Contacts;
  readonly notices: Notices;
  readonly activity: Activity;
  readonly restoreCodes: RestoreCodes;
  readonly pairings: Pairings;
  readonly emergencyCodes: EmergencyCodes;
  readonly codeProposals: CodeProposals;
  readonly emergencyRequests: EmergencyRequests;
  readonly applications: Applications;
}

export interface Accounts {
  /**
   * By username, one that the account had lately (`FormerUsername`), or verified or unverified e-mail address, compared as
   * `domain/email-address` says.
   */
  findByIdentifier(identifier: string): Promise<Account | undefined>;
  load(accountId: string): Promise<Account | undefined>;
  /** The account as it would be were these notices contested now, its `frozenAt` aside: what a page may say before it happens. */
  loadAsContested(accountId: string, noticeIds: readonly string[]): Promise<Account | undefined>;
  /** By passkey credential id (base64url): for signing in from the username field. */
  findByPasskey(webauthnId: string): Promise<Account | undefined>;
  /** Locks the account's row for the rest of the transaction, then loads it: what was decided cannot change under a completion. */
  loadForUpdate(accountId: string): Promise<Account | undefined>;
  /** The policy for those who have no account: of the organization of the client, else of `default`. */
  policyFor(organizationId: string): Promise<{ policy: Policy; version: number } | undefined>;
  update(
    accountId: string,
    changes: {
      boundToSecondFactor?: true;
      /** The account's roles sleep from then on. */
      recoveredAt?: number;
      lastMethod?: SecondFactorKind;
      suspendedAt?: number | null;
      frozenAt?: number | null;
      closesAt?: number | null;
      restoreForbidden?: boolean;
      signInsAsked?: number;
      locale?: Locale;
      givenName?: string | null;
      familyName?: string | null;
    },
  ): Promise<void>;
  /**
   * Throws `Taken` (ports-administration) when it belongs to somebody, or did lately, also under a race. `key`: `usernameKey`. The name
   * that it had stays its own under the id `former.id` until `former.keptUntil`.
   */
  rename(
    accountId: string,
    username: string,
    key: string,
    former: { readonly id: string; readonly keptUntil: number },
  ): Promise<void>;
  /** What it was called lately, oldest first. */
  formerUsernames(accountId: string): Promise<readonly FormerUsername[]>;
  /** Those of these ids stay the account's own at least until then. */
  keepUsernames(accountId: string, ids: readonly string[], until: number): Promise<void>;
  /**
   * The changes that left the names of these ids behind are undone, from the newest back to the first that is not among them. An address that
   * is no contact of the account any more does not come back. Returns the username, where that changed it.
   */
  giveUsernameBack(accountId: string, ids: readonly string[]): Promise<string | undefined>;
  /** The account and everything that hangs on it are gone; the audit log stays. */
  erase(accountId: string): Promise<void>;
  /** Accounts whose time to be closed has come and that nothing holds up, at most `limit`, the longest due first. */
  toClose(now: number, limit: number): Promise<readonly string[]>;
  /** Marks a contact point verified; the account's first verified contact counts at once. */
  verifyContact(contactId: string, at: number): Promise<void>;
}

export interface Credentials {
  add(accountId: string, credential: NewCredential): Promise<void>;
  /** The same for a form that may be sent twice. False: there is one of this id, or this passkey is somebody's; nothing was added. */
  addOnce(accountId: string, credential: NewCredential): Promise<boolean>;
  /** Ends credentials: dead at once, kept sealed until `purgeAt` (an upheld contest can revive them). */
  remove(accountId: string, ids: readonly string[], purgeAt: number): Promise<void>;
  /**
   * Sets the state of the account's credentials, where it can come to it from what it is: `off` from `active`, `active` from `off` only,
   * `blocked` from all but removed. `lostAt` where it was reported lost. Returns the ids that it was set for.
   */
  setState(
    accountId: string,
    ids: readonly string[],
    state: 'active' | 'off' | 'blocked',
    lostAt?: number | null,
  ): Promise<readonly string[]>;
  /** Removed ones that a contest may revive stay sealed at least until then. */
  keepSealed(accountId: string, ids: readonly string[], purgeAt: number): Promise<void>;
  /** Removed ones work again, unless they were reported lost, or did not work when they were removed. */
  revive(accountId: string, ids: readonly string[]): Promise<void>;
  /** The same for what was switched off or blocked, removed since or not: for `beforeContest` to say where. Never what was reported lost. */
  switchBack(accountId: string, ids: readonly string[]): Promise<void>;
  /** They prove nothing in a recovery until then, or until they are used in a full sign-in: the opposite of `settle`. */
  unsettle(accountId: string, ids: readonly string[], until: number): Promise<void>;
  /** What these are or were, removed ones too. */
  named(accountId: string, ids: readonly string[]): Promise<readonly Pick<Credential, 'id' | 'kind' | 'label'>[]>;
  /** The name that the owner gave it. */
  relabel(accountId: string, id: string, label: string): Promise<boolean>;
  /** Replaces the hash of a password in place: the same password under newer parameters. */
  rehashPassword(id: string, hash: string): Promise<void>;
  /** Accepts a TOTP step only if it is newer than the last one: one conditional UPDATE. False: a replay. */
  acceptStep(id: string, step: number): Promise<boolean>;
  /** Counts a failure against an active credential, and disables it at `disableAt` consecutive ones: `disabled` is true for that one call. */
  countFailure(id: string, disableAt: number): Promise<{ failures: number; disabled: boolean }>;
  /** After a success: failures to 0, `lastUsedAt` to `at`, and for passkeys the new counter. */
  recordUse(id: string, at: number, signCount?: number): Promise<void>;
  /** What a recovery brought in counts fully from now on. */
  settle(ids: readonly string[]): Promise<void>;
}

export interface Journeys {
  create(journey: Omit<Journey, 'version' | 'completedAt'>, browserHash: Buffer): Promise<Journey>;
  /** Open (not expired, not completed) journeys only, and only with the browser's secret. */
  findSignIn(interactionUid: string, browserHash: Buffer, now: number): Promise<Journey | undefined>;
  /** Also one that was completed, here or by another that ended it (`completedAt`): the page that says what happened needs it. */
  findByBrowser(
    kind: 'recovery' | 'invitation' | 'emergency',
    browserHash: Buffer,
    now: number,
  ): Promise<Journey | undefined>;
  /** Writes `changes` where `version` is still the journey's, and returns it as it is then; undefined: somebody was faster, or it has ended. */
  advance(
    journey: Journey,
    changes: Partial<
      Pick<
        Journey,
        'goal' | 'accountId' | 'organizationId' | 'policyVersion' | 'identifier' | 'proofs' | 'state' | 'expiresAt'
      >
    > & {
      /** The browser's new secret: from now on the old one is nothing (ATTACKS A18). */
      readonly browserHash?: Buffer;
    },
  ): Promise<Journey | undefined>;
  /** Ends this one journey: true for exactly one caller. */
  complete(journey: Journey, at: number): Promise<boolean>;
  /** Ends every other open journey of the account; null: every one. */
  endOthers(accountId: string, exceptId: string | null, at: number): Promise<void>;
  /** Ends the open journeys that carry a proof by one of these credentials or contacts. */
  endStandingOn(accountId: string, ids: readonly string[], at: number): Promise<void>;
}

export interface OneTimeCode {
  readonly id: string;
  readonly purpose: CodePurpose | 'contest' | 'new-contact';
  readonly accountId: string | null;
  readonly journeyId: string | null;
  readonly contactId: string | null;
  /** `contest`: what may be contested by it. */
  readonly noticeId: string | null;
  /** `new-contact`: what it confirms, sealed with context `code:<id>`. */
  readonly sealed: Buffer | null;
  readonly codeHash: Buffer | null;
  readonly tries: number;
  readonly expiresAt: number;
  readonly consumedAt: number | null;
}

export interface OneTimeCodes {
  /** `tokenHash`: SHA-256 of a link's token; `codeHash`: keyed hash of the short code. One row, so both die together. */
  create(code: {
    id: string;
    purpose: OneTimeCode['purpose'];
    accountId: string | null;
    journeyId: string | null;
    contactId: string | null;
    tokenHash: Buffer | null;
    codeHash: Buffer | null;
    noticeId?: string;
    sealed?: Buffer;
    expiresAt: number;
  }): Promise<void>;
  find(purpose: OneTimeCode['purpose'], id: string): Promise<OneTimeCode | undefined>;
  findByToken(purpose: OneTimeCode['purpose'], tokenHash: Buffer): Promise<OneTimeCode | undefined>;
  /** Counts a try first. Undefined when no try is left, or the code is spent or expired: nothing may be compared then. */
  countTry(id: string, purpose: OneTimeCode['purpose'], limit: number, now: number): Promise<OneTimeCode | undefined>;
  /** One conditional UPDATE that hits one row, or false: spent or expired. */
  consume(id: string, now: number): Promise<boolean>;
  /** Ends all open codes of an account with these purposes. */
  endAll(accountId: string, purposes: readonly OneTimeCode['purpose'][], now: number): Promise<void>;
}

/** Failures per account and per thing, with growing delays: never per session or cookie. */
export interface Attempts {
  /**
   * Counts one attempt under each of `keys`, or none of them while one is locked. `delays[n]` is the lock in seconds after
   * the n-th consecutive attempt (the last entry holds for all later ones). Atomic under parallel calls.
   */
  count(
    keys: readonly string[],
    delays: readonly number[],
    now: number,
  ): Promise<{ allowed: true } | { allowed: false; until: number }>;
  /** After a success: only what was proved. */
  reset(keys: readonly string[]): Promise<void>;
}

/** Fixed-window caps. */
export interface Limits {
  /** Takes one from each named budget. False when one of them is empty (then none of the others matters). */
  take(takes: readonly Take[]): Promise<boolean>;
  /** Takes nothing. Undefined while each of these budgets has something left; else when all of them have again (milliseconds). */
  emptyUntil(takes: readonly Take[]): Promise<number | undefined>;
}
export interface Take {
  readonly budget: LimitBudget;
  readonly key: string;
}
export type LimitBudget =
  | 'recovery-mail-per-account'
  | 'recovery-mail-per-known-device'
  | 'recovery-begin-per-network'
  | 'recovery-begin-per-site'
  | 'sms-per-number'
  | 'sms-per-account'
  | 'sms-per-network'
  | 'sms-per-site'
  | 'sms-per-prefix'
  | 'sms-per-country'
  | 'sms-in-all'
  | 'mail-in-all'
  /** What would have been mail, for names that nobody has. */
  | 'decoys-in-all'
  /** Codes to addresses that an owner wants to add, whoever has them. */
  | 'contact-mail-per-address'
  | 'contact-mail-per-account'
  | 'contact-mail-per-network'
  | 'contact-mail-per-site'
  /** What an owner changes in the console, each of it told to every address and number. */
  | 'changes-per-account'
  /** Files of an account's whole activity. */
  | 'exports-per-account'
  /** QR codes for new phones. */
  | 'pairings-per-account'
  | 'sign-in-failures-per-network'
  | 'sign-in-failures-per-site';

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
  /** Sessions that are open now, the last used first. */
  live(accountId: string): Promise<readonly LiveSession[]>;
}

export interface AuditLog {
  append(event: AuditEvent, visitor?: Visitor): Promise<void>;
}

export interface Outbox {
  /** Seals the message and queues it; it leaves after the commit. With an empty `to` it is a decoy: queued alike, then dropped. */
  send(message: Message): Promise<void>;
}
