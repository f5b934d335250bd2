import type { AuditEvent } from '../../domain/audit-event.ts';
import type { NoticeEffects, NoticeKind } from '../../domain/notice.ts';
import type { Proof } from '../../domain/proof.ts';

/** What the account console asks of the outside, beside the ports of the journeys. Times in milliseconds. */

export interface Contacts {
  /** A verified one. Throws `Taken` (ports/administration) when an e-mail address belongs to somebody, also under a race. */
  add(
    accountId: string,
    contact: {
      id: string;
      kind: 'email' | 'phone';
      value: string;
      key: string;
      verifiedAt: number;
      primary: boolean;
      countsFrom: number;
    },
  ): Promise<void>;
  /** Whether an e-mail address (by its key) is an account's: this one's or another's. A username that looks like it counts, one of lately too. */
  holderOf(key: string): Promise<string | undefined>;
  /** It proves nothing any more, and hears of what happens until `vetoUntil`; nothing, where it is `silent`. */
  giveUp(accountId: string, contactId: string, vetoUntil: number, silent?: boolean): Promise<void>;
  /** They prove nothing in a recovery until then. */
  rest(accountId: string, ids: readonly string[], until: number): Promise<void>;
  /**
   * Given-up ones are contacts again; those that no longer are there are left out. Where none of a kind is primary, a verified one becomes so that
   * counts by `now`, if there is one.
   */
  revive(accountId: string, ids: readonly string[], now: number): Promise<void>;
  /** What these are, given-up ones too. */
  named(
    accountId: string,
    ids: readonly string[],
  ): Promise<readonly { readonly id: string; readonly kind: 'email' | 'phone'; readonly value: string }[]>;
  /** Gone at once, without a word to them. */
  remove(accountId: string, ids: readonly string[]): Promise<void>;
  /** Whether codes by SMS to these phones sign in; null: they do. In a recovery the numbers count as before. Returns the ids that it was set for. */
  setOff(accountId: string, ids: readonly string[], offAt: number | null): Promise<readonly string[]>;
  /** The one of its kind that is written to first. */
  makePrimary(accountId: string, contactId: string): Promise<void>;
}

/** One row for each act that the owner is told of or may contest. */
export interface Notice extends NoticeEffects {
  readonly id: string;
  readonly accountId: string;
  readonly at: number;
  readonly kind: NoticeKind;
  readonly ip: string;
  readonly userAgent: string;
  readonly deviceHash: Buffer | null;
  readonly told: boolean;
  readonly contestedAt: number | null;
  readonly settledAt: number | null;
}

export interface Notices {
  add(notice: Omit<Notice, 'contestedAt' | 'settledAt'>): Promise<void>;
  find(accountId: string, id: string): Promise<Notice | undefined>;
  /** The act of this kind that brought the thing of this id to the account. */
  findAdding(accountId: string, kind: NoticeKind, id: string): Promise<Notice | undefined>;
  /**
   * Newest first: all that was told and is not contested, later than `since`, and of the sign-ins the newest `signIns`. How often the others can be
   * done is limited by budgets; so nothing that changed how one gets in is pushed out by doing more.
   */
  doneSince(accountId: string, since: number, signIns: number): Promise<readonly Notice[]>;
  /** Newest first; only those that were told, later than `since`. */
  toldSince(accountId: string, since: number, limit: number): Promise<readonly Notice[]>;
  /**
   * Newest first; those that were told, were not done in this browser, and are newer than what it has seen: by the last notice that was
   * dismissed in it, or, where the account does not know it, since `signedInAt`.
   */
  unseenIn(
    accountId: string,
    browser: { readonly deviceHash: Buffer | null; readonly signedInAt: number },
    limit: number,
  ): Promise<readonly Notice[]>;
  /** One conditional UPDATE: true for exactly one caller. */
  contest(id: string, at: number): Promise<boolean>;
  /** How many acts of these kinds were contested since then; what one act was told by counts once. */
  countContested(accountId: string, kinds: readonly NoticeKind[], since: number): Promise<number>;
  /** What is contested and not settled, oldest first. */
  open(accountId: string): Promise<readonly Notice[]>;
  /** Every open contest of the account is over. */
  settle(accountId: string, at: number): Promise<void>;
}

/** A browser that the account has signed in from; it need not be signed in now. */
export interface Browser {
  readonly id: string;
  readonly deviceHash: Buffer;
  /** Given by the owner; null: named after what it says it is. */
  readonly name: string | null;
  /** From where it was signed in last, and first (null: before that was written down). */
  readonly ip: string;
  readonly firstIp: string | null;
  readonly userAgent: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly blockedAt: number | null;
  /** The newest notice that its banner need not show any more. */
  readonly seenNoticesAt: number;
}

/** A live session of the account at the provider. */
export interface LiveSession {
  /** SHA-256 of the session's uid. */
  readonly uidHash: Buffer;
  readonly deviceHash: Buffer | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** When it was opened or raised last. */
  readonly at: number;
  readonly proofs: readonly Proof[];
}

/** A line of the audit log as its owner sees it. */
export interface ActivityEntry {
  readonly seq: number;
  readonly at: number;
  readonly kind: AuditEvent['kind'];
  readonly actor: AuditEvent['actor'];
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly details: NonNullable<AuditEvent['details']>;
}

export interface Activity {
  /** Newest first, older than `before` (a seq) where given; only `kinds` where given. */
  of(
    accountId: string,
    page: {
      readonly before?: number;
      readonly after?: number;
      readonly kinds?: readonly AuditEvent['kind'][];
      readonly limit: number;
    },
  ): Promise<readonly ActivityEntry[]>;
  find(accountId: string, seq: number): Promise<ActivityEntry | undefined>;
}

/** Tells open pages that something happened to an account, on whatever node. */
export interface Live {
  /** Calls back after each change, and after the connection that hears of them was lost; returns how to stop. */
  listen(accountId: string, changed: () => void): () => void;
}
