import { describe, expect, test } from 'vitest';
import { runHere, runRegain } from './regain.ts';

// Nothing here may reach a database: the address is nobody's.
const env = {
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  REGAIN_MASTER_KEY: Buffer.alloc(32).toString('base64'),
};

describe('a process of its own', () => {
  test('exits 0 after help, 2 after wrong usage, 1 after a refusal', async () => {
    const ran = await Promise.all([
      runRegain(['user', 'create', '--help'], { env }),
      runRegain(['user', 'create', '--json'], { env }),
      runRegain(['policy', 'set', 'nonsense', '--json'], { env }),
    ]);
    expect(ran).toMatchObject([
      { code: 0, stderr: '' },
      { code: 2, stdout: '' },
      { code: 1, stdout: '' },
    ]);
  });
});

describe('help', () => {
  test.each([
    [[], ['serve', 'migrate', 'organization', 'client', 'user', 'policy', 'emergency-code', 'keys', 'audit', 'doctor']],
    [['serve'], ['--workers']],
    [['migrate'], []],
    [
      ['organization', 'create'],
      ['--name', '--policy', '--locale'],
    ],
    [
      ['client', 'create'],
      ['--redirect-uri', '--post-logout-redirect-uri', '--backchannel-logout-uri', '--public', '--grant', '--org'],
    ],
    [
      ['user', 'create'],
      [
        '--username',
        '--email',
        '--email-verified',
        '--phone',
        '--phone-verified',
        '--locale',
        '--given-name',
        '--family-name',
        '--password-stdin',
        '--invite',
        '--org',
      ],
    ],
    [['user', 'show'], ['<username-or-email>']],
    [['user', 'totp'], ['<username>']],
    [
      ['emergency-code', 'create'],
      ['<username>', '--uses', '--valid-for', '--reason', '--from', '--application', '--acr'],
    ],
    [['emergency-code', 'revoke'], ['<username>']],
    [['user', 'suspend'], []],
    [
      ['user', 'resume'],
      ['--contested', 'undo', 'keep'],
    ],
    [['policy', 'show'], ['--org']],
    [
      ['policy', 'set'],
      ['<preset-or-file>', '--org'],
    ],
    [['keys', 'rotate'], []],
    [['audit'], ['--user', '--since', 'verify']],
    [['audit', 'verify'], []],
    [['doctor'], []],
  ])('%j --help names its options, --json among them', async (command, options) => {
    const ran = await runHere([...command, '--help'], env);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    for (const option of ['--json', ...options]) expect(ran.stdout).toContain(option);
  });
});

describe('wrong usage exits 2 and says why on stderr alone', () => {
  test.each([
    [[], 'Usage: regain'],
    [['user'], 'Usage: regain user'],
    [['nonsense'], "unknown command 'nonsense'"],
    [['user', 'nonsense'], "unknown command 'nonsense'"],
    [['user', 'show'], "missing required argument 'username-or-email'"],
    [['user', 'show', 'a', 'b'], 'too many arguments'],
    [['user', 'create', '--username', 'a'], "required option '--email <address>' not specified"],
    [['user', 'create', '--username', 'a', '--email', 'a@b.ch', '--nonsense'], "unknown option '--nonsense'"],
    [['user', 'create', '--username', 'a', '--email', 'a@b.ch', '--locale', 'de'], 'Allowed choices are en, fr'],
    [['user', 'create', '--username', 'a', '--email', 'a@b.ch', '--invite', '--password-stdin'], 'cannot be used with'],
    [['user', 'create', '--username', 'a', '--email', 'a@b.ch', '--phone-verified'], '--phone-verified needs --phone'],
    [['client', 'create', '--name', 'A'], '--redirect-uri is missing'],
    [['client', 'create', '--name', 'A', '--redirect-uri', 'https://a.ch', '--grant', 'password'], 'Allowed choices'],
    [['client', 'create', '--name', 'A', '--grant', 'client_credentials', '--public'], 'needs a secret'],
    [['serve', '--workers', 'many'], 'It takes a number from 1 to 64'],
    [['audit', '--since', 'yesterday'], 'It takes 2026-11-22'],
    [['policy', 'set'], "missing required argument 'preset-or-file'"],
  ])('%j', async (command, line) => {
    const ran = await runHere([...command, '--json'], env);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(line);
  });
});

describe('what cannot be done exits 1 with one line on stderr', () => {
  test('a bad variable', async () => {
    const ran = await runRegain(['user', 'show', 'a', '--json'], { env: { ...env, PORT: 'x' } });
    expect(ran).toEqual({
      code: 1,
      stdout: '',
      stderr: 'regain: PORT is "x"; it takes a port number from 1 to 65535\n',
    });
  });

  test('a database that does not answer, without its password', async () => {
    const DATABASE_URL = 'postgres://regain:hunter2@127.0.0.1:1/none';
    const ran = await runRegain(['user', 'show', 'a'], { env: { ...env, DATABASE_URL } });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(
      /^regain: DATABASE_URL is "postgres:\/\/\*\*\*@127\.0\.0\.1:1\/none", but .*ECONNREFUSED.*\n$/,
    );
  });

  test.each([
    [
      'nonsense',
      'neither a preset (password-sms, restore-code, emergency-code, strict, operator-only, off) nor a file',
    ],
    ['package.json', 'is no policy:\n'],
  ])('policy set %s', async (file, line) => {
    const ran = await runHere(['policy', 'set', file], env);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain(line);
  });
});
