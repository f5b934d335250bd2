import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { migrate } from '../../src/store/index.ts';

/**
 * An administrator's URL of the PostgreSQL cluster for tests. The global set-up provides it; any PostgreSQL ≥ 15 will do.
 */
const CLUSTER = 'REGAIN_TEST_CLUSTER';
const TEMPLATE = 'regain_template';

export interface TestDatabase {
  readonly url: string;
  /** Throws out whoever is still connected. */
  readonly drop: () => Promise<void>;
}

/** A migrated database of its own: a clone of a template that is made and migrated once per cluster. */
export async function testDatabase(): Promise<TestDatabase> {
  const cluster = clusterUrl();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(cluster, async (admin) => {
    // One at a time: a template cannot be copied while somebody is connected to it.
    await admin.query('select pg_advisory_lock(7420151)');
    await ensureTemplate(admin, cluster);
    await admin.query(`create database ${name} template ${TEMPLATE}`);
  });
  return {
    url: urlOf(cluster, name),
    drop: () => asAdmin(cluster, (admin) => admin.query(`drop database if exists ${name} with (force)`)),
  };
}

/** An empty database, not migrated. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const cluster = clusterUrl();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(cluster, (admin) => admin.query(`create database ${name}`));
  return {
    url: urlOf(cluster, name),
    drop: () => asAdmin(cluster, (admin) => admin.query(`drop database if exists ${name} with (force)`)),
  };
}

/** Makes the template anew, for the migrations may have changed. The global set-up calls it ahead of the tests. */
export async function prepareTemplate(): Promise<void> {
  const cluster = clusterUrl();
  await asAdmin(cluster, async (admin) => {
    await admin.query('select pg_advisory_lock(7420151)');
    await admin.query(`drop database if exists ${TEMPLATE} with (force)`);
    await ensureTemplate(admin, cluster);
  });
}

async function ensureTemplate(admin: Client, cluster: string): Promise<void> {
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [TEMPLATE]);
  if (rowCount) return;
  // Renamed when whole: a run that is killed leaves no half-made template behind.
  await admin.query(`drop database if exists ${TEMPLATE}_new with (force)`);
  await admin.query(`create database ${TEMPLATE}_new`);
  await migrate(urlOf(cluster, `${TEMPLATE}_new`));
  await admin.query(`alter database ${TEMPLATE}_new rename to ${TEMPLATE}`);
}

function clusterUrl(): string {
  const url = process.env[CLUSTER];
  if (!url) throw new Error(`${CLUSTER} is not set: the global set-up starts a PostgreSQL and sets it`);
  return url;
}

function urlOf(cluster: string, database: string): string {
  const url = new URL(cluster);
  url.pathname = `/${database}`;
  return url.href;
}

async function asAdmin(cluster: string, work: (admin: Client) => Promise<unknown>): Promise<void> {
  const admin = new Client({ connectionString: cluster });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
