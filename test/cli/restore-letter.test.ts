import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRestoreCode } from '../../src/domain/restore-code.ts';
import { jsonOf, useRegain } from './regain.ts';

const { here } = useRegain();
const folder = mkdtempSync(join(tmpdir(), 'regain-letter-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  const made = ['user', 'create', '--username', 'zoe', '--email', 'zoe@example.org', '--locale', 'fr', '--invite'];
  await here([...made, '--email-verified']);
  await here(['policy', 'set', 'restore-code']);
});

const issue = (...more: string[]) =>
  here(['restore-code', 'issue', 'zoe', '--reason', 'came with a passport', ...more, '--json']);

test('S11 a letter as a page in a file; the code is in it and on no terminal', async () => {
  const out = join(folder, 'zoe.html');
  const done = await issue('--by', 'letter', '--out', out);
  expect([done.code, jsonOf(done)]).toEqual([0, { file: out }]);
  const page = readFileSync(out, 'utf8');
  const code = (/data-testid="restore-code">(.*?)<\/code>/.exec(page)?.[1] ?? '').replaceAll(/<[^>]*>/g, '');
  expect(parseRestoreCode(code)).toEqual({ code: code.replaceAll('-', '') });
  expect(`${done.stdout}${done.stderr}`).not.toContain(code);
  for (const text of ['<html lang="fr">', 'Votre code de restauration', 'zoe', '/lost-credentials', '<svg'])
    expect(page).toContain(text);
  // It asks nobody for anything: no picture, font or script from elsewhere.
  expect(page).not.toMatch(/<script|<link|<img|src=|url\(/);
});

test.skipIf(process.platform === 'win32')('the file is its maker’s alone', async () => {
  const out = join(folder, 'own.html');
  await issue('--by', 'letter', '--out', out);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  rmSync(out);
});

test('a file that cannot be made stops it before anything is issued; what is refused leaves no file', async () => {
  const issued = async () => {
    const { stdout } = await here(['audit', '--user', 'zoe', '--json']);
    return stdout.split('restore-code.issued').length;
  };
  const before = await issued();
  const there = await issue('--by', 'letter', '--out', join(folder, 'zoe.html'));
  expect([there.code, there.stderr]).toEqual([1, expect.stringContaining('it is there already')]);
  expect((await issue('--by', 'letter', '--out', join(folder, 'none', 'zoe.html'))).stderr).toContain('no such folder');
  expect(await issue('--by', 'phone', '--out', join(folder, 'other.html'))).toMatchObject({ code: 2 });
  await here(['restore-code', 'forbid', 'zoe']);
  const refused = await issue('--by', 'letter', '--out', join(folder, 'refused.html'));
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('forbidden')]);
  expect([await issued(), readdirSync(folder)]).toEqual([before, ['zoe.html']]);
  expect(before).toBeGreaterThan(1);
});
