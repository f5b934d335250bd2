import { accessSync, chmodSync, constants, mkdirSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { codeOf, EmbeddedPostgresError } from './refusal.ts';

/** Every file that the embedded PostgreSQL keeps in the data directory. */
export interface Places {
  dataDir: string;
  /** PostgreSQL's own directory, and two files in it: its pid file, and the superuser's password (0600). */
  cluster: string;
  pidFile: string;
  password: string;
  log: string;
  /** Held while somebody starts or stops PostgreSQL; by all its users (shared); by `serve` (see index.ts). */
  startLock: string;
  useLock: string;
  serveLock: string;
  /** The pipe that the watcher reads, and the file in which it answers (see watcher.ts). */
  watchPipe: string;
  watchAnswer: string;
}

/**
 * Makes the data directory when it is missing (0700; for root 0711, so that PostgreSQL's user can reach what is below)
 * and says where things are in it. One that exists keeps its mode. Refuses what is not a writable directory.
 */
export function prepareDataDir(path: string): Places {
  const asked = resolve(path);
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  try {
    // The umask may have taken bits away.
    if (mkdirSync(asked, { recursive: true, mode }) !== undefined) chmodSync(asked, mode);
    if (!statSync(asked).isDirectory()) throw new EmbeddedPostgresError(refusal(asked, 'is not a directory'));
    accessSync(asked, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    const code = codeOf(error);
    const blocked = code === 'EEXIST' || code === 'ENOTDIR';
    const why = blocked ? 'is not a directory or lies below a file' : `cannot be written to (${code ?? String(error)})`;
    throw new EmbeddedPostgresError(refusal(asked, why));
  }
  const dataDir = realpathSync(asked);
  const cluster = join(dataDir, 'postgres');
  return {
    dataDir,
    cluster,
    pidFile: join(cluster, 'postmaster.pid'),
    password: join(cluster, 'regain.password'),
    log: join(dataDir, 'postgres.log'),
    startLock: join(dataDir, 'postgres.start.lock'),
    useLock: join(dataDir, 'postgres.use.lock'),
    serveLock: join(dataDir, 'serve.lock'),
    watchPipe: join(dataDir, 'postgres.watch'),
    watchAnswer: join(dataDir, 'postgres.watch.answer'),
  };
}

function refusal(path: string, why: string): string {
  return `REGAIN_DATA_DIR is ${path}, which ${why}; it takes a directory that Regain may write to`;
}
