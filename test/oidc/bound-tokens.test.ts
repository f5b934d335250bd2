import { randomUUID, X509Certificate } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from './support/browser.ts';
import { SELF_SIGNED } from './support/certificate.ts';
import { decode, verified } from './support/jwt.ts';
import { account } from './support/memory.ts';
import { interactionAt, signIn } from './support/sign-in.ts';
import { CALLBACK, post, SECRET, World } from './support/world.ts';

/** FAPI 2.0 Security Profile, RFC 9126, RFC 9449, RFC 8705: keys of the client's own in place of what anyone could carry away. */
const HEADER = 'x-client-cert';
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

let world: World;
let key: CryptoKey;
let config: oidc.Configuration;
const fapi = { 'urn:regain:profile': 'fapi2', token_endpoint_auth_method: 'private_key_jwt' };
const code = { redirect_uris: [CALLBACK], grant_types: ['authorization_code', 'refresh_token'] };

beforeAll(async () => {
  world = await World.start({ override: () => ({ clientCertHeader: HEADER }) });
  world.accounts.all.set('ada', account('ada'));
  const pair = await generateKeyPair('ES256', { extractable: true });
  key = pair.privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k' };
  world.clients.add('bank', null, { ...code, ...fapi, jwks: { keys: [jwk] } });
  const cert = new X509Certificate(SELF_SIGNED);
  const x5c = [cert.raw.toString('base64')];
  const certified = { ...cert.publicKey.export({ format: 'jwk' }), x5c };
  const mtls = { token_endpoint_auth_method: 'self_signed_tls_client_auth', 'urn:regain:profile': 'fapi2' };
  world.clients.add('branch', null, { ...code, ...mtls, jwks: { keys: [certified] } });
  world.clients.add('pushing', SECRET, { ...code, require_pushed_authorization_requests: true });
  config = await oidc.discovery(new URL(world.issuer), 'bank', {}, oidc.PrivateKeyJwt({ key, kid: 'k' }), {
    execute: [oidc.allowInsecureRequests],
  });
});
afterAll(() => world.close());

const dpop = async () => oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));

/** Signs in by a pushed request, as far as the tokens. */
async function arrive(bound: oidc.DPoPHandle, browser: Browser = world.browser()) {
  const verifier = oidc.randomPKCECodeVerifier();
  const params = {
    redirect_uri: CALLBACK,
    scope: 'openid offline_access',
    prompt: 'consent',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  const url = await oidc.buildAuthorizationUrlWithPAR(config, params, { DPoP: bound });
  const page = await signIn(browser, await browser.go(url));
  const stop = await post(browser, page, { act: 'consent' });
  return {
    stop,
    redeem: (by = bound) =>
      oidc.authorizationCodeGrant(config, stop.url, { pkceCodeVerifier: verifier }, {}, { DPoP: by }),
  };
}

const refusal = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing refused',
    (error: unknown) => {
      if (error instanceof oidc.ResponseBodyError) return error.error;
      return error instanceof oidc.WWWAuthenticateChallengeError ? error.cause[0]?.parameters.error : error;
    },
  );

/** A client assertion, with what is wrong in it. */
const assertion = (claims: Record<string, unknown> = {}, by: CryptoKey = key, alg = 'ES256') =>
  new SignJWT({ iss: 'bank', sub: 'bank', aud: world.issuer, jti: randomUUID(), ...claims })
    .setProtectedHeader({ alg, kid: 'k' })
    .setIssuedAt()
    .setExpirationTime('1 minute')
    .sign(by);

const send = async (path: string, params: Record<string, string>, headers: Record<string, string> = {}) => {
  const body = new URLSearchParams(params);
  const answer = await fetch(`${world.issuer}${path}`, { method: 'POST', body, headers });
  const said: Record<string, unknown> = JSON.parse((await answer.text()) || '{}');
  return { status: answer.status, said };
};

const askBy = async (client_assertion: string) =>
  (await send('/token/introspection', { token: 'x', client_assertion, client_assertion_type: JWT_BEARER })).status;

