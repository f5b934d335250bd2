import { Kysely, PostgresDialect } from 'kysely';
import { type ClientConfig, type CustomTypesConfig, Pool, type PoolClient, types as standardTypes } from 'pg';
import type { Schema } from './schema.ts';

/** The store's handle, and a transaction on it alike. */
export type Database = Kysely<Schema>;

/** What the store tells the operator; pino fits. */
export interface StoreLog {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** No statement of ours takes longer than a moment; one that does is stopped rather than queued behind (DESIGN rule 10). */
const STATEMENT_TIMEOUT_MS = 15_000;
const IDLE_IN_TRANSACTION_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
const INT8 = 20;

/**
 * bigint as number: times in milliseconds and counters stay far below 2^53. Everything else as pg does it.
 */
const types: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? Number : standardTypes.getTypeParser(oid, format),
};

/** How every connection to PostgreSQL is made: `url` as in DATABASE_URL. */
export function connectionConfig(url: string): ClientConfig {
  return {
    connectionString: url,
    types,
    application_name: 'regain',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
}

/**
 * A pool of `max` connections. One that dies is replaced and logged, never a crash: idle ones say so to the pool, those in use to
 * their client, where an error that nobody hears ends the process. The statement that was under way fails by itself.
 */
export function openPool(url: string, log: StoreLog, max = 20): Pool {
  const pool = new Pool({
    ...connectionConfig(url),
    max,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  });
  const lost = (error: Error) => log.warn({ err: error }, 'a database connection was lost');
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', lost));
  return pool;
}

/** Longest wait (milliseconds) for the server to confirm that connections are closed. */
const GOODBYE_MS = 2_000;

/**
 * Kysely over a pool that has no connection yet; destroying it ends the pool. pg-pool does not wait until connections are
 * really closed; we do, since an embedded PostgreSQL that is stopped right afterwards would break them under us.
 */
export function databaseOn(pool: Pool): Database {
  const open = new Set<PoolClient>();
  let allClosed: (() => void) | undefined;
  pool.on('connect', (client) => open.add(client));
  pool.on('remove', (client) => {
    open.delete(client);
    if (open.size === 0) allClosed?.();
  });
  const end = async () => {
    await pool.end();
    if (open.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GOODBYE_MS);
      allClosed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  const { options } = pool;
  const dialect = new PostgresDialect({ pool: { connect: () => pool.connect(), end, options } });
  return new Kysely<Schema>({ dialect });
}
