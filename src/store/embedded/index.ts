import { type Binaries, findBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { databaseUrl, ensureDatabase } from './connection.ts';
import { type Places, prepareDataDir } from './data-dir.ts';
import { type Joined, joinOrLaunch } from './join.ts';
import { freePort, type Launch } from './launch.ts';
import { type FileLock, tryLock, waitForLock } from './lock.ts';
import { readPidFile, stopPostmaster } from './postmaster.ts';
import { EmbeddedPostgresError } from './refusal.ts';
import { chooseRunAs } from './run-as.ts';

export { EmbeddedPostgresError } from './refusal.ts';

export interface EmbeddedOptions {
  /** REGAIN_DATA_DIR; made when missing. */
  dataDir: string;
  /** True for `serve`: refused while another one runs on the same directory. False for a command beside it. */
  exclusive: boolean;
  /** PostgreSQL parameters over the defaults, if this call starts it (tests: `{ fsync: 'off' }`). */
  settings?: Readonly<Record<string, string>>;
  /** Takes lines for the console: no secrets in them. */
  log?: (line: string) => void;
  /** Chooses the port (tests); a free one by default. */
  port?: () => Promise<number>;
}

export interface EmbeddedPostgres {
  /** `postgres://regain:<password>@127.0.0.1:<port>/regain`. Holds a password: not for logs. */
  url: string;
  /** True when a running PostgreSQL was found and is used, false when this call started it. */
  adopted: boolean;
  /** Ends this use; close your connections first. The last user stops PostgreSQL and waits until it is down. */
  stop(): Promise<void>;
}

/** Milliseconds; enough for an initdb, a recovery or a shutdown checkpoint on a slow disk. */
const PATIENCE = 120_000;

/**
 * Starts the PostgreSQL of `dataDir`, or joins the one that runs there, and makes its database `regain`. Rejects with
 * EmbeddedPostgresError, whose message is one line for the console.
 *
 * PostgreSQL belongs to all who use it, not to the process that started it: each user holds a shared lock and the
 * watcher's pipe. `stop()` of the last user stops it; when the last user dies instead, the watcher does. Joining and
 * stopping happen under one lock, so nobody joins a PostgreSQL that is about to be stopped. Thus a `serve` that starts
 * beside a command which brought up PostgreSQL keeps it when the command ends, whatever the command ends of.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const settings = options.settings ?? {};
  const places = prepareDataDir(options.dataDir);
  const binaries = await findBinaries();
  const use: Use = { places, binaries, over: false, log, serving: options.exclusive ? serveAlone(places) : undefined };
  let starting: FileLock | undefined;
  try {
    starting = await lockStart(use);
    const runAs = chooseRunAs(places, binaries);
    const password = await ensureCluster({ places, binaries, runAs, durable: settings.fsync !== 'off', log });
    const logOfServer = (line: string): void => (use.over ? undefined : log(line));
    const launch: Launch = {
      places,
      binaries,
      runAs,
      password,
      settings,
      freePort: options.port ?? freePort,
      log: logOfServer,
    };
    use.joined = await joinOrLaunch(launch, PATIENCE);
    use.shared = tryLock(places.useLock, 'shared');
    const { postmaster, adopted } = use.joined;
    await ensureDatabase(postmaster.port, password);
    log(`PostgreSQL ${binaries.version} ${adopted ? 'found running' : 'started'} on 127.0.0.1:${postmaster.port}`);
    let ended: Promise<void> | undefined;
    return { url: databaseUrl(postmaster.port, password), adopted, stop: () => (ended ??= end(use)) };
  } catch (error) {
    letGo(use);
    throw error;
  } finally {
    starting?.release();
  }
}

interface Use {
  places: Places;
  binaries: Binaries;
  log: (line: string) => void;
  over: boolean;
  serving: FileLock | undefined;
  shared?: FileLock | undefined;
  joined?: Joined;
}

async function end(use: Use): Promise<void> {
  use.over = true;
  let stopping: FileLock | undefined;
  let last: FileLock | undefined;
  try {
    stopping = await lockStart(use);
    use.shared?.release();
    last = tryLock(use.places.useLock, 'alone');
    const running = readPidFile(use.places);
    if (last && running) await stopPostmaster(running.pid, use.places, use.binaries, use.log);
  } finally {
    letGo(use);
    last?.release();
    stopping?.release();
  }
}

/** Gives up everything that says "in use"; the watcher then stops a PostgreSQL that nobody else uses. */
function letGo({ joined, shared, serving }: Use): void {
  joined?.claim.close();
  shared?.release();
  serving?.release();
}

function lockStart({ places, log }: Use): Promise<FileLock> {
  return waitForLock(places.startLock, PATIENCE, () => {
    log(`waiting for another Regain that starts or stops in ${places.dataDir}`);
  });
}

function serveAlone(places: Places): FileLock {
  const lock = tryLock(places.serveLock, 'single');
  if (lock) return lock;
  throw new EmbeddedPostgresError(
    `another Regain is running on ${places.dataDir}: stop it, or set REGAIN_DATA_DIR to another directory`,
  );
}
