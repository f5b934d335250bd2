import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import {
  cleanUp,
  emptyPlace,
  postmasters,
  preparedPlace,
  processesWith,
  query,
  removeTemplate,
  startUser,
  until,
  watchers,
} from './children.ts';

vi.setConfig({ testTimeout: 60_000 });
afterEach(cleanUp, 30_000);
afterAll(removeTemplate);

const write = (url: string): Promise<unknown> =>
  query(url, "CREATE TABLE IF NOT EXISTS kept AS SELECT 'kept' AS value");
const kept = [{ value: 'kept' }];

it('kill -9 of Node: PostgreSQL stops by itself, and the next start has the data', async () => {
  const dataDir = await preparedPlace();
  const first = startUser({ dataDir, exclusive: true });
  await write((await first.started).url);
  await first.kill();
  await until(
    'PostgreSQL and its watcher have ended',
    () => [...postmasters(dataDir), ...watchers(dataDir)].length === 0,
    10_000,
  );
  const { url, adopted } = await startUser({ dataDir, exclusive: true }).started;
  expect(adopted).toBe(false);
  expect(await query(url, 'SELECT value FROM kept')).toEqual(kept);
});

it('kill -9 of Node and a start at once, again and again: never two, never none, never one that is about to stop', async () => {
  const dataDir = await preparedPlace();
  let user = startUser({ dataDir, exclusive: true });
  await write((await user.started).url);
  for (let round = 0; round < 5; round += 1) {
    user.process.kill('SIGKILL');
    const next = startUser({ dataDir, exclusive: true });
    const { url } = await next.started;
    expect(await query(url, 'SELECT value FROM kept, pg_sleep(0.2)')).toEqual(kept);
    expect(postmasters(dataDir)).toHaveLength(1);
    user = next;
  }
});

it('kill -9 of Node and its watcher: the next start adopts PostgreSQL, and gives it a watcher', async () => {
  const dataDir = await preparedPlace();
  const first = startUser({ dataDir, exclusive: true });
  const { url } = await first.started;
  await write(url);
  const [watcher = 0] = watchers(dataDir);
  process.kill(watcher, 'SIGKILL');
  await first.kill();
  const before = postmasters(dataDir);
  expect(before).toHaveLength(1);

  const second = startUser({ dataDir, exclusive: true });
  expect(await second.started).toEqual({ url, adopted: true });
  expect(postmasters(dataDir)).toEqual(before);
  expect(await query(url, 'SELECT value FROM kept')).toEqual(kept);
  await second.kill();
  await until('PostgreSQL has ended', () => postmasters(dataDir).length === 0, 10_000);
});

it('kill -9 of Node, watcher and PostgreSQL: the next start recovers the data', async () => {
  const dataDir = await preparedPlace();
  const first = startUser({ dataDir, exclusive: true });
  await write((await first.started).url);
  for (const pid of [...watchers(dataDir), ...postmasters(dataDir)]) process.kill(pid, 'SIGKILL');
  await first.kill();
  const { url, adopted } = await startUser({ dataDir, exclusive: true }).started;
  expect(adopted).toBe(false);
  expect(await query(url, 'SELECT value FROM kept')).toEqual(kept);
});

it.each([
  ['Node alone, initdb lives on', (pid: number) => process.kill(pid, 'SIGKILL')],
  ['Node and initdb', (pid: number) => process.kill(-pid, 'SIGKILL')],
])('kill -9 during initdb (%s): the next start makes a whole database', async (_, kill) => {
  const dataDir = emptyPlace();
  const first = startUser({ dataDir, exclusive: true });
  const unfinished = (): string[] =>
    (existsSync(dataDir) ? readdirSync(dataDir) : []).filter((name) => name.includes('.new-'));
  await until('initdb is at work', () => unfinished().some((name) => existsSync(join(dataDir, name, 'PG_VERSION'))));
  kill(first.process.pid ?? 0);
  const second = startUser({ dataDir, exclusive: true });
  const { url } = await second.started;
  await write(url);
  expect(await query(url, 'SELECT value FROM kept')).toEqual(kept);
  await second.stop();

  await until('the old initdb has ended', () =>
    processesWith('.new-').every((pid) => !processesWith(dataDir).includes(pid)),
  );
  await startUser({ dataDir, exclusive: true }).started;
  expect(unfinished()).toEqual([]);
});

it('Ctrl-C goes to the whole group, and the server still has its database while it drains', async () => {
  const dataDir = await preparedPlace();
  const server = startUser({ dataDir, exclusive: true });
  await server.started;
  process.kill(-(server.process.pid ?? 0), 'SIGINT');
  await server.ended;
  expect(server.said.slice(-2)).toEqual([{ drained: true }, { stopped: true }]);
  expect(postmasters(dataDir)).toEqual([]);
});
