import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { answers } from './connection.ts';
import type { Places } from './data-dir.ts';
import { type Postmaster, readPidFile } from './postmaster.ts';
import { complaintIn, EmbeddedPostgresError } from './refusal.ts';
import type { Command, RunAs } from './run-as.ts';
import { type Claim, startWatcher } from './watcher.ts';

export interface Launch {
  places: Places;
  binaries: Binaries;
  runAs: RunAs;
  password: string;
  /** PostgreSQL parameters over the defaults below. */
  settings: Readonly<Record<string, string>>;
  freePort: () => Promise<number>;
  log: (line: string) => void;
}

export type Launched = { postmaster: Postmaster; claim: Claim } | 'again';

const DEFAULTS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  // A socket's path may have 107 bytes; a data directory's path may have more.
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  fsync: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  // What a statement held and which row it failed on may be secret: neither goes to the log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

const LOG_LIMIT = 8_000_000;

/**
 * Starts PostgreSQL in a process group of its own (Ctrl-C is for Regain, which drains first), with a watcher, and waits
 * until it takes connections, at most until `deadline`. `again`: it could not start for a reason that passes (the port
 * was taken meanwhile, or children of a killed PostgreSQL are still ending).
 */
export async function launchPostmaster(launch: Launch, deadline: number): Promise<Launched> {
  const { places, password, log } = launch;
  const { fd, size } = openLog(places.log);
  const { file, args, options } = await startCommand(launch);
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', fd, fd] });
  closeSync(fd);
  const end: { why?: string } = {};
  child.once('error', (error) => (end.why = error.message));
  child.once('exit', (status, signal) => (end.why ??= signal ?? `exit ${status}`));
  child.unref();

  let claim: Claim | undefined;
  try {
    if (child.pid !== undefined) claim = startWatcher(places, child.pid, true);
    while (end.why === undefined || isWindowsStarter(end.why)) {
      const postmaster = readPidFile(places);
      const ours = postmaster?.pid === child.pid || process.platform === 'win32';
      if (claim && postmaster?.ready && ours && (await answers(postmaster.port, password))) {
        child.once('exit', () => log(`PostgreSQL has ended; its log is ${places.log}`));
        return { postmaster, claim };
      }
      if (Date.now() > deadline) throw new EmbeddedPostgresError(notStarted(places, 'it takes too long'));
      await delay(20);
    }
  } catch (error) {
    claim?.close();
    child.kill('SIGINT');
    throw error;
  }
  claim?.close();
  const said = readFileSync(places.log).subarray(size).toString('utf8');
  const passes = /could not create any TCP\/IP sockets|pre-existing shared memory block|lock file "postmaster.pid"/;
  if (passes.test(said) && Date.now() < deadline) {
    await delay(100);
    return 'again';
  }
  throw new EmbeddedPostgresError(notStarted(places, said.trim() === '' ? end.why : complaintIn(said)));
}

async function startCommand({ places, binaries, runAs, settings, freePort: choosePort }: Launch): Promise<Command> {
  const all = Object.entries({ ...DEFAULTS, ...settings, port: String(await choosePort()) });
  const parameters = all.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  if (process.platform !== 'win32') return runAs.command(binaries.postgres, ['-D', places.cluster, ...parameters]);
  // Unverified: postgres.exe refuses administrators, pg_ctl takes their rights away. It ends once PostgreSQL is started.
  return runAs.command(binaries.pgCtl, ['start', '-W', '-D', places.cluster, '-o', parameters.join(' ')]);
}

function isWindowsStarter(ended: string): boolean {
  return process.platform === 'win32' && ended === 'exit 0';
}

function notStarted(places: Places, why: string): string {
  return `REGAIN_DATA_DIR: PostgreSQL does not start (${why}); its log is ${places.log}`;
}

/** A port of 127.0.0.1 that is free at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}

function openLog(path: string): { fd: number; size: number } {
  let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  // A log that is long, or that a start under another user left.
  if (size > 0 && (size > LOG_LIMIT || !isWritable(path))) {
    renameSync(path, `${path}.1`);
    size = 0;
  }
  return { fd: openSync(path, 'a', 0o600), size };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
