import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './refusal.ts';

export interface FileLock {
  release(): void;
}

const SQLITE_BUSY = 5;

// A lock ends when its database handle is collected; whoever holds one may keep no reference to it.
const held = new Set<DatabaseSync>();

const BEGIN = {
  /** Any number at once. */
  shared: 'BEGIN; SELECT 1 FROM sqlite_schema',
  /** One at a time. Taken in one step, so of several who try at the same moment one succeeds. */
  single: 'BEGIN IMMEDIATE',
  /** Nobody else at all, no shared one either. Taken in several steps: two who try at once may both fail. */
  alone: 'BEGIN EXCLUSIVE',
};

/**
 * Locks `file` (made when missing, it stays empty) without waiting. Undefined: somebody else has it. SQLite's file lock is the one lock in Node that the kernel frees whatever
 * its holder dies of, so there is no stale lock to recognise and to break.
 */
export function tryLock(file: string, mode: keyof typeof BEGIN): FileLock | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec(BEGIN[mode]);
  } catch (error) {
    database?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    const why = error instanceof Error ? error.message : String(error);
    const hint = why.includes('readonly') ? '; it belongs to another user' : '';
    throw new EmbeddedPostgresError(`REGAIN_DATA_DIR: ${file} cannot be locked (${why})${hint}`);
  }
  const handle = database;
  held.add(handle);
  return {
    release() {
      if (held.delete(handle)) handle.close();
    },
  };
}

/** Waits for the single lock on `file`; `waiting` is called once after a second. Gives up after `patience` ms. */
export async function waitForLock(file: string, patience: number, waiting: () => void): Promise<FileLock> {
  const began = Date.now();
  let told = false;
  for (;;) {
    const lock = tryLock(file, 'single');
    if (lock) return lock;
    const waited = Date.now() - began;
    if (waited > patience) {
      throw new EmbeddedPostgresError(
        `REGAIN_DATA_DIR: another Regain has kept ${file} for ${patience / 1000} seconds`,
      );
    }
    if (waited > 1000 && !told) {
      told = true;
      waiting();
    }
    await delay(25);
  }
}
