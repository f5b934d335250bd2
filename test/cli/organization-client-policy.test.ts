import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { createCrypto } from '../../src/crypto/crypto.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { jsonOf, MASTER_KEY, useRegain } from './regain.ts';

const { regain, here, url } = useRegain();
const directory = mkdtempSync(join(tmpdir(), 'regain-policy-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

async function rows(query: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url() });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(query, values)).rows;
  } finally {
    await client.end();
  }
}

describe('organization create', () => {
  test('without a policy nobody in it recovers; audited', async () => {
    const answer = jsonOf(await regain(['organization', 'create', '--name', 'Café Zürich', '--json']));
    expect(answer).toEqual({ id: 'cafe-zurich' });
    const shown = jsonOf(await here(['policy', 'show', '--org', 'cafe-zurich', '--json']));
    expect(shown).toEqual({ organization: 'cafe-zurich', version: 1, policy: PRESETS.off });
    expect(await rows("select name, locale from organizations where id = 'cafe-zurich'")).toEqual([
      { name: 'Café Zürich', locale: 'en' },
    ]);
    expect(await rows("select actor, details from audit_log where organization_id = 'cafe-zurich'")).toMatchObject([
      { actor: 'cli', details: { policy: 'off', self_recovery: false } },
    ]);
  });

  test('with a preset, a language, and a name that is taken or has no letter of ours', async () => {
    const [same, other] = [
      jsonOf(
        await here([
          'organization',
          'create',
          '--name',
          'Cafe Zurich',
          '--policy',
          'strict',
          '--locale',
          'fr',
          '--json',
        ]),
      ),
      jsonOf(await here(['organization', 'create', '--name', '株式会社', '--json'])),
    ];
    expect(same['id']).toMatch(/^cafe-zurich-\d{6}$/);
    expect(other['id']).toMatch(/^organization-\d{6}$/);
    expect(await rows('select locale from organizations where id = $1', same['id'])).toEqual([{ locale: 'fr' }]);
    expect(jsonOf(await here(['policy', 'show', '--org', String(same['id']), '--json']))).toMatchObject({
      policy: PRESETS.strict,
    });
    const user = [
      'user',
      'create',
      '--username',
      'u',
      '--email',
      'u@example.org',
      '--org',
      String(same['id']),
      '--json',
    ];
    const { sub } = jsonOf(await here(user));
    expect(await rows('select organization_id, locale from accounts where id = $1', sub)).toEqual([
      { organization_id: same['id'], locale: 'fr' },
    ]);
  });

  test.each([[''], ['a\nb'], [' a'], ['x'.repeat(101)]])('A28 name %j is refused', async (name) => {
    const ran = await here(['organization', 'create', '--name', name, '--json']);
    expect(ran).toEqual({ code: 1, stdout: '', stderr: 'regain: --name takes 1 to 100 printable characters\n' });
  });
});

describe('policy set', () => {
  test('each one is a new version; what `show` prints is what `set` takes', async () => {
    expect(jsonOf(await regain(['policy', 'set', 'strict', '--json']))).toEqual({
      organization: 'default',
      version: 2,
      name: 'strict',
      self_recovery: true,
    });
    const printed = await here(['policy', 'show']);
    expect(JSON.parse(printed.stdout)).toEqual(PRESETS.strict);
    const mine = file('mine.json', `\ufeff${printed.stdout.replace('"strict"', '"mine"').replace('300', '240')}`);
    expect(jsonOf(await here(['policy', 'set', mine, '--json']))).toMatchObject({ version: 3, name: 'mine' });
    expect(jsonOf(await here(['policy', 'show', '--json']))).toMatchObject({
      version: 3,
      policy: { lifetimes: { link: 240 } },
    });
    expect(await rows("select version from policies where organization_id = 'default' order by 1")).toHaveLength(3);
    expect(await rows("select actor, details from audit_log where kind = 'policy.set' order by seq")).toMatchObject([
      { actor: 'cli', details: { name: 'strict', version: 2 } },
      { actor: 'cli', details: { name: 'mine', version: 3 } },
    ]);
  });

  test('YAML as well: what `show` prints with comments, in either language, is taken', async () => {
    const printed = await here(['policy', 'show', 'restore-code', '--format', 'yaml', '--locale', 'fr']);
    expect(printed.stdout).toContain('# Modèle restore-code\u00a0: ');
    const mine = file('mine.yaml', printed.stdout.replace('name: restore-code', 'name: mine'));
    expect(jsonOf(await here(['policy', 'set', mine, '--json']))).toMatchObject({ name: 'mine' });
    const shown = jsonOf(await here(['policy', 'show', '--json']));
    expect(shown['policy']).toEqual({ ...PRESETS['restore-code'], name: 'mine' });
    expect((await here(['policy', 'show', '--format', 'yaml'])).stdout).toContain('\nname: mine\n');
  });

  test('the JSON Schema for editors, and a preset, without a database', async () => {
    expect(jsonOf(await here(['policy', 'schema', '--locale', 'fr', '--json']))).toMatchObject({
      title: 'Politique de Regain',
      properties: { name: { maxLength: 80 } },
    });
    expect(jsonOf(await here(['policy', 'show', 'operator-only', '--json']))).toEqual({
      policy: PRESETS['operator-only'],
    });
  });

  test.each([
    ['a slip in the JSON', '{\n  "schema": 1,\n  "name" "x"\n}', /bad\.json is no policy:\n {2}line 3, column 10: /],
    ['another schema', JSON.stringify({ ...PRESETS.off, schema: 2 }), /\n {2}line 1, column 11, schema: /],
    [
      'an unknown field',
      JSON.stringify({ ...PRESETS.off, selfRecvery: true }),
      /\n {2}line 1, column \d+, selfRecvery: .*Did you mean “selfRecovery”/,
    ],
    [
      'an unknown proof',
      JSON.stringify(PRESETS.off, null, 1).replace('"passkey-uv"', '"hope"'),
      /\n {2}line \d+, column 6, routes\.sign-in\[0\]\.proofs\[0\]: /,
    ],
    [
      'a code that lives for hours',
      JSON.stringify(PRESETS.off).replace('"smsCode":600', '"smsCode":6000'),
      /, lifetimes\.smsCode: .*600/,
    ],
  ])('%s is refused with its place', async (_what, text, line) => {
    const ran = await here(['policy', 'set', file('bad.json', text), '--json']);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(line);
  });

  test('an unknown organization is refused', async () => {
    for (const command of [['set', 'off'], ['show']]) {
      const ran = await here(['policy', ...command, '--org', 'nowhere', '--json']);
      expect(ran).toEqual({ code: 1, stdout: '', stderr: 'regain: there is no organization "nowhere"\n' });
    }
  });
});

