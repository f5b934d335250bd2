import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Places } from './data-dir.ts';
import { EmbeddedPostgresError } from './refusal.ts';

/** One process's claim on PostgreSQL. It ends with `close()`, or with the process, whatever that dies of. */
export interface Claim {
  close(): void;
}

/**
 * The watcher is a shell that reads a named pipe which every user of the cluster holds open for writing. When the last
 * of them is gone, whatever it died of, the shell reads the end of the pipe and asks PostgreSQL to stop (SIGINT: fast
 * shutdown). A line in the pipe is a question, "do you hear me?"; it is answered in a file.
 * $1 PostgreSQL's pid, $2 its pid file (checked: the pid may be another program's by then), $3 the answer.
 */
const SCRIPT = `trap '' INT HUP TERM
while read -r line; do echo "$line" >"$3"; done
read -r pid <"$2" && [ "$pid" = "$1" ] && kill -INT "$1"`;

/**
 * Claims the PostgreSQL that a watcher looks after. Undefined: no watcher reads the pipe, so either PostgreSQL has been
 * told to stop, or somebody killed the watcher. Once answered, the claim holds: the watcher had not seen the end of the
 * pipe when this process held it open, so it will not see it before this process ends.
 */
export async function claimWatched(places: Places, patience: number): Promise<Claim | undefined> {
  const pipe = openForWriting(places);
  if (pipe === undefined) return undefined;
  const question = randomUUID();
  const deadline = Date.now() + patience;
  try {
    writeSync(pipe, `${question}\n`);
    while (hasReader(places)) {
      if (answerIn(places) === question) return claimOn(pipe);
      if (Date.now() > deadline) throw new EmbeddedPostgresError(`REGAIN_DATA_DIR: nobody reads ${places.watchPipe}`);
      await delay(5);
    }
  } catch (error) {
    closeSync(pipe);
    if (error instanceof EmbeddedPostgresError) throw error;
    return undefined; // EPIPE: the watcher ended
  }
  closeSync(pipe);
  return undefined;
}

/**
 * Starts a watcher for the PostgreSQL process `pid` and claims it. `fresh` makes a new pipe (a new server, with no users
 * yet); else the old one is kept, which others may still hold open.
 */
export function startWatcher(places: Places, pid: number, fresh: boolean): Claim {
  if (process.platform === 'win32') return { close() {} }; // unverified: there the next start adopts an orphan
  if (fresh) rmSync(places.watchPipe, { force: true });
  rmSync(places.watchAnswer, { force: true }); // it may be root's, from a start under another user
  if (!existsSync(places.watchPipe)) {
    const made = spawnSync('mkfifo', ['-m', '600', places.watchPipe], { encoding: 'utf8' });
    if (made.status !== 0) {
      throw new EmbeddedPostgresError(
        `REGAIN_DATA_DIR: no named pipe can be made (${made.error ?? made.stderr.trim()})`,
      );
    }
  }
  // Opening one end alone would wait for the other.
  const both = openSync(places.watchPipe, constants.O_RDWR);
  const reading = openSync(places.watchPipe, constants.O_RDONLY);
  const writing = openSync(places.watchPipe, constants.O_WRONLY);
  closeSync(both);
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'regain-watcher', String(pid), places.pidFile, places.watchAnswer], {
    cwd: '/',
    detached: true,
    stdio: [reading, 'ignore', 'ignore'],
  });
  // Without a watcher PostgreSQL outlives a killed Regain, and the next start adopts it: no reason to refuse.
  shell.once('error', () => {});
  shell.unref();
  closeSync(reading);
  return claimOn(writing);
}

function claimOn(pipe: number): Claim {
  let open = true;
  return {
    close() {
      if (open) closeSync(pipe);
      open = false;
    },
  };
}

function openForWriting(places: Places): number | undefined {
  try {
    return openSync(places.watchPipe, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined; // ENXIO: nobody reads; ENOENT: there is no pipe
  }
}

function hasReader(places: Places): boolean {
  const pipe = openForWriting(places);
  if (pipe !== undefined) closeSync(pipe);
  return pipe !== undefined;
}

function answerIn(places: Places): string {
  try {
    return readFileSync(places.watchAnswer, 'utf8').trim();
  } catch {
    return '';
  }
}
