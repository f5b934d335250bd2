import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { masterKeyIn } from '../../src/config/master-key.ts';

let parent: string;
let dataDir: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'regain-key-'));
  dataDir = join(parent, 'deep', 'data');
});
afterEach(() => rmSync(parent, { recursive: true }));

describe('the master key in the data directory', () => {
  test('is made once, for its owner alone, and found again', () => {
    const key = masterKeyIn(dataDir);
    expect(key).toHaveLength(32);
    expect(masterKeyIn(dataDir)).toEqual(key);
    expect(readFileSync(join(dataDir, 'master.key'), 'utf8')).toBe(`${key.toString('base64')}\n`);
    expect(statSync(join(dataDir, 'master.key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual(['master.key']);
  });

  test('gives the new directory to its owner, and to root one that the user of PostgreSQL can pass through', () => {
    masterKeyIn(dataDir);
    expect(statSync(dataDir).mode & 0o777).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
  });

  test('leaves the mode of a directory that exists', () => {
    mkdirSync(dataDir, { recursive: true });
    chmodSync(dataDir, 0o750);
    masterKeyIn(dataDir);
    expect(statSync(dataDir).mode & 0o777).toBe(0o750);
  });

  test('closes a file that a backup left open to others', () => {
    masterKeyIn(dataDir);
    chmodSync(join(dataDir, 'master.key'), 0o644);
    masterKeyIn(dataDir);
    expect(statSync(join(dataDir, 'master.key')).mode & 0o777).toBe(0o600);
  });

  test('is the same for all who start at the same moment', async () => {
    const script = `import { masterKeyIn } from ${JSON.stringify(new URL('../../src/config/master-key.ts', import.meta.url).href)};
      process.stdin.once('data', () => { console.log(masterKeyIn(process.argv[1]).toString('hex')); process.exit(); });
      console.log('ready');`;
    const starts = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const lines = starts.map((child) => child.stdout.setEncoding('utf8')[Symbol.asyncIterator]());
    await Promise.all(lines.map((line) => line.next()));
    for (const child of starts) child.stdin.write('go\n');
    const keys = await Promise.all(lines.map(async (line): Promise<unknown> => (await line.next()).value));
    expect(keys[0]).toMatch(/^[0-9a-f]{64}\n$/);
    expect(new Set(keys).size).toBe(1);
    expect(readdirSync(dataDir)).toEqual(['master.key']);
  });

  test('is not made anew beside a database that was sealed under it', () => {
    masterKeyIn(dataDir);
    mkdirSync(join(dataDir, 'postgres'));
    expect(masterKeyIn(dataDir)).toHaveLength(32);
    rmSync(join(dataDir, 'master.key'));
    expect(() => masterKeyIn(dataDir)).toThrow(/REGAIN_MASTER_KEY is not set and .*master\.key is missing/);
    expect(readdirSync(dataDir)).toEqual(['postgres']);
  });

  test('a damaged file is said to be damaged, and stays', () => {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'master.key'), 'half a key\n');
    expect(() => masterKeyIn(dataDir)).toThrow(/master\.key is damaged; it takes 32 bytes in base64/);
    expect(readFileSync(join(dataDir, 'master.key'), 'utf8')).toBe('half a key\n');
  });

  test('a data directory that cannot be is one line', () => {
    writeFileSync(join(parent, 'file'), '');
    expect(() => masterKeyIn(join(parent, 'file', 'data'))).toThrow(
      /^REGAIN_DATA_DIR is ".*file\/data", where master\.key/,
    );
  });
});
