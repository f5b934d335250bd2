import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import { type EmbeddedOptions, startEmbedded } from '../../src/store/embedded/index.ts';

/** A child process (fixtures/user.ts) that uses a cluster. */
export interface User {
  process: ChildProcess;
  /** What it said on stdout so far, and what it said first of its start: an address or a refusal. */
  said: Record<string, unknown>[];
  started: Promise<{ url: string; adopted: boolean; refused?: string }>;
  ended: Promise<unknown>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface UserOptions extends Omit<EmbeddedOptions, 'log' | 'port'> {
  env?: NodeJS.ProcessEnv;
  uid?: number;
  module?: string;
}

const users: User[] = [];
const directories: string[] = [];
let template: string | undefined;

export function startUser({ env, uid, ...options }: UserOptions): User {
  const fixture = new URL('./fixtures/user.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [fixture, JSON.stringify({ settings: { fsync: 'off' }, ...options })], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Neither LANG nor anything else of the machine's.
    env: { PATH: process.env.PATH, ...env },
    // A process group of its own, as a terminal makes one: it can be sent Ctrl-C.
    detached: true,
    ...(uid === undefined ? {} : { uid, gid: uid, cwd: '/' }),
  });
  const said: Record<string, unknown>[] = [];
  const { promise: started, resolve, reject } = Promise.withResolvers<Awaited<User['started']>>();
  const ended = new Promise((done) => child.once('close', done));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const what = JSON.parse(line);
    said.push(what);
    if ('url' in what || 'refused' in what) resolve(what);
  });
  void ended.then(() => reject(new Error(`the user ended before it said anything: ${JSON.stringify(said)}`)));
  started.catch(() => {}); // whoever waits for it gets it; a test may kill before
  const user: User = {
    process: child,
    said,
    started,
    ended,
    async stop() {
      child.stdin.write('stop\n');
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
  users.push(user);
  return user;
}

/** A new temporary directory (0700, as mkdtemp makes them) with a data directory's path that does not exist yet. */
export function emptyPlace(mode = 0o700): string {
  const directory = mkdtempSync(join(tmpdir(), 'regain-embedded-'));
  directories.push(directory);
  chmodSync(directory, mode);
  return join(directory, 'data');
}

/** The same with a cluster in it: a copy, so that not every test pays for an initdb. */
export async function preparedPlace(): Promise<string> {
  if (!template) {
    template = join(mkdtempSync(join(tmpdir(), 'regain-embedded-')), 'data');
    const embedded = await startEmbedded({ dataDir: template, exclusive: false, settings: { fsync: 'off' } });
    await embedded.stop();
  }
  const dataDir = emptyPlace();
  spawnSync('cp', ['-a', template, dataDir]); // with owners and modes, which cpSync does not keep
  return dataDir;
}

export async function query<Row extends QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

export async function until(what: string, holds: () => boolean, patience = 15_000): Promise<void> {
  const deadline = Date.now() + patience;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`after ${patience / 1000} s still not: ${what}`);
    await delay(20);
  }
}

/** Pids of the living (no zombies) whose arguments, joined by spaces, contain `text`. */
export function processesWith(text: string): number[] {
  return runningProcesses()
    .filter(({ args }) => args.includes(text))
    .map(({ pid }) => pid);
}

function runningProcesses(): { pid: number; args: string }[] {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-axww', '-o', 'pid=,stat=,args='], { encoding: 'utf8' });
    const lines = stdout.split('\n').map((line) => /^\s*(\d+)\s+([^Z]\S*)\s+(.*)$/.exec(line));
    return lines.flatMap((found) => (found ? [{ pid: Number(found[1]), args: `${found[3]} ` }] : []));
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      return [{ pid: Number(pid), args: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

export const postmasters = (dataDir: string): number[] => processesWith(`-D ${join(dataDir, 'postgres')} `);
export const watchers = (dataDir: string): number[] =>
  processesWith(`${join(dataDir, 'postgres')}/postmaster.pid `).filter((pid) =>
    processesWith('regain-watcher ').includes(pid),
  );

/** Ends what a test left, in the order that shows a leak: users first, then PostgreSQL has to end by itself, and soon. */
export async function cleanUp(): Promise<void> {
  await Promise.all(users.splice(0).map((user) => user.kill()));
  for (const directory of directories.splice(0)) {
    try {
      await until(`no process works in ${directory}`, () => processesWith(directory).length === 0, 5000);
    } finally {
      for (const pid of processesWith(directory)) process.kill(pid, 'SIGKILL');
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

export function removeTemplate(): void {
  if (template) rmSync(join(template, '..'), { recursive: true, force: true });
  template = undefined;
}
