import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from './support/browser.ts';
import { verified } from './support/jwt.ts';
import { account } from './support/memory.ts';
import { arrive, interactionAt, request, signIn } from './support/sign-in.ts';
import { CALLBACK, SECRET, World } from './support/world.ts';

/** An application's back-channel logout endpoint, on loopback. */
let receiver: Server;
let told: string[] = [];
let status = 200;
let world: World;
let config: oidc.Configuration;

beforeAll(async () => {
  receiver = createServer((req, res) => {
    void hear(req).finally(() => res.writeHead(status).end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  world = await World.start();
  for (const id of ['ada', 'bob']) world.accounts.all.set(id, account(id));
  const uris = { redirect_uris: [CALLBACK], post_logout_redirect_uris: ['http://app.example.test/bye'] };
  const backchannel = {
    backchannel_logout_uri: `http://127.0.0.1:${port}/logout`,
    backchannel_logout_session_required: true,
  };
  world.clients.add('listening', SECRET, { ...uris, ...backchannel });
  config = await world.client('listening');
});
afterAll(async () => {
  await world.close();
  receiver.closeAllConnections();
  receiver.close();
});
beforeEach(() => {
  told = [];
  status = 200;
});

async function hear(req: IncomingMessage): Promise<void> {
  told.push(new URLSearchParams(await text(req)).get('logout_token') ?? '');
}

async function logoutToken(): Promise<Record<string, unknown>> {
  const { header, payload } = await verified(world.issuer, told[0]);
  expect(header).toMatchObject({ alg: 'RS256', typ: 'logout+jwt' });
  expect(payload).toMatchObject({ iss: world.issuer, aud: 'listening' });
  return payload;
}

async function confirm(browser: Browser, url: URL, yes = true) {
  const page = await browser.go(url);
  const form = JSON.parse(page.body);
  expect(form).toMatchObject({ page: 'confirm' });
  const body = new URLSearchParams({ xsrf: form.xsrf, ...(yes && { logout: 'yes' }) });
  return browser.go(form.action, { method: 'POST', body });
}

describe('RP-initiated logout', () => {
  test('asks, ends the session with its tokens, tells the application, goes back to it', async () => {
    const browser = world.browser();
    const got = await (await arrive(world, browser, config)).tokens();
    const url = oidc.buildEndSessionUrl(config, {
      id_token_hint: got.id_token ?? '',
      post_logout_redirect_uri: 'http://app.example.test/bye',
      state: 'bye',
    });
    const left = await confirm(browser, url);
    expect(left.url.href).toBe('http://app.example.test/bye?state=bye');

    const payload = await logoutToken();
    expect(payload).toMatchObject({ sub: 'ada', sid: got.claims()?.['sid'] });
    expect(payload['events']).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} });
    expect(payload).not.toHaveProperty('nonce');
    expect(Number(payload['exp']) - Number(payload['iat'])).toBeLessThanOrEqual(120);

    await expect(oidc.fetchUserInfo(config, got.access_token, 'ada')).rejects.toMatchObject({ status: 401 });
    expect(interactionAt(await browser.go((await request(config)).url)).reasons).toContain('no_session');
    expect(world.heard.signedOut).toEqual(['ada']);
  });

  test('"no" leaves the session as it is', async () => {
    const browser = world.browser();
    const before = world.heard.signedOut.length;
    await arrive(world, browser, config);
    const page = await confirm(browser, new URL(`${world.issuer}/session/end`), false);
    expect(JSON.parse(page.body)).toEqual({ page: 'signed-out' });
    expect(told).toEqual([]);
    expect(world.heard.signedOut).toHaveLength(before);
    expect((await browser.go((await request(config, { prompt: 'none' })).url)).url.searchParams.has('code')).toBe(true);
  });

  test('never goes to an address that is not registered', async () => {
    const browser = world.browser();
    const got = await (await arrive(world, browser, config)).tokens();
    const hint = { id_token_hint: got.id_token ?? '', post_logout_redirect_uri: 'http://evil.example.test/' };
    const refused = await browser.go(oidc.buildEndSessionUrl(config, hint));
    expect(JSON.parse(refused.body)).toMatchObject({ page: 'error', error: 'invalid_request' });
    const without = await confirm(
      browser,
      new URL(`${world.issuer}/session/end?post_logout_redirect_uri=http://evil.example.test/`),
    );
    expect(without.left).toBe(false);
  });

  test('asks nothing when nobody is signed in, and goes back all the same', async () => {
    const back = 'http://app.example.test/bye';
    const url = (params: Record<string, string>) =>
      `${world.issuer}/session/end?${new URLSearchParams(params).toString()}`;
    const browser = world.browser();
    const left = await browser.go(url({ client_id: 'listening', post_logout_redirect_uri: back, state: 's' }));
    expect(left.url.href).toBe(`${back}?state=s`);
    expect(JSON.parse((await browser.go(url({ post_logout_redirect_uri: back }))).body)).toEqual({
      page: 'signed-out',
    });
  });

  test('a post without the form secret signs nobody out', async () => {
    const browser = world.browser();
    await arrive(world, browser, config);
    const body = new URLSearchParams({ logout: 'yes', xsrf: 'guessed' });
    const page = await browser.go(`${world.issuer}/session/end/confirm`, { method: 'POST', body });
    expect(JSON.parse(page.body)).toMatchObject({ page: 'error', error: 'invalid_request' });
    expect((await browser.go((await request(config, { prompt: 'none' })).url)).url.searchParams.has('code')).toBe(true);
  });
});

