import type { Credential, NewCredential } from './account.ts';

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
