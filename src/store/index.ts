import type { Apis } from '../flows/ports/apis.ts';
import type { Jobs, OutboxRecords } from '../flows/ports/jobs.ts';
import type { Clients, ExternalSigner, Organizations, ProviderRecords, SigningKeys } from '../flows/ports/provider.ts';
import type { Signals } from '../flows/ports/signals.ts';
import type { Crypto, Limits, Live, Store } from '../flows/ports.ts';
import { type AuditEntry, type AuditFilter, readAudit } from './audit-read.ts';
import { type AuditVerdict, verifyAudit } from './audit-verify.ts';
import { listenForChanges } from './changes.ts';
import { type Database, databaseOn, openPool, type StoreLog } from './database.ts';
import { createJobSender } from './job-sender.ts';
import { createJobs } from './jobs.ts';
import { limitsOn } from './limits.ts';
import { JOBS_STEP, pendingMigrations } from './migrate.ts';
import { outboxRecordsOn } from './outbox.ts';
import { providerRecordsOn } from './provider-records.ts';
import { purgeExpired } from './purge.ts';
import { type InTransaction, storeOn } from './repositories.ts';
import { settingsOn } from './settings.ts';
import { signalsOn } from './signals.ts';
import { signingKeysOn } from './signing-keys.ts';

export type { AuditEntry, AuditFilter } from './audit-read.ts';
export type { AuditVerdict } from './audit-verify.ts';
export type { Database, StoreLog } from './database.ts';
export { migrate } from './migrate.ts';

export interface StoreOptions {
  /** As DATABASE_URL: PostgreSQL 15 or later. */
  readonly url: string;
  readonly crypto: Crypto;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** pino fits. Never told a secret. */
  readonly log?: StoreLog;
  /** Makes and keeps the private signing keys; without one they are sealed in the database. */
  readonly signer?: ExternalSigner;
}

/** Everything that is kept in PostgreSQL, as the ports ask for it. */
export interface OpenStore {
  readonly store: Store;
  /** For repositories of other parts of the store, in one transaction with those of the ports. */
  readonly inTransaction: InTransaction;
  readonly db: Database;
  /** What seals and opens here. */
  readonly crypto: Crypto;
  readonly limits: Limits;
  readonly live: Live;
  readonly records: ProviderRecords;
  readonly clients: Clients;
  readonly apis: Apis;
  readonly organizations: Organizations;
  readonly keys: SigningKeys;
  readonly signals: Signals;
  readonly outbox: OutboxRecords;
  readonly jobs: Jobs;
  /** Migrations that this database lacks; empty: it may be served. Rejects when the database cannot be reached. */
  readonly pending: () => Promise<string[]>;
  readonly verifyAudit: () => Promise<AuditVerdict>;
  readonly readAudit: (filter: AuditFilter) => AsyncIterable<AuditEntry>;
  /** Removes up to `limit` expired rows of each kind; returns the most that were removed of one kind. */
  readonly purgeExpired: (limit: number) => Promise<number>;
  /** Stops the jobs, then closes every connection. */
  readonly close: () => Promise<void>;
}

const SILENT: StoreLog = { warn: () => {}, error: () => {} };

/** Opens the database at `url`. Migrates nothing: ask `pending` before serving. Rejects when it cannot be reached. */
export async function openStore({ url, crypto, now, log = SILENT, signer }: StoreOptions): Promise<OpenStore> {
  const pool = openPool(url, log);
  const db = databaseOn(pool);
  const sender = createJobSender(db, log);
  const pending = async () => {
    const lacking = await pendingMigrations(db);
    return (await sender.ready().then(
      () => true,
      () => false,
    ))
      ? lacking
      : [...lacking, JOBS_STEP];
  };
  try {
    await pending();
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const changes = listenForChanges(url, log);
  await changes.ready;

  const settings = settingsOn(db, changes);
  const purge = (limit: number) => purgeExpired(db, now(), limit);
  const jobs = createJobs(url, purge, log);
  return {
    ...storeOn({ db, crypto, now, sender, policyFor: settings.policyFor }),
    db,
    crypto,
    limits: limitsOn(pool, log),
    live: { listen: (accountId, changed) => changes.onAccount(accountId, changed) },
    records: providerRecordsOn(db, crypto, now),
    clients: settings.clients,
    apis: settings.apis,
    organizations: settings.organizations,
    signals: signalsOn(db, crypto, now, sender),
    keys: signingKeysOn({ db, crypto, now, changes, signer }),
    outbox: outboxRecordsOn(db, crypto, now),
    jobs,
    pending,
    verifyAudit: () => verifyAudit(db, crypto),
    readAudit: (filter) => readAudit(db, filter),
    purgeExpired: purge,
    async close() {
      await jobs.stop();
      await changes.close();
      await sender.close();
      await db.destroy();
    },
  };
}