describe('a client of FAPI 2.0', () => {
  test('gets tokens bound to its key, by a pushed request and a signed assertion; iss comes along', async () => {
    const bound = await dpop();
    const { stop, redeem } = await arrive(bound);
    expect(stop.url.searchParams.get('iss')).toBe(world.issuer);
    const got = await redeem();
    expect(got.token_type).toBe('dpop');
    expect(decode(got.id_token).header['alg']).toBe('ES256');
    expect(await oidc.fetchUserInfo(config, got.access_token, 'ada', { DPoP: bound })).toMatchObject({ sub: 'ada' });
    expect(await refusal(oidc.fetchUserInfo(config, got.access_token, 'ada'))).toBe('invalid_token');
    const thief = await dpop();
    expect(await refusal(oidc.fetchUserInfo(config, got.access_token, 'ada', { DPoP: thief }))).toBe('invalid_token');
  });

  test('keeps its refresh token (5.3.2.1: no rotation)', async () => {
    const bound = await dpop();
    const { refresh_token = '' } = await (await arrive(bound)).redeem();
    const refresh = (by: oidc.DPoPHandle) => oidc.refreshTokenGrant(config, refresh_token, {}, { DPoP: by });
    expect((await refresh(bound)).refresh_token ?? refresh_token).toBe(refresh_token);
    expect((await refresh(bound)).access_token).not.toBe('');
  });

  test('redeems no code by another key than the one that pushed the request', async () => {
    const { redeem } = await arrive(await dpop());
    expect(await refusal(redeem(await dpop()))).toBe('invalid_grant');
  });

  test('is refused without a pushed request, and without a proof of its key', async () => {
    const verifier = oidc.randomPKCECodeVerifier();
    const code_challenge = await oidc.calculatePKCECodeChallenge(verifier);
    const params = { redirect_uri: CALLBACK, scope: 'openid', code_challenge, code_challenge_method: 'S256' };
    const plain = await world.browser().go(oidc.buildAuthorizationUrl(config, params));
    expect(decodeURIComponent(plain.url.search + plain.body)).toMatch(/Pushed[ +]Authorization[ +]Request/);

    const browser = world.browser();
    const page = await signIn(browser, await browser.go(await oidc.buildAuthorizationUrlWithPAR(config, params)));
    const stop = page.left ? page : await post(browser, page, { act: 'consent' });
    const redeem = oidc.authorizationCodeGrant(config, stop.url, { pkceCodeVerifier: verifier });
    await expect(redeem).rejects.toMatchObject({ error: 'invalid_grant' });
    const { detail } = world.heard.refused.at(-1) ?? {};
    expect(detail).toContain('DPoP');
  });

  test.each([
    ['for another audience', { aud: 'https://elsewhere.example.test' }],
    ['for the endpoint in place of the issuer', { aud: 'token-endpoint' }],
    ['for several audiences', { aud: 'several' }],
    ['without jti', { jti: undefined }],
  ])('is not known by an assertion %s', async (_what, claims) => {
    const { aud } = { aud: world.issuer, ...claims };
    const named = aud === 'token-endpoint' ? `${world.issuer}/token` : aud === 'several' ? [world.issuer, 'x'] : aud;
    const client_assertion = await assertion({ ...claims, aud: named });
    const { status, said } = await send('/request', {
      client_assertion,
      client_assertion_type: JWT_BEARER,
      client_id: 'bank',
      response_type: 'code',
      redirect_uri: CALLBACK,
    });
    expect([status, said['error']]).toEqual([401, 'invalid_client']);
  });

  test('is not known by an assertion that was used, or signed by another key', async () => {
    const once = await assertion();
    expect([await askBy(once), await askBy(once)]).toEqual([200, 401]);
    const { privateKey } = await generateKeyPair('ES256');
    expect(await askBy(await assertion({}, privateKey))).toBe(401);
  });

  test('cannot be one with a secret', async () => {
    world.clients.add('weak', SECRET, { ...code, 'urn:regain:profile': 'fapi2' });
    const stop = await world.browser().go(`${world.issuer}/auth?client_id=weak&response_type=code&scope=openid`);
    expect(JSON.parse(stop.body)).toMatchObject({ page: 'error', error: 'invalid_client_metadata' });
  });
});

