import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Places, prepareDataDir } from '../../src/store/embedded/data-dir.ts';
import { claimWatched } from '../../src/store/embedded/watcher.ts';
import { cleanUp, emptyPlace } from './children.ts';

// The test plays the watcher: it has the pipe open, and is somewhere between two lines of its script.
let places: Places;
let pipe: number;

beforeEach(() => {
  places = prepareDataDir(emptyPlace());
  spawnSync('mkfifo', [places.watchPipe]);
  pipe = openSync(places.watchPipe, constants.O_RDONLY | constants.O_NONBLOCK);
});
afterEach(cleanUp);

async function readQuestion(): Promise<string> {
  const buffer = Buffer.alloc(100);
  for (;;) {
    try {
      const size = readSync(pipe, buffer);
      if (size > 0) return buffer.toString('utf8', 0, size);
    } catch {
      // EAGAIN: not asked yet
    }
    await setImmediate();
  }
}

it('a watcher that answers can be claimed', async () => {
  const claimed = claimWatched(places, 10_000);
  writeFileSync(places.watchAnswer, await readQuestion());
  const claim = await claimed;
  expect(claim).toBeDefined();
  claim?.close();
  closeSync(pipe);
});

it('a watcher that is about to stop PostgreSQL cannot, although its pipe still opens', async () => {
  writeFileSync(places.watchAnswer, 'an earlier question\n');
  const claimed = claimWatched(places, 10_000);
  await readQuestion();
  closeSync(pipe);
  expect(await claimed).toBeUndefined();
});

it('without a reader of the pipe there is no watcher', async () => {
  closeSync(pipe);
  expect(await claimWatched(places, 10_000)).toBeUndefined();
});
