import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbedded } from '../../src/store/embedded/index.ts';
import { jsonOf, runRegain } from './regain.ts';

const parent = mkdtempSync(join(tmpdir(), 'regain-fresh-'));
const env = { REGAIN_DATA_DIR: join(parent, 'data') };
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const create = (name: string) => ['user', 'create', '--username', name, '--email', `${name}@example.org`, '--json'];

describe('on the embedded PostgreSQL', { timeout: 120_000 }, () => {
  test('a command on a fresh directory just works, and leaves nothing running', async () => {
    const ran = await runRegain(create('first'), { env });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(jsonOf(ran)['sub']).toBeTypeOf('string');
    expect(statSync(join(env.REGAIN_DATA_DIR, 'master.key')).mode & 0o777).toBe(0o600);
    expect(() => statSync(join(env.REGAIN_DATA_DIR, 'postgres', 'postmaster.pid'))).toThrow('ENOENT');
  });

  describe('while a server runs on it', () => {
    let server: EmbeddedPostgres | undefined;
    beforeAll(async () => {
      server = await startEmbedded({ dataDir: env.REGAIN_DATA_DIR, exclusive: true, settings: { fsync: 'off' } });
    }, 60_000);
    afterAll(() => server?.stop());

    test('commands work beside it, several at once, and find what was there', async () => {
      const ran = await Promise.all([
        runRegain(create('second'), { env }),
        runRegain(['user', 'totp', 'first', '--json'], { env }),
        runRegain(['user', 'show', 'first', '--json'], { env }),
      ]);
      for (const each of ran) expect(each).toMatchObject({ code: 0, stderr: '' });
      expect(jsonOf(await runRegain(['audit', 'verify', '--json'], { env }))).toEqual({ ok: true, rows: 3 });
    });
  });

  test('a directory that cannot be is one line', async () => {
    const ran = await runRegain(create('nobody'), { env: { REGAIN_DATA_DIR: '/dev/null/x' } });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(/^regain: REGAIN_DATA_DIR is "\/dev\/null\/x", where master\.key cannot be made.*\n$/);
  });
});
