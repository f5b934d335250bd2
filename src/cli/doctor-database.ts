import type { Config } from '../config/config.ts';
import { createCrypto } from '../crypto/crypto.ts';
import { createLog } from '../observability/log.ts';
import { type DatabaseHealth, databaseHealth } from '../store/administration/health.ts';
import { openStore } from '../store/index.ts';
import { Complaint } from './complaint.ts';
import { type Finding, note, ok, wrong } from './finding.ts';
import { unreachable, withDatabase } from './open.ts';

const OLDEST_POSTGRESQL = 15;
/** Codes live by the clock of the node that checks them; several nodes must agree within this. */
const MOST_SKEW_MS = 2_000;

/** Database, migrations, keys and clock. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  try {
    return await withDatabase(async (url) => {
      const health = await databaseHealth(url);
      const findings = [version(config, health), clock(health)];
      return health.version < OLDEST_POSTGRESQL ? findings : [...findings, ...(await checkContent(config, url))];
    }, config);
  } catch (error) {
    const why =
      error instanceof Error && error.name === 'EmbeddedPostgresError'
        ? new Complaint(error.message)
        : unreachable(config, error);
    return [wrong('database', why.message)];
  }
}

function version(config: Config, { version: found }: DatabaseHealth): Finding {
  const kind = config.databaseUrl === undefined ? 'embedded PostgreSQL' : 'PostgreSQL';
  return found >= OLDEST_POSTGRESQL
    ? ok('database', `${kind} ${found} answers`)
    : wrong('database', `DATABASE_URL names a PostgreSQL ${found}; Regain takes ${OLDEST_POSTGRESQL} or later`);
}

function clock({ now, here, blur }: DatabaseHealth): Finding {
  const skew = Math.max(0, Math.abs(now - here) - blur);
  return skew <= MOST_SKEW_MS
    ? ok('clock', 'agrees with that of the database')
    : wrong('clock', `differs from that of the database by ${(skew / 1000).toFixed(1)} s: synchronise both by NTP`);
}

async function checkContent(config: Config, url: string): Promise<Finding[]> {
  const crypto = createCrypto(config.masterKeys);
  const database = await openStore({ url, crypto, now: Date.now, log: createLog(config.logLevel, 'stderr') });
  try {
    const pending = await database.pending();
    if (pending.length > 0) {
      const lacks = `lacks ${pending.join(', ')}`;
      return config.databaseUrl === undefined
        ? [note('migrations', `${lacks}: the next start brings it up to date`)]
        : [wrong('migrations', `${lacks}: run "npm run regain -- migrate"`)];
    }
    return [ok('migrations', 'up to date'), await checkKeys(() => database.keys.published(Date.now()))];
  } finally {
    await database.close();
  }
}

async function checkKeys(published: () => Promise<readonly { alg: string; state: string }[]>): Promise<Finding> {
  try {
    const signing = (await published()).filter(({ state }) => state === 'current').map(({ alg }) => alg);
    return signing.length > 0
      ? ok('keys', `${signing.join(' and ')} sign`)
      : wrong('keys', 'no key signs now: run "npm run regain -- keys rotate"');
  } catch {
    return wrong('keys', 'the keys in the database were sealed under another REGAIN_MASTER_KEY: bring that one back');
  }
}
