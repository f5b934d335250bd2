import { createHash } from 'node:crypto';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account } from './support/memory.ts';
import { arrive, interactionAt, request, signIn } from './support/sign-in.ts';
import { CALLBACK, post, SECRET, World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
  world.accounts.all.set('ada', account('ada', { recoveredAt: 1_700_000_000_500 }));
});
afterAll(() => world.close());

const offline = { scope: 'openid offline_access', prompt: 'consent' };

describe('the authorization code flow', () => {
  test('signs in by PKCE and tells who, how and when', async () => {
    const config = await world.client();
    const at = Date.now() - 60_000;
    const { tokens } = await arrive(world, world.browser(), config, { scope: 'openid profile email phone' }, { at });
    const got = await tokens();
    const told = { sub: 'ada', acr: 'urn:regain:acr:2', amr: ['pwd', 'otp', 'mfa'], auth_time: Math.floor(at / 1000) };
    expect(got.claims()).toMatchObject(told);
    expect(got.claims()).not.toHaveProperty('email');
    expect(await oidc.fetchUserInfo(config, got.access_token, 'ada')).toEqual({
      sub: 'ada',
      name: 'Ada Lovelace',
      given_name: 'Ada',
      family_name: 'Lovelace',
      locale: 'en',
      preferred_username: 'ada',
      email: 'ada@example.org',
      email_verified: true,
      phone_number: '+41791234567',
      phone_number_verified: false,
    });
    expect(world.heard.faults).toEqual([]);
  });

  test('tells of a recovery in scope recovery only, in both places', async () => {
    const config = await world.client();
    const { tokens } = await arrive(world, world.browser(), config, { scope: 'openid recovery' });
    const got = await tokens();
    expect(got.claims()).toMatchObject({ 'urn:regain:recovered_at': 1_700_000_000 });
    expect(await oidc.fetchUserInfo(config, got.access_token, 'ada')).toEqual({
      sub: 'ada',
      'urn:regain:recovered_at': 1_700_000_000,
    });
    const without = await (await arrive(world, world.browser(), config, { scope: 'openid profile' })).tokens();
    expect(without.claims()).not.toHaveProperty('urn:regain:recovered_at');
  });

  test('discovery says what there is', async () => {
    const metadata = (await world.client()).serverMetadata();
    expect(metadata).toMatchObject({
      issuer: world.issuer,
      authorization_endpoint: `${world.issuer}/auth`,
      response_types_supported: ['code', 'none'],
      code_challenge_methods_supported: ['S256'],
      ui_locales_supported: ['en', 'fr'],
      acr_values_supported: ['urn:regain:acr:1', 'urn:regain:acr:2-sms', 'urn:regain:acr:2', 'phr'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
      id_token_signing_alg_values_supported: expect.arrayContaining(['RS256', 'ES256']),
      authorization_response_iss_parameter_supported: true,
      claims_parameter_supported: true,
    });
    const scopes = ['openid', 'offline_access', 'profile', 'email', 'phone', 'recovery', 'ssf.read', 'ssf.manage'];
    expect(metadata.scopes_supported?.toSorted()).toEqual(scopes.toSorted());
    const algorithms = Object.entries(metadata).filter(([name]) => name.includes('alg_values'));
    expect(JSON.stringify(algorithms)).not.toMatch(/HS\d|none/);
  });

  test('a wrong redirect URI gets our error page and goes nowhere', async () => {
    const { url } = await request(await world.client(), { redirect_uri: 'http://evil.example.test/callback' });
    const stop = await world.browser().go(url);
    expect(stop).toMatchObject({ left: false, status: 400 });
    expect(JSON.parse(stop.body)).toMatchObject({ page: 'error', error: 'invalid_redirect_uri', clientId: 'app' });
  });

  test.each([
    ['none', { code_challenge: '', code_challenge_method: '' }],
    ['the plain one', { code_challenge_method: 'plain' }],
  ])('without PKCE, here %s, there is no code', async (_name, params) => {
    const { url } = await request(await world.client(), params);
    const stop = await world.browser().go(url);
    expect(stop.left).toBe(true);
    expect(stop.url.searchParams.get('error')).toBe('invalid_request');
  });

  test('PKCE can be waived for a confidential client, never for a public one', async () => {
    const metadata = { redirect_uris: [CALLBACK], require_pkce: false };
    world.clients.add('old', SECRET, metadata);
    world.clients.add('careless', null, metadata);
    const without = { code_challenge: '', code_challenge_method: '' };
    const config = await world.client('old');
    const browser = world.browser();
    const { url } = await request(config, without);
    expect(interactionAt(await browser.go(url)).client.id).toBe('old');
    const refused = await browser.go((await request(config, { ...without, client_id: 'careless' })).url);
    expect(JSON.parse(refused.body)).toMatchObject({ page: 'error', error: 'invalid_client_metadata' });
  });

  test('an address that there is not gets our page', async () => {
    const page = await world.browser().go(`${world.issuer}/nothing/here`);
    expect(page.status).toBe(404);
    expect(JSON.parse(page.body)).toMatchObject({ page: 'error', error: 'not_found' });
  });

  test('aborting says access_denied to the application', async () => {
    const browser = world.browser();
    const page = await browser.go((await request(await world.client(), { state: 'of-the-app' })).url);
    const { url } = await post(browser, page, { act: 'abort' });
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      error: 'access_denied',
      state: 'of-the-app',
      iss: world.issuer,
    });
  });

  test('a pushed request is used once', async () => {
    const config = await world.client();
    const { url } = await request(config);
    const pushed = await oidc.buildAuthorizationUrlWithPAR(config, url.searchParams);
    const browser = world.browser();
    expect((await signIn(browser, await browser.go(pushed))).url.searchParams.has('code')).toBe(true);
    const again = await browser.go(pushed);
    expect(again.left ? again.url.searchParams.get('error') : JSON.parse(again.body).error).toBe('invalid_request_uri');
  });
});

