import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import { emptyDatabase, type TestDatabase, testDatabase } from '../support/database.ts';

export const MASTER_KEY = Buffer.alloc(32, 5).toString('base64');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Regain = (
  args: readonly string[],
  more?: { input?: string | Buffer; env?: Record<string, string> },
) => Promise<Ran>;

/** Runs the command line in a process of its own, with nothing of this one's environment but PATH. */
export async function runRegain(
  args: readonly string[],
  { input = '', env = {} }: { input?: string | Buffer; env?: Record<string, string> } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, ['src/cli.ts', ...args], {
    env: { PATH: process.env['PATH'], NODE_OPTIONS: '', ...env },
    stdio: 'pipe',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => {}).end(input);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject).once('close', resolve);
  return { code: await promise, stdout, stderr };
}

/** The same within this process: for what a process of its own would only make slower. Reads no standard input. */
export async function runHere(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const { run } = await import('../../src/cli/program.ts');
  let [stdout, stderr] = ['', ''];
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => (stdout += String(text)) !== '');
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => (stderr += String(text)) !== '');
  for (const name of Object.keys(process.env))
    if (/^(REGAIN_|SM[TS]|DATABASE_URL|NODE_ENV|INIT_CWD)/.test(name)) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  try {
    return { code: await run(args), stdout, stderr };
  } finally {
    out.mockRestore();
    err.mockRestore();
    vi.unstubAllEnvs();
  }
}

export interface UsedRegain {
  /** In a process of its own. */
  readonly regain: Regain;
  /** In this one, one at a time. */
  readonly here: (args: readonly string[], env?: Record<string, string>) => Promise<Ran>;
  readonly url: () => string;
}

/** The command line on a database of its own: migrated, or empty. */
export function useRegain(kind: 'migrated' | 'empty' = 'migrated'): UsedRegain {
  let database: TestDatabase | undefined;
  const dataDir = mkdtempSync(join(tmpdir(), 'regain-cli-'));
  beforeAll(async () => {
    database = await (kind === 'migrated' ? testDatabase() : emptyDatabase());
  });
  afterAll(async () => {
    await database?.drop();
    rmSync(dataDir, { recursive: true });
  });
  const url = () => database?.url ?? '';
  const environment = () => ({ DATABASE_URL: url(), REGAIN_MASTER_KEY: MASTER_KEY, REGAIN_DATA_DIR: dataDir });
  return {
    url,
    regain: (args, { input = '', env = {} } = {}) => runRegain(args, { input, env: { ...environment(), ...env } }),
    here: (args, env = {}) => runHere(args, { ...environment(), ...env }),
  };
}

/** What `--json` printed: exactly one object on one line. */
export function jsonOf({ code, stdout, stderr }: Ran): Record<string, unknown> {
  if (!/^\{[^\n]*\}\n$/.test(stdout)) throw new Error(`no single JSON object (exit ${code}): ${stdout}${stderr}`);
  return JSON.parse(stdout);
}
