import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { createCrypto } from '../../src/crypto/crypto.ts';
import { createTotp } from '../../src/crypto/totp.ts';
import { jsonOf, MASTER_KEY, useRegain } from './regain.ts';

const { regain, here, url } = useRegain();
const crypto = createCrypto([Buffer.from(MASTER_KEY, 'base64')]);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function rows(query: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url() });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(query, values)).rows;
  } finally {
    await client.end();
  }
}

const create = (username: string, ...more: string[]) =>
  ['user', 'create', '--username', username, '--email', `${username}@example.org`, '--json'].concat(more);

async function auditOf(sub: unknown): Promise<unknown[]> {
  return (await rows('select kind, actor, details from audit_log where account_id = $1 order by seq', sub)).map(
    ({ kind, actor, details }) => ({ kind, actor, details }),
  );
}

/** The messages that wait for this account, opened. */
async function outboxOf(sub: unknown): Promise<Record<string, unknown>[]> {
  const sealed = await rows('select id, sealed from outbox where account_id = $1 order by created_at, id', sub);
  return sealed.map((row) =>
    JSON.parse(Buffer.isBuffer(row['sealed']) ? crypto.open(row['sealed'], `outbox:${String(row['id'])}`) : 'null'),
  );
}

describe('user create', () => {
  test('with everything: the account, a password that is right to the byte, contacts that count at once, an audit row', async () => {
    const before = Date.now();
    const ran = await regain(
      create(
        'Zoé',
        '--email-verified',
        '--phone=+41 79 123 45 67',
        '--phone-verified',
        '--locale=fr',
        '--given-name=<b>Zoé</b>',
        '--family-name=דוד O’Hara',
        '--password-stdin',
        '--email=Zoe@Example.org',
      ),
      { input: ' über the hill \n' },
    );
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const { sub } = jsonOf(ran);
    expect(sub).toMatch(UUID);
    expect(jsonOf(ran)).toEqual({ sub });

    const [account] = await rows('select * from accounts where id = $1', sub);
    expect(account).toMatchObject({
      organization_id: 'default',
      username: 'Zoé',
      username_key: 'zoé',
      given_name: '<b>Zoé</b>',
      family_name: 'דוד O’Hara',
      locale: 'fr',
      bound_to_second_factor: false,
      suspended_at: null,
    });
    const contacts = await rows('select * from contact_points where account_id = $1 order by kind', sub);
    expect(contacts).toMatchObject([
      { kind: 'email', value: 'Zoe@Example.org', key: 'zoe@example.org', is_primary: true },
      { kind: 'phone', value: '+41791234567', key: '+41791234567', is_primary: true },
    ]);
    for (const contact of contacts) {
      expect(Number(contact['verified_at'])).toBeGreaterThanOrEqual(before);
      expect(Number(contact['counts_from'])).toBeLessThanOrEqual(Date.now());
    }
    const { verify } = await import('@node-rs/argon2');
    const [credential] = await rows('select kind, password_hash from credentials where account_id = $1', sub);
    expect(credential?.['kind']).toBe('password');
    expect(await verify(String(credential?.['password_hash']), ' über the hill ')).toBe(true);
    expect(await auditOf(sub)).toEqual([
      {
        kind: 'account.created',
        actor: 'cli',
        details: expect.objectContaining({ email_verified: true, phone: true, phone_verified: true, password: true }),
      },
    ]);
    expect(await outboxOf(sub)).toEqual([]);
  });

  test('with the least: not verified, no password, the language of the organization', async () => {
    const { sub } = jsonOf(await here(create('least')));
    expect(await rows('select locale from accounts where id = $1', sub)).toEqual([{ locale: 'en' }]);
    expect(await rows('select kind, verified_at from contact_points where account_id = $1', sub)).toEqual([
      { kind: 'email', verified_at: null },
    ]);
    expect(await rows('select 1 from credentials where account_id = $1', sub)).toEqual([]);
  });

  test('A16 an invitation goes out with a link of which only the hash is kept', async () => {
    const issuer = 'https://id.example.org/base';
    const { sub } = jsonOf(await here(create('invited', '--invite', '--locale', 'fr'), { REGAIN_ISSUER: issuer }));
    const [message] = await outboxOf(sub);
    expect(message).toMatchObject({
      channel: 'email',
      to: 'invited@example.org',
      locale: 'fr',
      content: { template: 'invitation', days: 7, username: 'invited' },
    });
    const link = /"link":"([^"]+)"/.exec(JSON.stringify(message))?.[1] ?? '';
    expect(link).toMatch(/^https:\/\/id\.example\.org\/base\/invitation\/[\w-]{43}$/);
    const token = link.split('/').at(-1) ?? '';
    const [code] = await rows('select * from one_time_codes where account_id = $1', sub);
    expect(code).toMatchObject({ purpose: 'invitation', token_hash: crypto.hashToken(token), code_hash: null });
    const days = (Number(code?.['expires_at']) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThanOrEqual(7);
    expect(await auditOf(sub)).toMatchObject([{ kind: 'account.created' }, { kind: 'invitation.sent', actor: 'cli' }]);
    expect(JSON.stringify(await auditOf(sub))).not.toContain(token);
  });

  test('a taken username or e-mail address is refused, in whatever case; nothing is left behind', async () => {
    await here(create('taken'));
    const count = 'select count(*)::integer as n from accounts';
    const [before] = await rows(count);
    const name = await here(create('TAKEN', '--email', 'other@example.org'));
    const mail = await here(create('other', '--email', 'Taken@EXAMPLE.org'));
    const cross = await here(create('taken@example.org', '--email', 'taken@example.org'));
    expect(name).toEqual({ code: 1, stdout: '', stderr: 'regain: the username TAKEN is taken\n' });
    expect(mail).toMatchObject({ code: 1, stdout: '' });
    expect(mail.stderr).toBe('regain: the e-mail address Taken@EXAMPLE.org belongs to another account\n');
    expect(cross).toMatchObject({ code: 1, stdout: '' });
    expect(await rows(count)).toEqual([before]);
  });

  test('of twins that are made at the same moment one is made', async () => {
    const ran = await Promise.all([1, 2, 3].map(() => regain(create('twin'))));
    expect(ran.filter(({ code }) => code === 0)).toHaveLength(1);
    expect(ran.filter(({ code, stderr }) => code === 1 && stderr.endsWith('is taken\n'))).toHaveLength(2);
  });

  test('a bad password is refused, and not repeated', async () => {
    const ran = await regain(create('weak', '--password-stdin'), { input: 'password123\n' });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toBe('regain: the password is among the most common or breached ones: anybody would try it\n');
    expect(await rows("select 1 from accounts where username = 'weak'")).toEqual([]);
  });

  test('an unknown organization is refused', async () => {
    const ran = await here(create('homeless', '--org', 'nowhere'));
    expect(ran).toEqual({ code: 1, stdout: '', stderr: 'regain: there is no organization "nowhere"\n' });
  });

  test('A28 what a terminal obeys is not printed in a refusal', async () => {
    const ran = await here(create('x', '--email', 'a\u001b[2J\u202e@b'));
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain('--email is a\\u001b[2J\\u202e@b; it takes an e-mail address');
  });
});