describe('mTLS, by a certificate that the proxy hands on', () => {
  const certificate = { [HEADER]: encodeURIComponent(SELF_SIGNED) };
  const push = { client_id: 'branch', response_type: 'code', redirect_uri: CALLBACK, scope: 'openid' };
  const challenge = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' };

  test('the registered one is let in; none, another one and what is none are not', async () => {
    expect((await send('/request', { ...push, ...challenge }, certificate)).status).toBe(201);
    const rfc9440 = { [HEADER]: `:${new X509Certificate(SELF_SIGNED).raw.toString('base64')}:` };
    expect((await send('/request', { ...push, ...challenge }, rfc9440)).status).toBe(201);
    for (const headers of [{}, { [HEADER]: 'rubbish' }, { [HEADER]: '%' }, { 'x-other': certificate[HEADER] }])
      expect(await send('/request', { ...push, ...challenge }, headers)).toMatchObject({
        status: 401,
        said: { error: 'invalid_client' },
      });
  });

  test('its tokens are bound to it', async () => {
    const verifier = oidc.randomPKCECodeVerifier();
    const code_challenge = await oidc.calculatePKCECodeChallenge(verifier);
    const pushed = await send('/request', { ...push, code_challenge, code_challenge_method: 'S256' }, certificate);
    const browser = world.browser();
    const url = `${world.issuer}/auth?client_id=branch&request_uri=${String(pushed.said['request_uri'])}`;
    const stop = await post(browser, await signIn(browser, await browser.go(url)), { act: 'consent' });
    const params = {
      client_id: 'branch',
      grant_type: 'authorization_code',
      code: stop.url.searchParams.get('code') ?? '',
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    };
    const { said } = await send('/token', params, certificate);
    const authorization = `Bearer ${String(said['access_token'])}`;
    const userinfo = (headers: Record<string, string>) =>
      fetch(`${world.issuer}/me`, { headers: { authorization, ...headers } }).then(({ status }) => status);
    expect([await userinfo(certificate), await userinfo({})]).toEqual([200, 401]);
  });

  test('is not offered, and the header not read, where the configuration names none', async () => {
    const bare = await World.start();
    bare.clients.add('branch', null, world.clients.all.get('branch')?.metadata ?? {});
    const body = new URLSearchParams({ ...push, ...challenge });
    const answer = await fetch(`${bare.issuer}/request`, { method: 'POST', body, headers: certificate });
    const { token_endpoint_auth_methods_supported: methods }: Record<string, unknown> = JSON.parse(
      await (await fetch(`${bare.issuer}/.well-known/openid-configuration`)).text(),
    );
    await bare.close();
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(methods).not.toContain('self_signed_tls_client_auth');
  });
});

test('a proof is taken once (RFC 9449, 11.1)', async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(pair.publicKey);
  const proof = await new SignJWT({ htm: 'POST', htu: `${world.issuer}/token`, jti: randomUUID() })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
    .setIssuedAt()
    .sign(pair.privateKey);
  const basic = `Basic ${Buffer.from(`machine:${SECRET}`).toString('base64')}`;
  const ask = () => send('/token', { grant_type: 'client_credentials' }, { dpop: proof, authorization: basic });
  const first = await ask();
  expect([first.status, first.said['token_type']]).toEqual([200, 'DPoP']);
  expect(await ask()).toMatchObject({ status: 400, said: { error: 'invalid_grant' } });
});

test('a client that must push is refused without (RFC 9126, 5), and goes on with', async () => {
  const pushing = await world.client('pushing');
  const params = {
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  };
  const plain = await world.browser().go(oidc.buildAuthorizationUrl(pushing, params));
  expect(plain.url.searchParams.get('error') ?? plain.body).toContain('invalid_request');
  const browser = world.browser();
  const stop = await browser.go(await oidc.buildAuthorizationUrlWithPAR(pushing, params));
  expect(interactionAt(stop).prompt).toBe('login');
});

test('introspection as a signed JWT, for who registered an algorithm (RFC 9701)', async () => {
  world.clients.add('api', SECRET, {
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
    introspection_signed_response_alg: 'RS256',
  });
  const got = await oidc.clientCredentialsGrant(await world.client('machine'));
  const basic = `Basic ${Buffer.from(`api:${SECRET}`).toString('base64')}`;
  const answer = await fetch(`${world.issuer}/token/introspection`, {
    method: 'POST',
    body: new URLSearchParams({ token: got.access_token }),
    headers: { authorization: basic, accept: 'application/token-introspection+jwt' },
  });
  const { header, payload } = await verified(world.issuer, await answer.text());
  expect(header['typ']).toBe('token-introspection+jwt');
  expect(payload).toMatchObject({
    iss: world.issuer,
    aud: 'api',
    token_introspection: { active: true, client_id: 'machine' },
  });
});