describe('client create', () => {
  const app = ['client', 'create', '--name', 'App', '--json', '--redirect-uri'];

  test('a confidential one: the secret is shown once and kept as a hash', async () => {
    const ran = await regain(
      app.concat(
        ['https://app.example/cb', 'http://localhost:3001/cb', '--redirect-uri', 'http://127.0.0.1:9/x?y=1'],
        ['--post-logout-redirect-uri', 'https://app.example/', '--backchannel-logout-uri', 'https://app.example/out'],
      ),
    );
    const answer = jsonOf(ran);
    expect(Object.keys(answer)).toEqual(['client_id', 'client_secret']);
    const secret = String(answer['client_secret']);
    expect(secret).toMatch(/^[\w-]{43}$/);
    const [row] = await rows('select * from clients where id = $1', answer['client_id']);
    expect(row).toMatchObject({
      name: 'App',
      organization_id: 'default',
      first_party: false,
      admits_others: false,
      secret_hash: createCrypto([Buffer.from(MASTER_KEY, 'base64')]).hashToken(secret),
      metadata: {
        redirect_uris: ['https://app.example/cb', 'http://localhost:3001/cb', 'http://127.0.0.1:9/x?y=1'],
        post_logout_redirect_uris: ['https://app.example/'],
        backchannel_logout_uri: 'https://app.example/out',
        backchannel_logout_session_required: true,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    });
    const audit = await rows("select details from audit_log where kind = 'client.created'");
    expect(audit).toMatchObject([{ details: { client: answer['client_id'], public: false } }]);
    expect(JSON.stringify([row, audit])).not.toContain(secret);
  });

  test('a public one has no secret', async () => {
    const answer = jsonOf(await here([...app, 'http://[::1]:8080/cb', '--public', '--grant', 'authorization_code']));
    expect(Object.keys(answer)).toEqual(['client_id']);
    expect(await rows('select secret_hash, metadata from clients where id = $1', answer['client_id'])).toMatchObject([
      { secret_hash: null, metadata: { token_endpoint_auth_method: 'none', grant_types: ['authorization_code'] } },
    ]);
  });

  const jwk = { kty: 'EC', crv: 'P-256', x: 'x'.repeat(43), y: 'y'.repeat(43) };

  test('one with a key signs for itself, by FAPI 2.0 where it is said; what it must is changed by edit', async () => {
    const keys = ['--keys', file('keys.json', JSON.stringify({ keys: [jwk] }))];
    const more = ['--fapi', '--minimum-acr', 'phr', '--first-party', '--no-pkce'];
    const answer = jsonOf(await here([...app, 'https://app.example/cb', ...keys, ...more]));
    expect(Object.keys(answer)).toEqual(['client_id']);
    const id = String(answer['client_id']);
    const [row] = await rows('select secret_hash, first_party, metadata from clients where id = $1', id);
    expect(row).toMatchObject({ secret_hash: null, first_party: true });
    expect(row?.['metadata']).toMatchObject({
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [jwk] },
      'urn:regain:profile': 'fapi2',
      'urn:regain:minimum_acr': 'phr',
      require_pkce: false,
    });
    const changes = ['--no-fapi', '--minimum-acr', 'none', '--no-first-party', '--admit-others', '--pkce'];
    const set = ['--require-push', '--require-dpop', '--keys', 'https://app.example/jwks'];
    expect((await here(['client', 'edit', id, ...changes, ...set])).code).toBe(0);
    const [edited] = await rows('select first_party, admits_others, metadata from clients where id = $1', id);
    expect(edited).toMatchObject({ first_party: false, admits_others: true });
    expect(edited?.['metadata']).toEqual({
      redirect_uris: ['https://app.example/cb'],
      post_logout_redirect_uris: [],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'https://app.example/jwks',
      require_pushed_authorization_requests: true,
      dpop_bound_access_tokens: true,
    });
  });

  test.each([
    ['a private key', JSON.stringify({ ...jwk, d: 'd' }), 'holds a private key'],
    ['a short RSA key', JSON.stringify({ kty: 'RSA', n: 'n'.repeat(171), e: 'AQAB' }), 'takes public keys'],
    ['a symmetric key', JSON.stringify({ kty: 'oct', k: 'k' }), 'holds a private key'],
    ['something else', 'no keys', 'takes public keys'],
  ])('%s is not taken', async (_what, text, line) => {
    const ran = await here([...app, 'https://app.example/cb', '--keys', file('wrong.json', text)]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([1, '', expect.stringContaining(line)]);
  });

  test('one without people needs no address', async () => {
    const answer = jsonOf(
      await here(['client', 'create', '--name', 'Robot', '--grant', 'client_credentials', '--json']),
    );
    expect(await rows('select metadata from clients where id = $1', answer['client_id'])).toMatchObject([
      { metadata: { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] } },
    ]);
  });

  test.each([
    'http://app.example/cb',
    'https://app.example/cb#part',
    'https://app.example/cb#',
    'https://*.example/cb',
    'https://user:pw@app.example/cb',
    'https://app.example/a b',
    'https://app.example\\@evil.example/',
    'javascript:alert(1)',
    'com.example.app:/cb',
    'http://localhost.evil.example/cb',
    'nothing',
    '',
  ])('A27 redirect URI %j is refused', async (address) => {
    const ran = await here([...app, 'https://fine.example/cb', address]);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain('--redirect-uri is https://fine.example/cb');
  });

  test.each([
    ['--post-logout-redirect-uri', 'http://app.example/'],
    ['--backchannel-logout-uri', 'http://intranet/out'],
  ])('%s %s is refused', async (option, address) => {
    const ran = await here([...app, 'https://app.example/cb', option, address]);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain(`${option} is ${address}; it takes`);
  });

  test('an unknown organization is refused', async () => {
    const ran = await here([...app, 'https://app.example/cb', '--org', 'nowhere']);
    expect(ran).toEqual({ code: 1, stdout: '', stderr: 'regain: there is no organization "nowhere"\n' });
  });
});

