import * as oidc from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decode, verified } from './support/jwt.ts';
import { account, OTHER_ORGANIZATION } from './support/memory.ts';
import { arrive, interactionAt, request, signIn, tokens } from './support/sign-in.ts';
import { CALLBACK, post, SECRET, World } from './support/world.ts';

/** RFC 8707, RFC 9068, RFC 9470: access tokens for APIs of the registry. */
const API = 'https://api.example.test/';
const STRICT = 'https://payments.example.test/';
const OPAQUE = 'https://old.example.test/';
const TWO = 'urn:regain:acr:2';
const ONE = 'urn:regain:acr:1';
const SCOPE = 'openid offline_access read';

let world: World;
let config: oidc.Configuration;
let machine: oidc.Configuration;
beforeAll(async () => {
  world = await World.start();
  config = await world.client();
  machine = await world.client('machine');
  world.apis.add(API);
  world.apis.add(STRICT, { minimumAcr: TWO });
  world.apis.add(OPAQUE, { tokenFormat: 'opaque' });
  world.apis.add('https://elsewhere.example.test/', { organizationId: OTHER_ORGANIZATION });
  world.apis.add('https://named.example.test/', { applications: ['machine'] });
});
afterAll(() => world.close());
beforeEach(() => {
  world.applications.rows.clear();
  world.accounts.all.set('ada', account('ada'));
});

const errorOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing refused',
    (error: unknown) => (error instanceof oidc.ResponseBodyError ? error.error : error),
  );

/** Signs in for an API, as far as the token for it. */
async function tokenFor(resource: string, scope = SCOPE, acr: typeof ONE | typeof TWO = TWO) {
  const params = { resource, scope, prompt: 'consent' };
  const { asked, stop } = await arrive(world, world.browser(), config, params, { acr });
  const checks = { pkceCodeVerifier: asked.verifier, expectedState: asked.state };
  return oidc.authorizationCodeGrant(config, stop.url, checks, { resource });
}

const ask = (resource: string) => oidc.clientCredentialsGrant(machine, { resource, scope: 'read' });
const inspect = (token: string) => oidc.tokenIntrospection(machine, token);

describe('a token for an API', () => {
  test('is a JWT with its audience, granted scopes, class and time of the sign-in, for five minutes (RFC 9068, 2.2)', async () => {
    const got = await tokenFor(API);
    const { header, payload } = await verified(world.issuer, got.access_token);
    expect(header).toMatchObject({ typ: 'at+jwt', alg: 'RS256' });
    expect(payload).toMatchObject({
      iss: world.issuer,
      aud: API,
      sub: 'ada',
      client_id: 'app',
      scope: 'read',
      acr: TWO,
    });
    expect(payload).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], auth_time: got.claims()?.auth_time });
    expect(Number(payload['exp']) - Number(payload['iat'])).toBe(300);
    expect(got.scope).toBe('read');
    await expect(oidc.fetchUserInfo(config, got.access_token, 'ada')).rejects.toMatchObject({ status: 401 });
  });

  test('is opaque where the API asks for that, and told by introspection alike', async () => {
    const got = await tokenFor(OPAQUE);
    expect(got.access_token).not.toContain('.');
    expect(await inspect(got.access_token)).toMatchObject({ active: true, aud: OPAQUE, scope: 'read', acr: TWO });
  });

  test('leaves the ID token without personal data, which travels as id_token_hint', async () => {
    const got = await tokenFor(API, 'openid profile email read');
    const { payload } = decode(got.id_token);
    expect(Object.keys(payload).toSorted()).toEqual(
      ['acr', 'amr', 'aud', 'auth_time', 'exp', 'iat', 'iss', 'sub'].toSorted(),
    );
  });

  test('without resource is for userinfo, with no scope of an API', async () => {
    const { asked, stop } = await arrive(world, world.browser(), config, {
      resource: API,
      scope: SCOPE,
      prompt: 'consent',
    });
    const got = await tokens(config, asked, stop);
    expect(got.scope).toBe('openid offline_access');
    expect(await oidc.fetchUserInfo(config, got.access_token, 'ada')).toMatchObject({ sub: 'ada' });
  });

  test('is refreshed for this API, and for no other than was asked for', async () => {
    const { refresh_token } = await tokenFor(API);
    const again = await oidc.refreshTokenGrant(config, refresh_token ?? '', { resource: API });
    expect(decode(again.access_token).payload).toMatchObject({ aud: API, acr: TWO });
    expect(await errorOf(oidc.refreshTokenGrant(config, again.refresh_token ?? '', { resource: OPAQUE }))).toBe(
      'invalid_target',
    );
  });
});

