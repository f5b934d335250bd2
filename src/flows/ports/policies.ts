import type { Policy } from '../../domain/policy.ts';

/** How a version came to be in force. `by`: who, in words, as they were called then; null: before this was written down. */
export interface Publication {
  readonly by: string | null;
  readonly reason: string | null;
  /** The earlier version that it is again. */
  readonly restores: number | null;
}

/** A version of a policy that is or was in force. `at` in milliseconds. */
export interface PolicyVersion extends Publication {
  readonly version: number;
  /** What the policy calls itself. */
  readonly name: string;
  readonly at: number;
}

export interface PolicyVersions {
  /** The policy in force; undefined when there is no such organization. */
  inForce(organizationId: string): Promise<{ policy: Policy; version: number } | undefined>;
  /** The version in force, which stays so until the transaction ends; undefined when there is no such organization. */
  hold(organizationId: string): Promise<number | undefined>;
  /** Adds a version and puts it in force: its number. Undefined when there is no such organization. */
  set(organizationId: string, policy: Policy, publication?: Publication): Promise<number | undefined>;
  /** One version; undefined: there is none of this number. */
  find(organizationId: string, version: number): Promise<(PolicyVersion & { readonly policy: Policy }) | undefined>;
  /** Newest first, below `before` where given. */
  page(
    organizationId: string,
    page: { readonly before?: number | undefined; readonly limit: number },
  ): Promise<readonly PolicyVersion[]>;
  /** Writes down what was accepted of a version. */
  accept(organizationId: string, version: number, accepted: readonly AcceptedFinding[]): Promise<void>;
  /** What was accepted of a version, by name. */
  accepted(organizationId: string, version: number): Promise<readonly AcceptedFinding[]>;
}

/** An error-level finding of a policy that somebody put in force knowingly. `by`: who, in words; `at` in milliseconds. */
export interface AcceptedFinding {
  readonly finding: string;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
}

/** What an admin is at work on, as it was typed, with faults and all. */
export interface PolicyDraft {
  readonly text: string;
  /** The version in force when it was begun. */
  readonly basedOn: number;
  /** Counts up with every save; the first is 1. */
  readonly saves: number;
  readonly savedAt: number;
}

/** Drafts, one of each admin for each organization. */
export interface PolicyDrafts {
  of(organizationId: string, accountId: string): Promise<PolicyDraft | undefined>;
  /**
   * Saves over the draft that was seen (`saves`; 0: there was none): one conditional statement, false where it is another one by now.
   */
  save(
    organizationId: string,
    accountId: string,
    draft: { readonly text: string; readonly basedOn: number; readonly seen: number; readonly at: number },
  ): Promise<boolean>;
  /** `saves`: only as it was seen. */
  remove(organizationId: string, accountId: string, saves?: number): Promise<void>;
}