describe('client, after that', () => {
  test('is listed, changed only in what is given, given a new secret, suspended, resumed and removed', async () => {
    const made = ['client', 'create', '--name', 'Later', '--json', '--redirect-uri', 'https://later.example/cb'];
    const { client_id: id, client_secret: secret } = jsonOf(await here(made));
    const act = async (name: string, ...more: string[]) => here(['client', name, String(id), ...more, '--json']);
    const moved = await act('edit', '--redirect-uri', 'https://moved.example/cb', '--grant', 'authorization_code');
    expect(jsonOf(moved)).toEqual({ client_id: id, changed: ['redirect_uris', 'grant_types'] });
    expect(jsonOf(await act('edit', '--name', 'Later'))).toEqual({ client_id: id, changed: [] });
    expect(await act('edit', '--redirect-uri', 'https://*.example/cb')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--redirect-uri is https://*.example/cb'),
    });
    expect(jsonOf(await act('suspend'))).toEqual({ client_id: id, suspended: true, changed: true });
    const listed = JSON.stringify(jsonOf(await here(['client', 'list', '--org', 'default', '--json'])));
    expect(listed).toContain('"redirect_uris":["https://moved.example/cb"],"grant_types":["authorization_code"]');
    expect((await here(['client', 'list'])).stdout).toContain(`${String(id)}  Later  in default  suspended`);
    expect(jsonOf(await act('resume'))).toEqual({ client_id: id, suspended: false, changed: true });
    const { client_secret: next } = jsonOf(await act('rotate-secret'));
    expect([typeof next, next === secret]).toEqual(['string', false]);
    expect(jsonOf(await act('remove'))).toEqual({ client_id: id, removed: true });
    for (const name of ['edit', 'rotate-secret', 'suspend', 'remove'])
      expect((await act(name)).stderr).toBe(`regain: there is no application "${String(id)}"\n`);
    const kinds = await rows("select kind from audit_log where details->>'client' = $1 order by seq", id);
    expect(kinds.map(({ kind }) => kind)).toEqual(
      ['created', 'changed', 'suspended', 'resumed', 'secret-rotated', 'removed'].map((what) => `client.${what}`),
    );
  });
});