describe('applications are told', () => {
  test('by tellLogout, which throws when they do not answer', async () => {
    await world.engine.tellLogout({ clientId: 'listening', accountId: 'ada', sid: 'the-sid' });
    expect(await logoutToken()).toMatchObject({ sub: 'ada', sid: 'the-sid' });
    status = 500;
    await expect(world.engine.tellLogout({ clientId: 'listening', accountId: 'ada', sid: 's' })).rejects.toThrow(
      '200 OK',
    );
    status = 302;
    await expect(world.engine.tellLogout({ clientId: 'listening', accountId: 'ada', sid: 's' })).rejects.toThrow(
      '200 OK',
    );
  });

  test('not when they are gone or did not ask', async () => {
    await world.engine.tellLogout({ clientId: 'nobody', accountId: 'ada', sid: 's' });
    await world.engine.tellLogout({ clientId: 'app', accountId: 'ada', sid: 's' });
    expect(told).toEqual([]);
  });

  test('when somebody else signs in in the same browser, by whoever ends the session for us', async () => {
    const browser = world.browser();
    const got = await (await arrive(world, browser, config)).tokens();
    const page = await browser.go((await request(config, { prompt: 'login' })).url);
    const consent = await signIn(browser, page, { accountId: 'bob' });
    expect(interactionAt(consent).session?.accountId).toBe('bob');
    expect(world.heard.ended).toMatchObject([{ accountId: 'ada', reason: 'another-account' }]);
    expect(await world.records.findByUid('Session', world.heard.ended[0]?.uid ?? '')).toBeUndefined();
    await expect(oidc.fetchUserInfo(config, got.access_token, 'ada')).rejects.toMatchObject({ status: 401 });
  });

  test('other addresses on loopback stay out of reach', async () => {
    const address = receiver.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const metadata = { redirect_uris: [CALLBACK], token_endpoint_auth_method: 'private_key_jwt' };
    world.clients.add('keyed', null, { ...metadata, jwks_uri: `http://127.0.0.1:${port}/jwks` });
    const assertion = [
      { alg: 'RS256' },
      { sub: 'keyed', iss: 'keyed', aud: world.issuer, exp: 9e9, iat: 1, jti: 'j' },
      {},
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    const body = new URLSearchParams({ client_assertion: assertion, client_assertion_type: type, token: 'x' });
    const answer = await fetch(`${world.issuer}/token/introspection`, { method: 'POST', body });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(told).toEqual([]);
  });
});
