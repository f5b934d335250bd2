/** What a list of people may be narrowed to. `recovered`: since `PeopleQuery.recoveredSince`. */
export const PEOPLE_FILTERS = ['no-second-factor', 'suspended', 'recovered', 'never-signed-in'] as const;
export type PeopleFilter = (typeof PEOPLE_FILTERS)[number];

export interface PeopleQuery {
  /** The organizations to look in; null: all of them. */
  readonly scope: readonly string[] | null;
  /** The beginning of a username, an e-mail address, a name or a phone number, or a whole id, as it was typed; empty: everybody. */
  readonly typed: string;
  readonly filter?: PeopleFilter | undefined;
  /** Milliseconds. */
  readonly recoveredSince: number;
  /** The account that the page begins after, or ends before. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Somebody as a list shows them. Times in milliseconds. */
export interface PersonFound {
  readonly id: string;
  readonly organizationId: string;
  readonly username: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  /** The first of their addresses. */
  readonly email: string | null;
  readonly suspended: boolean;
  readonly recoveredAt: number | null;
  /** An authenticator app or passkey that works. */
  readonly secondFactor: boolean;
  readonly signedIn: boolean;
  /** Holds a role in the operators' console. */
  readonly hasRole: boolean;
}

export interface People {
  /** In the order of what was found, the next `limit` of them; each once. */
  search(query: PeopleQuery): Promise<readonly PersonFound[]>;
}
