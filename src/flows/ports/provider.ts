import type { Locale } from '../../domain/message.ts';

/** What the OpenID provider keeps: its records, its clients, its signing keys. Implemented in `store`. */

/** A record of oidc-provider as it hands it to its adapter; ids are random and are stored only as SHA-256, payloads sealed. */
export interface ProviderRecords {
  upsert(
    model: string,
    id: string,
    payload: Record<string, unknown>,
    expiresInSeconds: number | undefined,
  ): Promise<void>;
  /** Expired ones are not found. A consumed one carries `consumed` (seconds). */
  find(model: string, id: string): Promise<Record<string, unknown> | undefined>;
  findByUid(model: string, uid: string): Promise<Record<string, unknown> | undefined>;
  findByUserCode(model: string, userCode: string): Promise<Record<string, unknown> | undefined>;
  /** One conditional UPDATE: true for exactly one caller (ATTACKS A38). */
  consume(model: string, id: string): Promise<boolean>;
  destroy(model: string, id: string): Promise<void>;
  /** Ends the grant and everything issued under it. */
  revokeByGrantId(grantId: string): Promise<void>;
}

export interface Client {
  readonly id: string;
  readonly name: string;
  readonly organizationId: string;
  /** oidc-provider client metadata (redirect_uris …), without any secret. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** SHA-256 of the secret; null: a public client. */
  readonly secretHash: Buffer | null;
  /** Of the organization itself, and Regain's own (consoles): people are not asked, and `response_type=none` is for these alone. */
  readonly firstParty: boolean;
  /** Which console it is: pages then say what it is, in their own language, in place of its name. */
  readonly own?: 'account' | 'admin';
  /** Whether accounts of other organizations may sign in to it. */
  readonly admitsOthers: boolean;
  /** The provider does not know it until that is over. */
  readonly suspended?: boolean;
}

export interface Clients {
  find(clientId: string): Promise<Client | undefined>;
}

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly locale: Locale;
  /** Where "Contact support" leads; null: Regain's own support page. */
  readonly supportUrl: string | null;
}

export interface Organizations {
  find(id: string): Promise<Organization | undefined>;
}

/** A private signing key as JWK. `next`: published, not yet used; `current`: signs; `retired`: verifies until its tokens are dead. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: 'ES256' | 'RS256';
  readonly state: 'next' | 'current' | 'retired';
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  /** When it starts to sign. */
  readonly activeFrom: number;
  /** When it leaves the key set; null while it signs or is to sign. */
  readonly retiredAt: number | null;
}

export interface SigningKeys {
  /** All that are published, current ones first. Makes the first ES256 and RS256 key when there is none (one caller does). */
  published(now: number): Promise<readonly SigningKey[]>;
  /** Adds a new key for each algorithm, to sign from `activeFrom` on; the old ones retire at `retireOldAt`. */
  rotate(activeFrom: number, retireOldAt: number): Promise<readonly SigningKey[]>;
  /** Calls back when keys, clients, policies or organizations changed on any node, and after each reconnect (LISTEN/NOTIFY). */
  onChange(listener: (what: 'keys' | 'clients' | 'apis' | 'policies' | 'organizations' | 'all') => void): void;
}
