import { createHash } from 'node:crypto';
import type { Policy } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import type { Proof } from '../../../src/domain/proof.ts';
import type { Api, Apis } from '../../../src/flows/ports/apis.ts';
import type { Client, Clients, ProviderRecords } from '../../../src/flows/ports/provider.ts';
import type {
  Access,
  Account,
  Accounts,
  Applications,
  Contact,
  Credential,
  Sessions,
} from '../../../src/flows/ports.ts';

/** The ports that the provider stands on, in memory: what the store does, without a database. */

interface Row {
  readonly payload: Record<string, unknown>;
  readonly expiresAt: number;
  consumed: number | undefined;
}

export class MemoryRecords implements ProviderRecords {
  readonly rows = new Map<string, Map<string, Row>>();

  private of(model: string): Map<string, Row> {
    const rows = this.rows.get(model) ?? new Map<string, Row>();
    this.rows.set(model, rows);
    return rows;
  }

  async upsert(
    model: string,
    id: string,
    payload: Record<string, unknown>,
    expiresIn: number | undefined,
  ): Promise<void> {
    const expiresAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000;
    this.of(model).set(id, {
      payload: structuredClone(payload),
      expiresAt,
      consumed: this.of(model).get(id)?.consumed,
    });
  }

  private read(row: Row | undefined): Record<string, unknown> | undefined {
    if (!row || row.expiresAt <= Date.now()) return undefined;
    return structuredClone(row.consumed === undefined ? row.payload : { ...row.payload, consumed: row.consumed });
  }

  async find(model: string, id: string): Promise<Record<string, unknown> | undefined> {
    return this.read(this.of(model).get(id));
  }

  async findByUid(model: string, uid: string): Promise<Record<string, unknown> | undefined> {
    return this.read([...this.of(model).values()].find(({ payload }) => payload['uid'] === uid));
  }

  async findByUserCode(model: string, userCode: string): Promise<Record<string, unknown> | undefined> {
    return this.read([...this.of(model).values()].find(({ payload }) => payload['userCode'] === userCode));
  }

  async consume(model: string, id: string): Promise<boolean> {
    const row = this.of(model).get(id);
    if (!row || row.consumed !== undefined) return false;
    row.consumed = Math.floor(Date.now() / 1000);
    return true;
  }

  async destroy(model: string, id: string): Promise<void> {
    this.of(model).delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    this.of('Grant').delete(grantId);
    this.drop((payload) => payload['grantId'] === grantId);
  }

  /** What `sessions.endAll` does in the store. */
  endAll(accountId: string): void {
    this.drop((payload) => {
      const session = payload['session'];
      const owner =
        typeof session === 'object' && session !== null && 'accountId' in session ? session.accountId : undefined;
      return payload['accountId'] === accountId || owner === accountId;
    });
  }

  /** What `sessions.end` does in the store. */
  endSession(uid: string): void {
    const session = this.payloads('Session').find((payload) => payload['uid'] === uid);
    const grants = Object.values(session?.['authorizations'] ?? {}).map(({ grantId }: { grantId?: string }) => grantId);
    for (const grantId of grants) if (grantId) this.of('Grant').delete(grantId);
    this.drop((payload) => {
      const origin = payload['session'];
      const begun = typeof origin === 'object' && origin !== null && 'uid' in origin ? origin.uid : undefined;
      const { uid: own, sessionUid, grantId } = payload;
      return [own, sessionUid, begun].includes(uid) || (typeof grantId === 'string' && grants.includes(grantId));
    });
  }

  private drop(unwanted: (payload: Record<string, unknown>) => boolean): void {
    for (const rows of this.rows.values()) {
      for (const [id, { payload }] of rows) if (unwanted(payload)) rows.delete(id);
    }
  }

  payloads(model: string): Record<string, unknown>[] {
    return [...this.of(model).values()].map(({ payload }) => payload);
  }
}

export class MemoryClients implements Clients {
  readonly all = new Map<string, Client>();

  async find(id: string): Promise<Client | undefined> {
    return this.all.get(id);
  }

  add(id: string, secret: string | null, metadata: Record<string, unknown>, more: Partial<Client> = {}): Client {
    const secretHash = secret === null ? null : createHash('sha256').update(secret).digest();
    const client = {
      id,
      name: id,
      organizationId: ORGANIZATION,
      metadata,
      secretHash,
      firstParty: false,
      admitsOthers: false,
      ...more,
    };
    this.all.set(id, client);
    return client;
  }
}

export class MemoryApis implements Apis {
  readonly all = new Map<string, Api>();

  async find(identifier: string): Promise<Api | undefined> {
    return this.all.get(identifier);
  }

  add(identifier: string, more: Partial<Api> = {}): void {
    const api = {
      id: identifier,
      identifier,
      name: identifier,
      organizationId: ORGANIZATION,
      scopes: ['read', 'write'],
    };
    this.all.set(identifier, { ...api, tokenFormat: 'jwt', minimumAcr: null, applications: [], ...more });
  }
}

