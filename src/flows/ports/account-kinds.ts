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

/** So many accounts hold the same. `key`: names them for `among`, and for nothing else. */
export interface AlikeAccounts {
  readonly key: string;
  readonly holds: readonly Held[];
  readonly bound: boolean;
  /** Of somebody with a role, who recovers by stricter routes. */
  readonly withRole: boolean;
  /** An operator has forbidden restoring. */
  readonly restoreForbidden: boolean;
  /** In the pilot group of the organization. */
  readonly inPilot: boolean;
  readonly accounts: number;
}

/** An account as lists name it. */
export interface NamedAccount {
  readonly id: string;
  readonly username: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
}

/** Accounts counted by what they hold. */
export interface AccountKinds {
  /** Of one organization, without those that are suspended or blocked. One round trip, of which the work grows with the accounts. */
  of(organizationId: string): Promise<readonly AlikeAccounts[]>;
  /** Accounts that hold what these keys say, by id from after that one, at most `limit`. */
  among(
    organizationId: string,
    keys: readonly string[],
    after: string | undefined,
    limit: number,
  ): Promise<readonly NamedAccount[]>;
  /** How many are suspended or blocked. */
  aside(organizationId: string): Promise<number>;
}
