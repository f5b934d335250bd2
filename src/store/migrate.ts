import { Migrator } from 'kysely/migration';
import { Client, Pool } from 'pg';
import { PgBoss } from 'pg-boss';
import { migrations } from '../../migrations/index.ts';
import { connectionConfig, type Database, databaseOn } from './database.ts';
import { JOBS_SCHEMA, lackingQueues, QUEUES } from './job-sender.ts';

/** What `pending` and `migrate` call the tables of the job queue. */
export const JOBS_STEP = 'job-queue';

function migratorOn(db: Database): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => migrations } });
}

/** The names of the migrations that this database lacks. */
export async function pendingMigrations(db: Database): Promise<string[]> {
  const known = await migratorOn(db).getMigrations();
  return known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
}

/**
 * Brings the database at `url` up to date and returns what was done. Several may run at once: one works, the others wait
 * and then find nothing to do. Rejects when a migration fails; what came before it stays done.
 */
export async function migrate(url: string): Promise<{ applied: string[] }> {
  // One connection, so that the lock lasts as long as the work; migrations may take long, so it has no time limit.
  const pool = new Pool({ ...connectionConfig(url), application_name: 'regain-migrate', max: 2 });
  // Without a listener an idle connection that dies would end the process.
  pool.on('error', () => {});
  const db = databaseOn(pool);
  const lock = await pool.connect();
  try {
    await lock.query(`select pg_advisory_lock(hashtextextended('regain:migrate', 0))`);
    const { error, results = [] } = await migratorOn(db).migrateToLatest();
    if (error) throw error;
    const applied = results.map(({ migrationName }) => migrationName);
    return { applied: (await migrateJobs(url)) ? [...applied, JOBS_STEP] : applied };
  } finally {
    lock.release(true);
    await db.destroy();
  }
}

/** pg-boss makes and moves its own tables; true when it had to. Queue options are those of this version afterwards. */
async function migrateJobs(url: string): Promise<boolean> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'regain-migrate',
    schema: JOBS_SCHEMA,
    max: 1,
    supervise: false,
    schedule: false,
  });
  boss.on('error', () => {});
  const before = await installedVersion(url);
  await boss.start();
  try {
    const lacking = await lackingQueues(boss);
    for (const [name, options] of Object.entries(QUEUES)) {
      await boss.createQueue(name, options);
      await boss.updateQueue(name, options);
    }
    return lacking.length > 0 || (await boss.schemaVersion()) !== before;
  } finally {
    await boss.stop({ graceful: false, close: true });
  }
}

async function installedVersion(url: string): Promise<number | null> {
  const client = new Client(connectionConfig(url));
  await client.connect();
  try {
    const { rows } = await client.query(`select to_regclass('${JOBS_SCHEMA}.version') is not null as installed`);
    if (!rows[0]?.installed) return null;
    const version = await client.query(`select version from ${JOBS_SCHEMA}.version`);
    return version.rows[0]?.version ?? null;
  } finally {
    await client.end();
  }
}
