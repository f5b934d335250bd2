import type { Config } from '../config/config.ts';
import { createCrypto } from '../crypto/crypto.ts';
import { nextRotation } from '../domain/signing-key.ts';
import type { SigningKey } from '../flows/ports/provider.ts';
import type { Signals } from '../flows/ports/signals.ts';
import { createLog } from '../observability/log.ts';
import { type DatabaseHealth, databaseHealth } from '../store/administration/health.ts';
import { openStore } from '../store/index.ts';
import { isoTime } from './answer.ts';
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
    return [
      ok('migrations', 'up to date'),
      await checkKeys(config.keyRotationDays, () => database.keys.published(Date.now())),
      ...(await checkSignals(database.signals)),
    ];
  } finally {
    await database.close();
  }
}

/** Applications that could not be told. */
async function checkSignals(signals: Signals): Promise<Finding[]> {
  const failing = await signals.failing();
  return failing.map(({ clientId, status, reason }) =>
    note('signals', `${status === 'paused' ? 'stopped for' : 'not reaching'} ${clientId}: ${reason}`),
  );
}

/** Later than this, no node has looked for so long. */
const OVERDUE_MS = 3_600_000;

async function checkKeys(days: number, published: () => Promise<readonly SigningKey[]>): Promise<Finding> {
  try {
    const keys = await published();
    const signing = keys.filter(({ state }) => state === 'current').map(({ alg }) => alg);
    if (signing.length === 0) return wrong('keys', 'no key signs now: run "npm run regain -- keys rotate"');
    const due = nextRotation(keys, days);
    if (due < Date.now() - OVERDUE_MS)
      return note('keys', `${signing.join(', ')} sign; their rotation is due since ${isoTime(due)}: does Regain run?`);
    return ok('keys', `${signing.join(', ')} sign${days > 0 ? `; to be rotated on ${isoTime(due)}` : ''}`);
  } catch {
    return wrong('keys', 'the keys in the database were sealed under another REGAIN_MASTER_KEY: bring that one back');
  }
}
