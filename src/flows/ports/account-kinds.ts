/** Something that an account holds and that counts, without whose it is. `userAgent`: of the browser that registered it, where that tells where it is. */
export type Held =
  | {
      readonly what:
        | 'password'
        | 'totp'
        | 'email'
        | 'phone'
        | 'switched-off-phone'
        | 'restore-code'
        | 'mailed-restore-code';
    }
  | {
      readonly what: 'passkey';
      readonly synced: boolean;
      readonly transports: readonly string[];
      readonly userAgent: string;
    };

/** So many accounts hold the same. */
export interface AlikeAccounts {
  readonly holds: readonly Held[];
  readonly bound: boolean;
  /** Of somebody with a role, who recovers by stricter routes. */
  readonly withRole: boolean;
  /** An operator has forbidden restoring. */
  readonly restoreForbidden: boolean;
  readonly accounts: number;
}

/** Accounts counted by what they hold. */
export interface AccountKinds {
  /** Of one organization, without those that are suspended or blocked. One round trip, of which the work grows with the accounts. */
  of(organizationId: string): Promise<readonly AlikeAccounts[]>;
  /** How many are suspended or blocked. */
  aside(organizationId: string): Promise<number>;
}
