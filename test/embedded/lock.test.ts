import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tryLock, waitForLock } from '../../src/store/embedded/lock.ts';
import { cleanUp, emptyPlace } from './children.ts';

let file: string;

beforeEach(() => {
  const directory = emptyPlace();
  mkdirSync(directory);
  file = join(directory, 'a.lock');
});
afterEach(cleanUp);

it('shared beside shared, single beside shared, one single at a time, alone only alone', () => {
  const first = tryLock(file, 'shared');
  const second = tryLock(file, 'shared');
  const single = tryLock(file, 'single');
  expect([first, second, single]).not.toContain(undefined);
  expect(tryLock(file, 'single')).toBeUndefined();
  expect(tryLock(file, 'alone')).toBeUndefined();
  single?.release();
  first?.release();
  expect(tryLock(file, 'alone')).toBeUndefined();
  second?.release();
  const alone = tryLock(file, 'alone');
  expect(alone).toBeDefined();
  expect(tryLock(file, 'shared')).toBeUndefined();
  alone?.release();
  alone?.release(); // twice does no harm
  const again = tryLock(file, 'single');
  expect(again).toBeDefined();
  again?.release();
});

it('waits for the lock, says so once, and gives up in the end', async () => {
  const holder = tryLock(file, 'single');
  const told: string[] = [];
  await expect(waitForLock(file, 1200, () => told.push('waiting'))).rejects.toThrow(
    /REGAIN_DATA_DIR: another Regain has kept/,
  );
  expect(told).toEqual(['waiting']);
  const next = waitForLock(file, 10_000, () => {});
  holder?.release();
  (await next).release();
});

it('says which file cannot be locked', () => {
  expect(() => tryLock(join(file, 'below'), 'single')).toThrow(/^REGAIN_DATA_DIR: .*below cannot be locked \(.*\)$/);
});