export const ORGANIZATION = '00000000-0000-4000-8000-00000000000a';
export const OTHER_ORGANIZATION = '00000000-0000-4000-8000-00000000000b';

export class MemoryAccounts implements Pick<Accounts, 'load' | 'policyFor'> {
  readonly all = new Map<string, Account>();
  readonly policies = new Map<string, Policy>([
    [ORGANIZATION, PRESETS['password-sms']],
    [OTHER_ORGANIZATION, PRESETS['password-sms']],
  ]);

  async load(id: string): Promise<Account | undefined> {
    return this.all.get(id);
  }

  async policyFor(organizationId: string): Promise<{ policy: Policy; version: number } | undefined> {
    const policy = this.policies.get(organizationId);
    return policy && { policy, version: 1 };
  }

  change(id: string, changes: Partial<Account>): void {
    const before = this.all.get(id);
    if (before) this.all.set(id, { ...before, ...changes });
  }
}

export class MemorySessions implements Pick<Sessions, 'bind' | 'proofsOf'> {
  readonly bound = new Map<string, string>();
  /** Journeys whose proofs went when all sessions of their account were ended. */
  readonly gone = new Set<string>();
  async bind(journeyId: string, sessionUid: string): Promise<boolean> {
    this.bound.set(journeyId, sessionUid);
    return !this.gone.has(journeyId);
  }
  async proofsOf(): Promise<readonly Proof[]> {
    return [];
  }
}

export class MemoryApplications implements Pick<Applications, 'remembered' | 'remember' | 'touch'> {
  readonly rows = new Map<string, Access>();
  async remembered(accountId: string, clientId: string): Promise<Access | undefined> {
    return this.rows.get(`${accountId} ${clientId}`);
  }
  async remember(
    accountId: string,
    clientId: string,
    granted: Pick<Access, 'scopes' | 'claims' | 'consented'>,
    at: number,
  ): Promise<number> {
    const before = this.rows.get(`${accountId} ${clientId}`);
    const same = before?.consented === granted.consented ? before : undefined;
    const since = before?.since ?? at;
    this.rows.set(`${accountId} ${clientId}`, {
      scopes: [...new Set([...(same?.scopes ?? []), ...granted.scopes])],
      claims: [...new Set([...(same?.claims ?? []), ...granted.claims])],
      consented: granted.consented,
      since,
      lastUsedAt: at,
    });
    return since;
  }
  async touch(accountId: string, clientId: string, at: number): Promise<void> {
    const row = this.rows.get(`${accountId} ${clientId}`);
    if (row && row.lastUsedAt < at - 300_000) this.rows.set(`${accountId} ${clientId}`, { ...row, lastUsedAt: at });
  }
}

const common = {
  state: 'active',
  label: '',
  createdAt: 0,
  lastUsedAt: null,
  unsettledUntil: null,
  failures: 0,
  lostAt: null,
  addedFrom: null,
} as const;
export const PASSWORD: Credential = { ...common, id: 'p', kind: 'password', hash: '' };
export const TOTP: Credential = { ...common, id: 't', kind: 'totp', sealedSecret: Buffer.alloc(0), lastStep: null };
export const PASSKEY: Credential = {
  ...common,
  id: 'k',
  kind: 'passkey',
  webauthnId: 'k',
  publicKey: Buffer.alloc(0),
  signCount: 0,
  transports: [],
  synced: false,
};
const EMAIL: Contact = {
  id: 'e',
  kind: 'email',
  value: 'ada@example.org',
  verifiedAt: 1,
  primary: true,
  countsFrom: 0,
  offAt: null,
};
const PHONE: Contact = {
  id: 'h',
  kind: 'phone',
  value: '+41791234567',
  verifiedAt: null,
  primary: true,
  countsFrom: 0,
  offAt: null,
};

export function account(id: string, changes: Partial<Account> = {}): Account {
  return {
    id,
    organizationId: ORGANIZATION,
    username: 'ada',
    givenName: 'Ada',
    familyName: 'Lovelace',
    locale: 'en',
    suspendedAt: null,
    frozenAt: null,
    contested: [],
    closesAt: null,
    restoreCode: null,
    emergencyCode: null,
    restoreForbidden: false,
    restoreUses: [],
    signInsAsked: 0,
    roles: [],
    inPilot: false,
    onboardingAfter: null,
    createdAt: 0,
    formerContacts: [],
    boundToSecondFactor: true,
    recoveredAt: null,
    lastMethod: null,
    credentials: [PASSWORD, TOTP],
    contacts: [EMAIL, PHONE],
    policy: PRESETS['password-sms'],
    policyVersion: 1,
    ...changes,
  };
}
