import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { Binaries } from './binaries.ts';
import type { Places } from './data-dir.ts';
import { codeOf, complaintIn, EmbeddedPostgresError } from './refusal.ts';
import type { Account, RunAs } from './run-as.ts';

export const SUPERUSER = 'regain';

interface Preparation {
  places: Places;
  binaries: Binaries;
  runAs: RunAs;
  /** False skips the fsync of the new files (tests). */
  durable: boolean;
  log: (line: string) => void;
}

/**
 * Makes the cluster when there is none, and returns the superuser's password. UTF-8 and PostgreSQL's builtin C.UTF-8
 * whatever the machine's locale is, passwords by SCRAM. It is made beside its place and renamed when whole: an initdb
 * that is killed leaves nothing half made. Refuses data of another major version, and data that is not its own.
 */
export async function ensureCluster({ places, binaries, runAs, durable, log }: Preparation): Promise<string> {
  removeRemains(places);
  if (readMajor(places) === undefined) {
    log(`making a PostgreSQL ${binaries.major} database in ${places.cluster}`);
    await makeCluster(places, binaries, runAs, durable);
  }
  const major = readMajor(places);
  if (major !== binaries.major) {
    throw new EmbeddedPostgresError(
      `REGAIN_DATA_DIR is ${places.dataDir}, which holds data of PostgreSQL ${major}; it takes data of PostgreSQL ` +
        `${binaries.major} or an empty directory`,
    );
  }
  makeUsable(places.cluster, runAs.account);
  try {
    return readFileSync(places.password, 'utf8').trim();
  } catch (error) {
    throw new EmbeddedPostgresError(
      `REGAIN_DATA_DIR: the password file ${places.password} cannot be read (${codeOf(error)})`,
    );
  }
}

async function makeCluster(places: Places, binaries: Binaries, runAs: RunAs, durable: boolean): Promise<void> {
  // A name of its own: an initdb whose Regain was killed may still be at work in the last one.
  const unfinished = mkdtempSync(`${places.cluster}.new-`);
  const password = `${unfinished}.password`;
  writeFileSync(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  if (runAs.account) for (const path of [unfinished, password]) chownSync(path, runAs.account.uid, runAs.account.gid);
  try {
    await run(runAs, binaries.initdb, [
      '-D',
      unfinished,
      `--username=${SUPERUSER}`,
      `--pwfile=${password}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ]);
    renameSync(password, join(unfinished, basename(places.password)));
    renameSync(unfinished, places.cluster);
  } catch (error) {
    removeRemains(places);
    throw error;
  }
}

async function run(runAs: RunAs, program: string, programArgs: string[]): Promise<void> {
  const { file, args, options } = runAs.command(program, programArgs);
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child
    .once('error', reject)
    .once('close', (status, signal) => resolve(status === 0 ? '' : (signal ?? complaintIn(errors))));
  const why = await promise;
  if (why)
    throw new EmbeddedPostgresError(`REGAIN_DATA_DIR: no database could be made by ${basename(program)} (${why})`);
}

/** The major version of the cluster's data; undefined when there is no cluster yet. */
function readMajor(places: Places): number | undefined {
  try {
    return Number(readFileSync(join(places.cluster, 'PG_VERSION'), 'utf8'));
  } catch (error) {
    const found = statSync(places.cluster, { throwIfNoEntry: false });
    if (!found || (codeOf(error) === 'ENOENT' && found.isDirectory() && readdirSync(places.cluster).length === 0))
      return undefined;
    const why = codeOf(error) === 'EACCES' ? `belongs to user ${found.uid}` : 'is no PostgreSQL data';
    throw new EmbeddedPostgresError(`REGAIN_DATA_DIR is ${places.dataDir}, but ${places.cluster} ${why}; move it away`);
  }
}

function removeRemains(places: Places): void {
  const prefix = `${basename(places.cluster)}.new-`;
  for (const name of readdirSync(places.dataDir).filter((entry) => entry.startsWith(prefix))) {
    try {
      rmSync(join(places.dataDir, name), { recursive: true, force: true });
    } catch {
      // An initdb without its Regain is still writing there; the next start removes what it leaves.
    }
  }
}

/** A copy put back by hand may be root's, or open to others; PostgreSQL refuses both. */
function makeUsable(cluster: string, account: Account | undefined): void {
  const { uid, mode } = statSync(cluster);
  if (account && uid === 0) giveTo(account, cluster);
  if (mode & 0o027 && process.platform !== 'win32') chmodSync(cluster, 0o700);
}

function giveTo({ uid, gid }: Account, directory: string): void {
  chownSync(directory, uid, gid);
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), uid, gid);
  }
}
