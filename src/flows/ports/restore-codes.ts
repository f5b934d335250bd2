/** The restore code of an account. Times in milliseconds. */
export interface RestoreCode {
  readonly id: string;
  /** SHA-256 of the code without hyphens. */
  readonly hash: Buffer;
  /** Sealed with context `restore-code:<id>`; null: nobody sees it again. */
  readonly sealed: Buffer | null;
  readonly issuedBy: 'owner' | 'letter' | 'person' | 'phone' | 'email';
  readonly createdAt: number;
  readonly unsettledUntil: number | null;
}

export interface RestoreCodes {
  /** A new one that waits to be typed back; it takes the place of another that waits. */
  propose(accountId: string, code: RestoreCode & { readonly journeyId: string | null }): Promise<void>;
  /** The one that waits, and the recovery that showed it. */
  waiting(accountId: string): Promise<(RestoreCode & { readonly journeyId: string | null }) | undefined>;
  /** It counts from now on, in place of the one before: true for exactly one caller. */
  confirm(accountId: string, id: string, at: number): Promise<boolean>;
  /** It is nothing any more, and its use is counted: one conditional DELETE, true for exactly one caller (ATTACKS A14). */
  spend(accountId: string, id: string, at: number): Promise<boolean>;
  /** Those of `ids` are nothing any more, whether they count or wait. */
  remove(accountId: string, ids: readonly string[]): Promise<void>;
  /** The one that counts and the one that waits are nothing any more. */
  removeAll(accountId: string): Promise<void>;
  /** Erases the sealed copies of an organization's accounts (SPEC S2). */
  forgetCopies(organizationId: string): Promise<void>;
}