describe('user show, totp, suspend, resume', () => {
  test('an unknown user is refused by each', async () => {
    for (const act of ['show', 'totp', 'suspend', 'resume']) {
      const ran = await here(['user', act, 'nobody', '--json']);
      expect(ran).toEqual({ code: 1, stdout: '', stderr: 'regain: there is no user "nobody"\n' });
    }
  });

  test('totp: a secret that an app takes, sealed; the account is bound; audited; the owner is told', async () => {
    const { sub } = jsonOf(
      await here(create('tina', '--email-verified', '--phone', '+41791234568', '--phone-verified')),
    );
    const answer = jsonOf(await regain(['user', 'totp', 'tina', '--json']));
    expect(Object.keys(answer)).toEqual(['secret', 'uri']);
    const secret = String(answer['secret']);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(answer['uri']).toMatch(new RegExp(`^otpauth://totp/Regain:tina\\?secret=${secret}&issuer=Regain`));

    const [credential] = await rows('select * from credentials where account_id = $1', sub);
    expect(credential).toMatchObject({ kind: 'totp', state: 'active', totp_last_step: null, unsettled_until: null });
    const sealed = credential?.['totp_secret'];
    expect(Buffer.isBuffer(sealed) && crypto.open(sealed, `credential:${String(credential?.['id'])}`)).toBe(secret);
    const { generateSync } = await import('otplib');
    expect(createTotp().verify(secret, generateSync({ secret }), Date.now(), null)).toBeDefined();
    expect(await rows('select bound_to_second_factor as bound from accounts where id = $1', sub)).toEqual([
      { bound: true },
    ]);

    expect(await auditOf(sub)).toMatchObject([
      { kind: 'account.created' },
      { kind: 'second-factor.enrolled', actor: 'cli', details: { factor: 'totp' } },
    ]);
    const told = await outboxOf(sub);
    expect(told.map(({ channel, to }) => `${String(channel)} ${String(to)}`).toSorted()).toEqual([
      'email tina@example.org',
      'sms +41791234568',
    ]);
    for (const { content } of told)
      expect(content).toMatchObject({ template: 'notice', notice: 'second-factor-enrolled' });
    expect(JSON.stringify([told, await auditOf(sub)])).not.toContain(secret);
  });

  test('show: everything but secrets, and the routes that are open', async () => {
    const input = 'a fine long password';
    const { sub } = jsonOf(
      await regain(
        create('sam', '--email-verified', '--phone', '+41791234569', '--phone-verified', '--password-stdin'),
        { input },
      ),
    );
    const { secret } = jsonOf(await here(['user', 'totp', 'sam@example.org', '--json']));
    const ran = await regain(['user', 'show', 'SAM', '--json']);
    const shown = jsonOf(ran);
    expect(shown).toMatchObject({
      sub,
      organization: 'default',
      username: 'sam',
      locale: 'en',
      suspended_at: null,
      recovered_at: null,
      bound_to_second_factor: true,
      policy: { name: 'password-sms', version: 1 },
      devices: [],
      credentials: [
        { kind: 'password', state: 'active', failures: 0, last_used_at: null },
        { kind: 'totp', state: 'active', failures: 0, last_used_at: null },
      ],
      routes: {
        'sign-in': [
          { route: 'passkey-alone', open: false, reasons: ['needs-second-factor'] },
          { route: 'password-and-second-factor', open: true },
          { route: 'password-and-emergency-code', open: false, reasons: ['needs-emergency-code'] },
        ],
        'reset-password': [{ route: 'link-and-second-factor', proofs: ['email-code', 'second-factor'], open: true }],
        'reset-second-factor': [{ route: 'link-password-sms', open: true }],
        'reset-both': [],
      },
    });
    expect(shown['contacts']).toContainEqual({
      kind: 'phone',
      value: '+41791234569',
      verified: true,
      verified_at: expect.stringMatching(/Z$/),
      primary: true,
      counts_from: expect.stringMatching(/Z$/),
    });
    expect(ran.stdout).not.toMatch(/argon2|sealed|hash/i);
    expect(ran.stdout).not.toContain(secret);
    const text = await here(['user', 'show', 'sam']);
    expect(text.stdout).toMatch(/^reset-second-factor +email-code \+ password \+ sms-code +open$/m);
  });

  test('without an SMS gateway in production the SMS route is closed', async () => {
    const env = { NODE_ENV: 'production', REGAIN_ISSUER: 'https://id.example.org', SMTP_URL: 'smtp://127.0.0.1:1' };
    const shown = jsonOf(await here(['user', 'show', 'sam', '--json'], env));
    expect(shown['routes']).toMatchObject({ 'reset-second-factor': [{ open: false, reasons: ['sms-unavailable'] }] });
  });

  test('A20 suspend ends codes and journeys with the account; resume lets it in again, and only that', async () => {
    const { sub } = jsonOf(await here(create('sue', '--invite')));
    const suspended = jsonOf(await here(['user', 'suspend', 'sue', '--json']));
    expect(suspended).toEqual({ sub, suspended_at: expect.stringMatching(/Z$/), sessions_ended: 0 });
    const open = 'select 1 from one_time_codes where account_id = $1 and consumed_at is null';
    expect(await rows(open, sub)).toEqual([]);
    const shown = jsonOf(await here(['user', 'show', 'sue', '--json']));
    expect(shown).toMatchObject({
      suspended_at: suspended['suspended_at'],
      routes: { 'reset-password': [{ open: false, reasons: ['account-suspended'] }] },
    });

    expect(jsonOf(await here(['user', 'resume', 'sue', '--json']))).toEqual({ sub, changed: true });
    expect(jsonOf(await here(['user', 'resume', 'sue', '--json']))).toEqual({ sub, changed: false });
    expect(await rows('select suspended_at from accounts where id = $1', sub)).toEqual([{ suspended_at: null }]);
    expect(await rows(open, sub)).toEqual([]);
    expect(await auditOf(sub)).toMatchObject([
      { kind: 'account.created' },
      { kind: 'invitation.sent' },
      { kind: 'account.suspended', actor: 'cli' },
      { kind: 'account.resumed', actor: 'cli' },
    ]);
  });
});
