import { hostname, userInfo } from 'node:os';
import type { Config } from '../config/config.ts';
import { show } from '../config/config-error.ts';
import { loadConfig } from '../config/load.ts';
import { createCrypto } from '../crypto/crypto.ts';
import { createTotp } from '../crypto/totp.ts';
import type { AdministrationPorts } from '../flows/ports/administration.ts';
import type { Images } from '../flows/ports/images.ts';
import type { Passwords } from '../flows/ports.ts';
import { createLog } from '../observability/log.ts';
import { administrationStoreOn } from '../store/administration/index.ts';
import { startEmbedded } from '../store/embedded/index.ts';
import { migrate, type OpenStore, openStore } from '../store/index.ts';
import { Complaint } from './complaint.ts';

/**
 * Gives `work` the ports of the administration flows, on the database that the environment names, and closes everything
 * afterwards. With the embedded PostgreSQL it joins the one that runs, or starts it for as long as it takes, and brings it up to
 * date first; a database of DATABASE_URL belongs to somebody, who migrates it on purpose.
 */
export function administering<T>(work: (ports: AdministrationPorts, database: OpenStore) => Promise<T>): Promise<T> {
  return withDatabase(async (url, config) => {
    const crypto = createCrypto(config.masterKeys);
    const now = Date.now;
    const log = createLog(config.logLevel, 'stderr');
    const database = await openStore({ url, crypto, now, log }).catch((error: unknown) => {
      throw unreachable(config, error);
    });
    try {
      await requireMigrated(config, url, database);
      let passwords: Promise<Passwords> | undefined;
      const ports: AdministrationPorts = {
        store: administrationStoreOn(database),
        keys: database.keys,
        images: makeImages,
        crypto,
        passwords: () => (passwords ??= makePasswords()),
        totp: createTotp(),
        now,
        issuer: config.issuerUrl,
        // `npm start` sets REGAIN_DEMO for itself: a command beside it cannot know that its inbox page takes SMS.
        closed: config.production && config.smsUrl === undefined ? ['sms-code'] : [],
        by: whoIsIt(),
      };
      return await work(ports, database);
    } finally {
      await database.close();
    }
  });
}

/** The URL of the database that the environment names, embedded or not, for as long as `work` takes. */
export async function withDatabase<T>(
  work: (url: string, config: Config) => Promise<T>,
  config = loadConfig(process.env),
): Promise<T> {
  if (config.databaseUrl !== undefined) return work(config.databaseUrl, config);
  const log = createLog(config.logLevel, 'stderr');
  const { dataDir } = config;
  const embedded = await startEmbedded({ dataDir, exclusive: false, log: (line) => log.debug(line) });
  try {
    return await work(embedded.url, config);
  } finally {
    await embedded.stop();
  }
}

async function makePasswords(): Promise<Passwords> {
  const { createPasswords } = await import('../crypto/passwords.ts');
  return createPasswords();
}

async function makeImages(): Promise<Images> {
  const { createImages } = await import('../images/logo.ts');
  return createImages();
}

async function requireMigrated(config: Config, url: string, database: OpenStore): Promise<void> {
  const pending = await database.pending();
  if (pending.length === 0) return;
  if (config.databaseUrl !== undefined) {
    throw new Complaint(
      `the database is not up to date (${pending.join(', ')}): run "npm run regain -- migrate" first`,
    );
  }
  await migrate(url);
}

/** Why the database could not be opened, with the variable that names it. */
export function unreachable(config: Config, error: unknown): Complaint {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const why = error instanceof Error && error.message !== '' ? error.message : (code ?? 'no reason given');
  const where =
    config.databaseUrl === undefined
      ? `the embedded PostgreSQL in ${config.dataDir}`
      : `DATABASE_URL is ${show(config.databaseUrl, 'url')}, but the database`;
  return new Complaint(`${where} cannot be used: ${why}`);
}

function whoIsIt(): string {
  const machine = hostname();
  try {
    return `${userInfo().username}@${machine}`;
  } catch {
    // A container may run under a number that no user has.
    return `uid ${process.getuid?.() ?? '?'}@${machine}`;
  }
}
