import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import {
  cleanUp,
  emptyPlace,
  postmasters,
  preparedPlace,
  query,
  removeTemplate,
  startUser,
  until,
  watchers,
} from './children.ts';

vi.setConfig({ testTimeout: 60_000 });
afterEach(cleanUp, 30_000);
afterAll(removeTemplate);

const refusal = (dataDir: string): RegExp =>
  new RegExp(`^another Regain is running on ${dataDir}: stop it, or set REGAIN_DATA_DIR[^\\n]*$`);

describe('several servers on one directory', () => {
  it('the second one is refused, and does no harm to the first', async () => {
    const dataDir = await preparedPlace();
    const first = await startUser({ dataDir, exclusive: true }).started;
    const second = await startUser({ dataDir, exclusive: true }).started;
    expect(second.refused).toMatch(refusal(dataDir));
    expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it.each([
    ['cold', () => emptyPlace()],
    ['warm', preparedPlace],
  ])('of three that start at the same moment, %s, one is up and two are refused', async (_, place) => {
    const dataDir = await place();
    const starts = [1, 2, 3].map(() => startUser({ dataDir, exclusive: true }).started);
    const outcomes = await Promise.all(starts);
    const refused = outcomes.flatMap((outcome) => outcome.refused ?? []);
    const up = outcomes.filter((outcome) => outcome.url);
    expect(refused).toHaveLength(2);
    for (const line of refused) expect(line).toMatch(refusal(dataDir));
    expect(await query(up[0]?.url ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(postmasters(dataDir)).toHaveLength(1);
  });
});

describe('a command and a server', () => {
  it('a command beside a server uses its PostgreSQL and leaves it running', async () => {
    const dataDir = await preparedPlace();
    const server = await startUser({ dataDir, exclusive: true }).started;
    const command = startUser({ dataDir, exclusive: false });
    expect(await command.started).toEqual({ url: server.url, adopted: true });
    await command.stop();
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('a command that starts while the server makes its database waits for it', async () => {
    const dataDir = emptyPlace();
    const server = startUser({ dataDir, exclusive: true });
    await until('initdb runs', () => server.said.length > 0);
    const command = startUser({ dataDir, exclusive: false });
    expect(await command.started).toEqual({ url: (await server.started).url, adopted: true });
  });

  it('a command with nothing running starts PostgreSQL and stops it', async () => {
    const dataDir = await preparedPlace();
    const command = startUser({ dataDir, exclusive: false });
    const { url, adopted } = await command.started;
    expect(adopted).toBe(false);
    await query(url, 'CREATE TABLE made_by_command ()');
    await command.stop();
    expect(command.said.at(-1)).toEqual({ stopped: true });
    expect(postmasters(dataDir)).toEqual([]);
    await expect.poll(() => watchers(dataDir)).toEqual([]);
  });

  it.each(['stop', 'kill'] as const)(
    'a server that joins a command’s PostgreSQL keeps it when the command ends by %s',
    async (way) => {
      const dataDir = await preparedPlace();
      const command = startUser({ dataDir, exclusive: false });
      const { url } = await command.started;
      const server = startUser({ dataDir, exclusive: true });
      expect(await server.started).toEqual({ url, adopted: true });
      await command[way]();
      // Longer than the watcher takes to stop a PostgreSQL that nobody uses (next line), by far.
      expect(await query(url, 'SELECT 1 AS one FROM pg_sleep(0.7)')).toEqual([{ one: 1 }]);
      await server.kill();
      await until('PostgreSQL has ended', () => postmasters(dataDir).length === 0);
    },
  );

  it('a server keeps its PostgreSQL when its watcher was killed and a command came and went', async () => {
    const dataDir = await preparedPlace();
    const server = startUser({ dataDir, exclusive: true });
    const { url } = await server.started;
    for (const pid of watchers(dataDir)) process.kill(pid, 'SIGKILL');
    await until('no watcher', () => watchers(dataDir).length === 0);
    const command = startUser({ dataDir, exclusive: false });
    expect(await command.started).toEqual({ url, adopted: true });
    await command.kill();
    expect(await query(url, 'SELECT 1 AS one FROM pg_sleep(0.7)')).toEqual([{ one: 1 }]);
    // The command left a watcher behind that looks after the server too.
    await server.kill();
    await until('PostgreSQL has ended', () => postmasters(dataDir).length === 0);
  });

  it('a command that ends while a server starts: the server has a database in every case', async () => {
    const dataDir = await preparedPlace();
    for (let round = 0; round < 4; round += 1) {
      const command = startUser({ dataDir, exclusive: false });
      await command.started;
      const server = startUser({ dataDir, exclusive: true });
      await Promise.all([round % 2 === 0 ? command.stop() : command.kill(), server.started]);
      expect(await query((await server.started).url, 'SELECT 1 AS one FROM pg_sleep(0.2)')).toEqual([{ one: 1 }]);
      await server.stop();
    }
  });
});
