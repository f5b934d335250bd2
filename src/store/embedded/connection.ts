import { Client } from 'pg';
import { SUPERUSER } from './cluster.ts';
import { codeOf, EmbeddedPostgresError } from './refusal.ts';

const DATABASE = 'regain';

/** The address of Regain's database in the embedded cluster. The password is made of URL-safe characters. */
export function databaseUrl(port: number, password: string, database: string = DATABASE): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;
}

/**
 * Whether the server takes connections (true), or does not yet or no longer (false). Only to be asked of a port that a
 * living server of ours has in its pid file: a stranger on that port could ask for the password in clear.
 */
export async function answers(port: number, password: string): Promise<boolean> {
  try {
    await withClient(databaseUrl(port, password, 'postgres'), (client) => client.query('SELECT 1'));
    return true;
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === '53300') return true; // too many connections: up, and busy
    if (code === '28P01') {
      throw new EmbeddedPostgresError('REGAIN_DATA_DIR: its PostgreSQL refuses the password in regain.password');
    }
    return false;
  }
}

/** Makes the database `regain` where it is missing: UTF-8, as everything in the cluster. */
export async function ensureDatabase(port: number, password: string): Promise<void> {
  await withClient(databaseUrl(port, password, 'postgres'), async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  });
}

async function withClient(connectionString: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  // ssl is said, so that PGSSLMODE in the environment says nothing.
  const client = new Client({ connectionString, ssl: false, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // a connection cut while idle; the query that follows says so
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