describe('select_account and create', () => {
  let config: oidc.Configuration;
  beforeAll(async () => {
    config = await world.client();
    world.accounts.all.set('bob', account('bob'));
  });

  test('who is signed in chooses: that account, or another, whose session then takes its place', async () => {
    const browser = world.browser();
    await arrive(world, browser, config);
    const ask = async () => browser.go((await request(config, { prompt: 'select_account' })).url);
    const page = await ask();
    expect(interactionAt(page)).toMatchObject({ prompt: 'select_account', session: { accountId: 'ada' } });
    expect((await post(browser, page, { result: {} })).url.searchParams.has('code')).toBe(true);
    const anew = await post(browser, await ask(), { act: 'ask-anew' });
    expect(interactionAt(anew)).toMatchObject({ prompt: 'login', session: null });
    expect(interactionAt(await signIn(browser, anew, { accountId: 'bob' }))).toMatchObject({
      prompt: 'consent',
      session: { accountId: 'bob' },
    });
  });

  test('who is not signed in signs in, and is asked nothing more', async () => {
    const browser = world.browser();
    const page = await browser.go((await request(config, { prompt: 'select_account consent' })).url);
    expect(interactionAt(page).prompt).toBe('login');
    expect(interactionAt(await signIn(browser, page)).prompt).toBe('consent');
  });

  test('create is refused: nobody registers by themselves; discovery does not offer it', async () => {
    const { url } = await world.browser().go((await request(config, { prompt: 'create' })).url);
    expect(url.searchParams.get('error')).toBe('invalid_request');
    const found = config.serverMetadata();
    expect(found['prompt_values_supported']).toEqual(['none', 'login', 'consent', 'select_account']);
  });
});

