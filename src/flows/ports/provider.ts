import type { Logo, OrganizationSettings } from '../../domain/branding.ts';
import type { KeyState, KeyTimes, SigningAlgorithm } from '../../domain/signing-key.ts';

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

export interface Organization
  extends Pick<OrganizationSettings, 'name' | 'locale' | 'supportUrl'>,
    Partial<Omit<OrganizationSettings, 'name' | 'locale' | 'supportUrl'>> {
  readonly id: string;
  readonly logo?: Logo | null;
}

export interface Organizations {
  find(id: string): Promise<Organization | undefined>;
  /** The PNG of a logo that an organization has now, by its hash. */
  logo(hash: string): Promise<Buffer | undefined>;
}

/** A key that is published: one that is `gone` is not. */
export interface SigningKey extends KeyTimes {
  readonly state: Exclude<KeyState, 'gone'>;
  /** The private key; the public one when the private one is kept elsewhere and `sign` reaches it. */
  readonly jwk: Readonly<Record<string, unknown>>;
  /** The signature as a JWS carries it (RFC 7515; ECDSA as R || S, RFC 7518 3.4). */
  readonly sign?: (data: Buffer) => Promise<Buffer>;
  readonly createdAt: number;
}

/** Keeps private keys outside of this process and its database, behind PKCS#11 or a key management service. */
export interface ExternalSigner {
  /** Makes a key there: what it is called there, and its public JWK. */
  create(alg: SigningAlgorithm): Promise<{ reference: string; publicJwk: Readonly<Record<string, unknown>> }>;
  /** As `SigningKey.sign`. */
  sign(key: { readonly reference: string; readonly alg: SigningAlgorithm }, data: Buffer): Promise<Buffer>;
}

export interface SigningKeys {
  /** All that are published, current ones first. Makes the first key of each algorithm that has none (one caller does). */
  published(now: number): Promise<readonly SigningKey[]>;
  /**
   * Adds a new key for each algorithm, to sign from `activeFrom` on; the old ones retire at `retireOldAt`. Returns the new ones: none when
   * `due` says of the keys there are that it is not time. `due` is asked while no other node rotates.
   */
  rotate(
    activeFrom: number,
    retireOldAt: number,
    due?: (keys: readonly KeyTimes[]) => boolean,
  ): Promise<readonly SigningKey[]>;
  /** Calls back when keys, clients, policies or organizations changed on any node, and after each reconnect (LISTEN/NOTIFY). */
  onChange(listener: (what: 'keys' | 'clients' | 'apis' | 'policies' | 'organizations' | 'all') => void): void;
}
