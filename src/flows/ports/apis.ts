import type { Acr } from '../../domain/assurance.ts';

/** An API that applications call with an access token made for it (RFC 8707, RFC 9068). */
export interface Api {
  readonly id: string;
  /** What `resource` names, and `aud` in its tokens: an absolute URI without fragment. */
  readonly identifier: string;
  readonly name: string;
  /** Only applications of the same organization may ask for it. */
  readonly organizationId: string;
  readonly scopes: readonly string[];
  /** `jwt`: it reads tokens by itself, for five minutes each; `opaque`: it asks at the introspection endpoint. */
  readonly tokenFormat: 'jwt' | 'opaque';
  /** No token for it stands on a sign-in below this class. */
  readonly minimumAcr: Acr | null;
  /** Ids of the applications that may ask for it; empty: every one of the organization. */
  readonly applications: readonly string[];
}

export interface Apis {
  find(identifier: string): Promise<Api | undefined>;
}

export interface RegisteredApi extends Api {
  readonly createdAt: number;
  /** Counts up with every change. */
  readonly version: number;
}

export type ApiChanges = Omit<Api, 'id' | 'organizationId' | 'identifier'>;

export interface ApiRegistry {
  /** False: there is one with this identifier. */
  create(api: Api): Promise<boolean>;
  /** By name. `scope`: organizations; null: all of them. */
  all(scope: readonly string[] | null): Promise<readonly RegisteredApi[]>;
  find(id: string): Promise<RegisteredApi | undefined>;
  /** The same, and nobody else changes it until the transaction ends. */
  lock(id: string): Promise<RegisteredApi | undefined>;
  byIdentifier(identifier: string): Promise<RegisteredApi | undefined>;
  change(id: string, changes: ApiChanges): Promise<void>;
  remove(id: string): Promise<void>;
}