describe('tokens', () => {
  test('refresh rotates; the old one ends the family', async () => {
    const config = await world.client();
    const first = await (await arrive(world, world.browser(), config, offline)).tokens();
    const second = await oidc.refreshTokenGrant(config, first.refresh_token ?? '');
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.claims()).toMatchObject({
      sub: 'ada',
      acr: 'urn:regain:acr:2',
      auth_time: first.claims()?.auth_time,
    });

    await expect(oidc.refreshTokenGrant(config, first.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect(world.heard.reused).toEqual(['ada']);
    await expect(oidc.refreshTokenGrant(config, second.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(oidc.fetchUserInfo(config, second.access_token, 'ada')).rejects.toMatchObject({ status: 401 });
  });

  test('a rotated refresh token does not live longer than the first', async () => {
    const config = await world.client();
    const first = await (await arrive(world, world.browser(), config, offline)).tokens();
    const expiry = async (token: string | undefined) => (await oidc.tokenIntrospection(config, token ?? '')).exp;
    const end = await expiry(first.refresh_token);
    const row = world.records.rows.get('RefreshToken')?.get(first.refresh_token ?? '');
    // As if nine days had passed: five are left.
    if (row) row.payload['exp'] = Number(row.payload['exp']) - 9 * 86_400;
    const second = await oidc.refreshTokenGrant(config, first.refresh_token ?? '');
    expect(await expiry(second.refresh_token)).toBeCloseTo((end ?? 0) - 9 * 86_400, -1);
  });

  test('no refresh token without offline_access and consent', async () => {
    const config = await world.client();
    const got = await (await arrive(world, world.browser(), config, { scope: 'openid offline_access' })).tokens();
    expect(got.refresh_token).toBeUndefined();
  });

  test('introspection tells acr and auth_time (RFC 9470); revocation ends all of it', async () => {
    const config = await world.client();
    const got = await (await arrive(world, world.browser(), config, offline)).tokens();
    const told = await oidc.tokenIntrospection(config, got.access_token);
    const expected = { active: true, sub: 'ada', acr: 'urn:regain:acr:2', auth_time: got.claims()?.auth_time };
    expect(told).toMatchObject(expected);
    await oidc.tokenRevocation(config, got.refresh_token ?? '');
    expect(await oidc.tokenIntrospection(config, got.access_token)).toEqual({ active: false });
    expect(await oidc.tokenIntrospection(config, got.refresh_token ?? '')).toEqual({ active: false });
    await expect(oidc.fetchUserInfo(config, got.access_token, 'ada')).rejects.toMatchObject({ status: 401 });
  });

  test('a client cannot revoke a token of another', async () => {
    const got = await (await arrive(world, world.browser(), await world.client(), offline)).tokens();
    const other = await world.client('machine');
    await expect(oidc.tokenRevocation(other, got.access_token)).rejects.toMatchObject({ error: 'invalid_request' });
    expect(await oidc.tokenIntrospection(other, got.access_token)).toMatchObject({ active: true });
  });

  test('a code cannot be redeemed twice, and what the first brought is dead after it', async () => {
    const config = await world.client();
    const { tokens } = await arrive(world, world.browser(), config, offline);
    const got = await tokens();
    await expect(tokens()).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(oidc.fetchUserInfo(config, got.access_token, 'ada')).rejects.toMatchObject({ status: 401 });
    await expect(oidc.refreshTokenGrant(config, got.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('client credentials say nothing of a person', async () => {
    const config = await world.client('machine');
    const got = await oidc.clientCredentialsGrant(config);
    const told = await oidc.tokenIntrospection(config, got.access_token);
    expect(told).toMatchObject({ active: true, client_id: 'machine' });
    expect(told).not.toHaveProperty('acr');
  });

  test('A20: everything is refused once the sessions of the account are ended', async () => {
    const config = await world.client();
    const browser = world.browser();
    const got = await (await arrive(world, browser, config, offline)).tokens();
    world.records.endAll('ada');
    await expect(oidc.refreshTokenGrant(config, got.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(oidc.fetchUserInfo(config, got.access_token, 'ada')).rejects.toMatchObject({ status: 401 });
    expect(await oidc.tokenIntrospection(config, got.access_token)).toEqual({ active: false });
    expect(interactionAt(await browser.go((await request(config)).url)).reasons).toContain('no_session');
  });

  test('A20: a suspended account has none that work, even before they are ended', async () => {
    world.accounts.all.set('bob', account('bob'));
    const config = await world.client();
    const got = await (await arrive(world, world.browser(), config, offline, { accountId: 'bob' })).tokens();
    world.accounts.change('bob', { suspendedAt: Date.now() });
    await expect(oidc.refreshTokenGrant(config, got.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(oidc.fetchUserInfo(config, got.access_token, 'bob')).rejects.toMatchObject({ status: 401 });
    expect(await oidc.tokenIntrospection(config, got.access_token)).toEqual({ active: false });
  });
});

const basic = (secret: string) => `Basic ${Buffer.from(`app:${encodeURIComponent(secret)}`).toString('base64')}`;

describe('client secrets', () => {
  test('basic and post work, a wrong one and the stored hash do not', async () => {
    world.clients.add('poster', SECRET, {
      redirect_uris: [CALLBACK],
      token_endpoint_auth_method: 'client_secret_post',
    });
    const introspect = async (body: Record<string, string>, authorization?: string) =>
      fetch(`${world.issuer}/token/introspection`, {
        method: 'POST',
        body: new URLSearchParams({ token: 'x', ...body }),
        ...(authorization && { headers: { authorization } }),
      });
    const hash = createHash('sha256').update(SECRET).digest();
    expect((await introspect({}, basic(SECRET))).status).toBe(200);
    expect((await introspect({ client_id: 'poster', client_secret: SECRET })).status).toBe(200);
    const wrong = [
      'wrong',
      '',
      hash.toString('base64url'),
      `sha256:${hash.toString('base64url')}`,
      hash.toString('hex'),
    ];
    for (const secret of wrong) expect((await introspect({}, basic(secret))).status).toBeGreaterThanOrEqual(400);
    expect((await introspect({ client_id: 'app' })).status).toBe(401);
  });

  test('a changed secret holds at once', async () => {
    const introspect = async (secret: string) => oidc.tokenIntrospection(await world.client('changing', secret), 'x');
    world.clients.add('changing', 'first', { redirect_uris: [CALLBACK] });
    expect(await introspect('first')).toEqual({ active: false });
    world.clients.add('changing', 'second', { redirect_uris: [CALLBACK] });
    expect(await introspect('second')).toEqual({ active: false });
    await expect(introspect('first')).rejects.toMatchObject({ status: 401 });
  });
});

async function allowedOrigin(origin: string, path = '/token'): Promise<string | null> {
  const body = new URLSearchParams({ client_id: 'public', grant_type: 'authorization_code', code: 'x' });
  const answer = await fetch(`${world.issuer}${path}`, { method: 'POST', body, headers: { origin } });
  return answer.headers.get('access-control-allow-origin');
}

describe('CORS', () => {
  test('pages of a client call from where it is sent back to, and from nowhere else; never the authorization endpoint', async () => {
    expect(await allowedOrigin('http://app.example.test')).toBe('http://app.example.test');
    expect(await allowedOrigin('http://evil.example.test')).toBeNull();
    expect(await allowedOrigin('http://app.example.test', '/auth')).toBeNull();
  });
});

describe('first-party clients', () => {
  test('response_type=none, without consent; others may not', async () => {
    const browser = world.browser();
    const params = { client_id: 'console', response_type: 'none', scope: 'openid', state: 's' };
    const url = (more: Record<string, string>) =>
      `${world.issuer}/auth?${new URLSearchParams({ ...params, ...more }).toString()}`;
    const back = await signIn(browser, await browser.go(url({ redirect_uri: 'http://console.example.test/back' })));
    expect(back.left).toBe(true);
    expect(Object.fromEntries(back.url.searchParams)).toEqual({ state: 's', iss: world.issuer });
    const other = await browser.go(url({ client_id: 'app', redirect_uri: CALLBACK }));
    expect(other.url.searchParams.get('error')).toBe('invalid_request');
  });
});
