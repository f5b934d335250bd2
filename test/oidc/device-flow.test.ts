import * as oidc from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser, Stop } from './support/browser.ts';
import { account } from './support/memory.ts';
import { interactionAt, signIn } from './support/sign-in.ts';
import { post, SECRET, World } from './support/world.ts';

/** RFC 8628: somebody types on one device the code that another one shows. */
const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

let world: World;
let config: oidc.Configuration;
beforeAll(async () => {
  world = await World.start();
  const metadata = { redirect_uris: [], response_types: [], grant_types: [GRANT, 'refresh_token'] };
  world.clients.add('tv', SECRET, metadata);
  config = await world.client('tv');
});
afterAll(() => world.close());
beforeEach(() => {
  world.accounts.all.set('ada', account('ada'));
  world.applications.rows.clear();
});

const read = (stop: Stop): Record<string, string> => JSON.parse(stop.body);

/** Sends the form of a page with other fields. */
const send = (browser: Browser, page: Stop, fields: Record<string, string>): Promise<Stop> => {
  const { action = '', xsrf = '' } = read(page);
  return browser.go(action, { method: 'POST', body: new URLSearchParams({ xsrf, ...fields }) });
};

const begin = (scope = 'openid offline_access') => oidc.initiateDeviceAuthorization(config, { scope });

/** As far as the page that shows the code once more. */
async function enter(browser: Browser, user_code: string): Promise<Stop> {
  return send(browser, await browser.go(`${world.issuer}/device`), { user_code });
}

/** The device asks once. */
async function poll(device_code: string): Promise<Record<string, unknown>> {
  const headers = { authorization: `Basic ${Buffer.from(`tv:${SECRET}`).toString('base64')}` };
  const body = new URLSearchParams({ grant_type: GRANT, device_code });
  const said: Record<string, unknown> = JSON.parse(
    await (await fetch(`${world.issuer}/token`, { method: 'POST', body, headers })).text(),
  );
  return said;
}

test('a code is typed, read once more beside who asked from where, and confirmed; then the device has its tokens', async () => {
  const asked = await begin();
  expect(asked.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
  expect(asked).toMatchObject({ verification_uri: `${world.issuer}/device`, expires_in: 600 });
  expect(await poll(asked.device_code)).toMatchObject({ error: 'authorization_pending' });

  const browser = world.browser();
  const page = await enter(browser, asked.user_code.toLowerCase().replace('-', ' '));
  expect(read(page)).toMatchObject({ page: 'device-confirm', code: asked.user_code, client: 'tv', ip: '127.0.0.1' });
  const login = await send(browser, page, { user_code: asked.user_code, confirm: 'yes' });
  const consent = await signIn(browser, login, { acr: 'urn:regain:acr:2', journeyId: 'the-journey' });
  expect(interactionAt(consent).prompt).toBe('consent');
  expect(world.sessions.bound.has('the-journey')).toBe(true);
  expect(read(await post(browser, consent, { act: 'consent' }))).toEqual({ page: 'device-done', client: 'tv' });

  const got = await oidc.pollDeviceAuthorizationGrant(config, { ...asked, interval: 0 });
  expect(got.claims()).toMatchObject({ sub: 'ada', acr: 'urn:regain:acr:2', amr: ['pwd', 'otp', 'mfa'] });
  expect(await oidc.tokenIntrospection(config, got.access_token)).toMatchObject({
    active: true,
    acr: 'urn:regain:acr:2',
  });
  expect(await poll(asked.device_code)).toMatchObject({ error: 'invalid_grant' });
});

describe('nothing comes of', () => {
  test('a code that is stopped: the device is told', async () => {
    const asked = await begin();
    const browser = world.browser();
    const stopped = await send(browser, await enter(browser, asked.user_code), {
      user_code: asked.user_code,
      abort: 'yes',
    });
    expect(read(stopped)).toEqual({ page: 'device-stopped' });
    expect(await poll(asked.device_code)).toMatchObject({ error: 'access_denied' });
    expect(read(await enter(browser, asked.user_code))).toMatchObject({ page: 'device-code', problem: 'used' });
  });

  test('a consent that is refused', async () => {
    const asked = await begin();
    const browser = world.browser();
    const login = await send(browser, await enter(browser, asked.user_code), {
      user_code: asked.user_code,
      confirm: 'yes',
    });
    const refused = await post(browser, await signIn(browser, login), { act: 'abort' });
    expect(read(refused)).toEqual({ page: 'device-stopped' });
    expect(await poll(asked.device_code)).toMatchObject({ error: 'access_denied' });
  });

  test.each([
    ['', 'missing'],
    ['BCDF-GHJK', 'unknown'],
    ['<b>', 'unknown'],
  ])('the code %j: %s', async (code, problem) => {
    const page = await enter(world.browser(), code);
    expect([page.status, read(page)]).toMatchObject([422, { page: 'device-code', problem }]);
  });

  test('an address that brings its code along, before somebody has read and confirmed it', async () => {
    const asked = await begin();
    const browser = world.browser();
    const page = await browser.go(asked.verification_uri_complete ?? '');
    expect(read(page)).toMatchObject({ page: 'device-code', typed: asked.user_code });
    expect(await poll(asked.device_code)).toMatchObject({ error: 'authorization_pending' });
    expect(read(await send(browser, page, { user_code: asked.user_code }))['page']).toBe('device-confirm');
  });

  test('a confirmation without the secret of the form', async () => {
    const asked = await begin();
    const browser = world.browser();
    await enter(browser, asked.user_code);
    const body = new URLSearchParams({ user_code: asked.user_code, confirm: 'yes', xsrf: 'guessed' });
    const page = await browser.go(`${world.issuer}/device`, { method: 'POST', body });
    expect([page.status, read(page)['problem']]).toEqual([422, 'fault']);
    expect(await poll(asked.device_code)).toMatchObject({ error: 'authorization_pending' });
  });

  test('a client that did not register for it', async () => {
    const body = new URLSearchParams({ scope: 'openid' });
    const headers = { authorization: `Basic ${Buffer.from(`machine:${SECRET}`).toString('base64')}` };
    const answer = await fetch(`${world.issuer}/device/auth`, { method: 'POST', body, headers });
    expect(answer.status).toBe(400);
  });
});

test('form_post answers on a page of ours, with what the application is to get and nothing else', async () => {
  const app = await world.client();
  const browser = world.browser();
  const state = `"><script>&amp;'`;
  const params = {
    scope: 'openid',
    redirect_uri: 'http://app.example.test/callback',
    response_mode: 'form_post',
    state,
  };
  const challenge = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' };
  const login = await browser.go(oidc.buildAuthorizationUrl(app, { ...params, ...challenge }));
  const done = await post(browser, await signIn(browser, login), { act: 'consent' });
  const { action, fields }: { action: string; fields: Record<string, string> } = JSON.parse(done.body);
  expect(action).toBe(params.redirect_uri);
  expect(fields).toEqual({ code: expect.stringMatching(/^[\w-]{43}$/), state, iss: world.issuer });
});
