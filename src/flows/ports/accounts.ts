import type { Locale } from '../../domain/message.ts';
import type { Policy, SecondFactorKind } from '../../domain/policy.ts';
import type { Account, FormerUsername } from './account.ts';

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
      /** The same without a recovery: somebody else vouched for whoever signs in. */
      rolesAsleepSince?: number;
      lastMethod?: SecondFactorKind;
      suspendedAt?: number | null;
      frozenAt?: number | null;
      closesAt?: number | null;
      restoreForbidden?: boolean;
      signInsAsked?: number;
      onboardingAfter?: number;
      locale?: Locale;
      givenName?: string | null;
      familyName?: string | null;
    },
  ): Promise<void>;
  /**
   * Throws `Taken` (ports/administration) when it belongs to somebody, or did lately, also under a race. `key`: `usernameKey`. The name
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
