/** What an application of a person may see, apart from any session. Times in milliseconds. */
export interface Access {
  /** OpenID Connect scopes. */
  readonly scopes: readonly string[];
  /** Names of single claims, from the `claims` parameter. */
  readonly claims: readonly string[];
  /** True: the person was asked. False: an application of the operator's own, which is granted what it asks for. */
  readonly consented: boolean;
  readonly since: number;
  /** To some 5 minutes. */
  readonly lastUsedAt: number;
}

export interface Application extends Access {
  readonly clientId: string;
  /** Its id where the application is gone by now. */
  readonly name: string;
}

/** Applications with access to an account, and what they were given. Regain's own consoles are not among them. */
export interface Applications {
  /** Last used first. */
  of(accountId: string): Promise<readonly Application[]>;
  remembered(accountId: string, clientId: string): Promise<Access | undefined>;
  /**
   * Adds what was granted at `at` to what was before, and returns since when there is access. What a person consented to and what was granted
   * without asking are never mixed: the newer kind stays.
   */
  remember(
    accountId: string,
    clientId: string,
    granted: Pick<Access, 'scopes' | 'claims' | 'consented'>,
    at: number,
  ): Promise<number>;
  /** It was used; written only when the time that is known is older than 5 minutes. Nothing where there is no access. */
  touch(accountId: string, clientId: string, at: number): Promise<void>;
  /**
   * Forgets what was granted and ends every grant, token and code of the account at this application, once and for all; the
   * application is told by back-channel logout, by jobs that are part of the transaction. The person's session stays.
   * False: there was nothing.
   */
  remove(accountId: string, clientId: string): Promise<boolean>;
}