describe('a JWT', () => {
  test('is told by introspection until it is revoked, then at once is not (A20)', async () => {
    const { access_token } = await tokenFor(API);
    expect(await inspect(access_token)).toMatchObject({
      active: true,
      aud: API,
      sub: 'ada',
      acr: TWO,
      client_id: 'app',
    });
    await oidc.tokenRevocation(config, access_token);
    expect(await inspect(access_token)).toEqual({ active: false });
  });

  test('ends with the sessions of its account, and while that is suspended', async () => {
    const [first, second] = [await tokenFor(API), await tokenFor(API)];
    world.accounts.change('ada', { suspendedAt: 1 });
    expect(await inspect(first.access_token)).toEqual({ active: false });
    world.accounts.change('ada', { suspendedAt: null });
    expect(await inspect(second.access_token)).toMatchObject({ active: true });
    world.records.endAll('ada');
    expect(await inspect(second.access_token)).toEqual({ active: false });
  });

  test('cannot be asked about by its digest, nor with a changed signature', async () => {
    const { access_token } = await tokenFor(API);
    const [row] = world.records
      .payloads('AccessToken')
      .filter(({ aud }) => aud === API)
      .slice(-1);
    expect(row?.['jti']).toMatch(/^jwt:/);
    for (const token of [String(row?.['jti']), `${access_token}x`, `${access_token.slice(0, -4)}AAAA`, 'a.b.c'])
      expect(await inspect(token)).toEqual({ active: false });
  });

  test('of a client itself: introspected, revoked, with no class', async () => {
    const got = await oidc.clientCredentialsGrant(machine, { resource: API, scope: 'write' });
    expect(decode(got.access_token).payload).toMatchObject({ aud: API, sub: 'machine', scope: 'write' });
    const told = await inspect(got.access_token);
    expect([told.active, told['acr']]).toEqual([true, undefined]);
    await oidc.tokenRevocation(machine, got.access_token);
    expect(await inspect(got.access_token)).toEqual({ active: false });
  });
});

describe('refused as invalid_target (RFC 8707, 2)', () => {
  test.each([
    'https://nowhere.example.test/',
    'https://elsewhere.example.test/',
    'https://named.example.test/',
    `${API}#part`,
    'not an address',
  ])('%s', async (resource) => {
    const { url } = await request(config, { resource });
    expect((await world.browser().go(url)).url.searchParams.get('error')).toBe('invalid_target');
  });

  test('also for a client that acts for itself; the one that is named gets in', async () => {
    expect(await errorOf(ask('https://elsewhere.example.test/'))).toBe('invalid_target');
    expect((await ask('https://named.example.test/')).access_token).toContain('.');
  });
});

describe('what an API takes at least', () => {
  test('is asked for at the sign-in, and stands in the token whatever else was wished for', async () => {
    const browser = world.browser();
    await arrive(world, browser, config, {}, { acr: ONE });
    const asked = await request(config, { resource: STRICT, scope: 'openid read', acr_values: ONE, prompt: 'consent' });
    const stop = await browser.go(asked.url);
    expect(interactionAt(stop)).toMatchObject({ prompt: 'step_up', reasons: ['acr_required'], atLeast: TWO });
    const done = await post(browser, await signIn(browser, stop, { acr: TWO }), { act: 'consent' });
    const checks = { pkceCodeVerifier: asked.verifier, expectedState: asked.state };
    const got = await oidc.authorizationCodeGrant(config, done.url, checks, { resource: STRICT });
    expect(decode(got.access_token).payload['acr']).toBe(TWO);
  });

  test('fails where the account cannot reach it, or nobody may be asked', async () => {
    world.accounts.change('ada', { credentials: account('x').credentials.slice(0, 1) });
    const browser = world.browser();
    await arrive(world, browser, config, {}, { acr: ONE });
    for (const more of [{}, { prompt: 'none' }]) {
      const { url } = await request(config, { resource: STRICT, ...more });
      expect((await browser.go(url)).url.searchParams.get('error')).toBe('unmet_authentication_requirements');
    }
  });

  test('is not reached afterwards, at the token endpoint', async () => {
    const params = { resource: STRICT, scope: SCOPE, prompt: 'consent' };
    const { refresh_token } = await (await arrive(world, world.browser(), config, params, { acr: TWO })).tokens();
    world.apis.add(STRICT, { minimumAcr: 'phr' });
    const refused = await errorOf(oidc.refreshTokenGrant(config, refresh_token ?? '', { resource: STRICT }));
    world.apis.add(STRICT, { minimumAcr: TWO });
    expect(refused).toBe('invalid_target');
  });
});

describe('consent', () => {
  test('names the API and its scope, is remembered apart from other APIs', async () => {
    const browser = world.browser();
    const asked = await request(config, { resource: API, scope: 'openid read' });
    const page = await signIn(browser, await browser.go(asked.url));
    expect(interactionAt(page).consent.scopes).toEqual(['openid', `${API} read`]);
    expect((await post(browser, page, { act: 'consent' })).left).toBe(true);

    const again = world.browser();
    const silent = await signIn(
      again,
      await again.go((await request(config, { resource: API, scope: 'openid read' })).url),
    );
    expect(silent.left).toBe(true);
    const more = await again.go((await request(config, { resource: OPAQUE, scope: 'openid read' })).url);
    expect(interactionAt(more).consent.scopes).toEqual([`${OPAQUE} read`]);
  });

  test('is not asked by what belongs to the organization itself', async () => {
    world.clients.add('own', SECRET, { redirect_uris: [CALLBACK] }, { firstParty: true });
    const own = await world.client('own');
    const { asked, stop } = await arrive(world, world.browser(), own, { resource: API, scope: 'openid write' });
    const checks = { pkceCodeVerifier: asked.verifier, expectedState: asked.state };
    const got = await oidc.authorizationCodeGrant(own, stop.url, checks, { resource: API });
    expect(decode(got.access_token).payload['scope']).toBe('write');
  });
});
