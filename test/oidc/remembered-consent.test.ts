import * as oidc from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ACCOUNT_CLIENT_ID } from '../../src/oidc/own-clients.ts';
import type { Browser } from './support/browser.ts';
import { account } from './support/memory.ts';
import { arrive, interactionAt, request, signIn, tokens } from './support/sign-in.ts';
import { CALLBACK, post, SECRET, World } from './support/world.ts';

let world: World;
let config: oidc.Configuration;
beforeAll(async () => {
  world = await World.start();
  config = await world.client();
  const code = { redirect_uris: [CALLBACK, 'https://app.example.test/back'], grant_types: ['authorization_code'] };
  world.clients.add('second', SECRET, code);
  world.clients.add('house', SECRET, code, { firstParty: true });
  world.clients.add('page', null, code);
  const none = { redirect_uris: ['http://console.example.test/back'], response_types: ['none'], grant_types: [] };
  world.clients.add(ACCOUNT_CLIENT_ID, null, none, { firstParty: true, admitsOthers: true });
  world.clients.add('native', null, { ...code, application_type: 'native', redirect_uris: ['com.example.app:/back'] });
});
afterAll(() => world.close());
beforeEach(() => {
  world.later = 0;
  world.applications.rows.clear();
  for (const id of ['ada', 'bob']) world.accounts.all.set(id, account(id));
});

const MAIL = { scope: 'openid email' };
const row = (clientId: string) => world.applications.rows.get(`ada ${clientId}`);

/** What a browser that signs in now is asked next: what for, or nothing, when it is back at the application. */
async function askedIn(browser: Browser, params: Record<string, string>, by = config, accountId = 'ada') {
  const stop = await browser.go((await request(by, params)).url);
  const next = !stop.left && interactionAt(stop).prompt === 'login' ? await signIn(browser, stop, { accountId }) : stop;
  return next.left ? undefined : interactionAt(next);
}

describe('consent', () => {
  test('is asked once, and holds in other sessions and browsers', async () => {
    const first = world.browser();
    expect((await askedIn(first, MAIL))?.consent).toEqual({ scopes: ['openid', 'email'], claims: [] });
    const { asked, stop } = await arrive(world, first, config, MAIL);
    await tokens(config, asked, stop);
    const second = world.browser();
    const page = await second.go((await request(config, MAIL)).url);
    const again = await request(config, MAIL);
    expect((await signIn(second, page)).left).toBe(true);
    const got = await tokens(config, again, await second.go(again.url));
    expect(await oidc.fetchUserInfo(config, got.access_token, 'ada')).toMatchObject({ email: 'ada@example.org' });
    expect(world.heard.faults).toEqual([]);
  });

  test('holds after all sessions were ended, as a recovery does', async () => {
    const browser = world.browser();
    await arrive(world, browser, config, MAIL);
    world.records.endAll('ada');
    expect(await askedIn(browser, MAIL)).toBeUndefined();
  });

  test('holds for its account and its application only', async () => {
    await arrive(world, world.browser(), config, MAIL);
    expect((await askedIn(world.browser(), MAIL, config, 'bob'))?.prompt).toBe('consent');
    expect((await askedIn(world.browser(), MAIL, await world.client('second')))?.prompt).toBe('consent');
  });

  test('who asks for more is asked for the rest; what is granted is no more than asked', async () => {
    await arrive(world, world.browser(), config, { scope: 'openid email phone' });
    const browser = world.browser();
    const more = { scope: 'openid email profile' };
    expect((await askedIn(browser, more))?.consent).toEqual({ scopes: ['profile'], claims: [] });
    const { tokens: redeemed } = await arrive(world, browser, config, more);
    expect((await redeemed()).scope?.split(' ').toSorted()).toEqual(['email', 'openid', 'profile']);
    expect(row('app')?.scopes.toSorted()).toEqual(['email', 'openid', 'phone', 'profile']);
    const grants = world.records.payloads('Grant').filter((grant) => grant['clientId'] === 'app');
    expect(JSON.stringify(grants.at(-1)?.['openid'])).not.toContain('phone');
    // Within the session the grant grows by what was consented to before.
    expect(await askedIn(browser, { scope: 'openid phone' })).toBeUndefined();
  });

  test('single claims are remembered too; acr and its like need none', async () => {
    const claims = JSON.stringify({ userinfo: { email: null }, id_token: { acr: null } });
    expect((await askedIn(world.browser(), { claims }))?.consent).toEqual({ scopes: ['openid'], claims: ['email'] });
    await arrive(world, world.browser(), config, { claims });
    expect(row('app')).toMatchObject({ scopes: ['openid'], claims: ['email'], consented: true });
    expect(await askedIn(world.browser(), { claims })).toBeUndefined();
    const other = JSON.stringify({ userinfo: { phone_number: null } });
    expect((await askedIn(world.browser(), { claims: other }))?.consent).toEqual({
      scopes: [],
      claims: ['phone_number'],
    });
  });

  test('prompt=consent asks for everything, in this session and in another', async () => {
    const browser = world.browser();
    const claims = JSON.stringify({ userinfo: { phone_number: null }, id_token: { auth_time: null } });
    await arrive(world, browser, config, { ...MAIL, claims });
    const all = { scopes: ['openid', 'email'], claims: ['phone_number'] };
    const grants = world.records.payloads('Grant').length;
    for (const where of [browser, world.browser()]) {
      expect((await askedIn(where, { ...MAIL, claims, prompt: 'consent' }))?.consent).toEqual(all);
    }
    const more = { claims, scope: 'openid email phone', prompt: 'consent' };
    expect((await askedIn(browser, more))?.consent.scopes).toEqual(['openid', 'email', 'phone']);
    // Nothing is granted upon what was said before while it is being asked again.
    expect(world.records.payloads('Grant')).toHaveLength(grants);
  });

  test('what was refused is not remembered', async () => {
    const browser = world.browser();
    const page = await signIn(browser, await browser.go((await request(config)).url));
    expect((await post(browser, page, { act: 'abort' })).url.searchParams.get('error')).toBe('access_denied');
    expect(row('app')).toBeUndefined();
    expect((await askedIn(world.browser(), {}))?.prompt).toBe('consent');
  });

  test('a grant that is gone leads to the consent page, or to a new one from what is remembered', async () => {
    const browser = world.browser();
    await arrive(world, browser, config, MAIL);
    for (const { jti } of world.records.payloads('Grant')) await world.records.revokeByGrantId(String(jti));
    expect(await askedIn(browser, MAIL)).toBeUndefined();
    world.applications.rows.clear();
    for (const { jti } of world.records.payloads('Grant')) await world.records.revokeByGrantId(String(jti));
    expect((await askedIn(browser, MAIL))?.consent.scopes).toEqual(['openid', 'email']);
    expect(world.heard.faults).toEqual([]);
  });

  test('of a client that any program could be is not used again in another session', async () => {
    const open = await world.client('page');
    const there = { redirect_uri: 'https://app.example.test/back' };
    await arrive(world, world.browser(), open, MAIL);
    expect((await askedIn(world.browser(), MAIL, open))?.prompt).toBe('consent');
    expect(await askedIn(world.browser(), { ...MAIL, ...there }, open)).toBeUndefined();
  });

  test('a native client is shown with all that it asks for each time', async () => {
    const native = await world.client('native');
    const params = { ...MAIL, redirect_uri: 'com.example.app:/back' };
    const browser = world.browser();
    await arrive(world, browser, native, params);
    expect((await askedIn(browser, params, native))?.consent.scopes).toEqual(['openid', 'email']);
  });
});

describe('applications that are granted what they ask for', () => {
  test('are remembered as such; the consoles are not', async () => {
    await arrive(world, world.browser(), await world.client('house'), MAIL);
    expect(row('house')).toMatchObject({ scopes: ['openid', 'email'], consented: false });
    const browser = world.browser();
    const back = 'http://console.example.test/back';
    const own = { client_id: ACCOUNT_CLIENT_ID, response_type: 'none', redirect_uri: back };
    for (const more of [{}, { prompt: 'consent' }]) {
      const { stop } = await arrive(world, browser, config, { ...own, ...more });
      expect(stop.url.href).toContain(back);
      expect(stop.url.searchParams.get('error')).toBeNull();
    }
    expect([...world.applications.rows.keys()]).toEqual(['ada house']);
  });

  test('nothing of it counts as consent, should one no longer be first-party', async () => {
    await arrive(world, world.browser(), await world.client('house'), MAIL);
    const house = world.clients.all.get('house');
    if (!house) throw new Error('no such client');
    world.clients.all.set('house', { ...house, firstParty: false });
    expect((await askedIn(world.browser(), MAIL, await world.client('house')))?.consent.scopes).toEqual([
      'openid',
      'email',
    ]);
    world.clients.all.set('house', house);
  });
});

describe('the time of the last use', () => {
  test('is that of the last request or refresh', async () => {
    const offline = { scope: 'openid offline_access', prompt: 'consent' };
    const browser = world.browser();
    const { refresh_token = '' } = await (await arrive(world, browser, config, offline)).tokens();
    const before = row('app')?.lastUsedAt ?? 0;
    world.later = 3_600_000;
    await oidc.refreshTokenGrant(config, refresh_token);
    const refreshed = row('app')?.lastUsedAt ?? 0;
    expect(refreshed - before).toBeGreaterThanOrEqual(3_600_000);
    world.later = 7_200_000;
    expect(await askedIn(browser, {})).toBeUndefined();
    expect((row('app')?.lastUsedAt ?? 0) - refreshed).toBeGreaterThanOrEqual(3_600_000);
  });

  test('is not that of a request that failed, or asks something', async () => {
    const browser = world.browser();
    await arrive(world, browser, config, MAIL);
    const before = row('app')?.lastUsedAt;
    world.later = 3_600_000;
    expect(interactionAt(await browser.go((await request(config, { prompt: 'login' })).url)).prompt).toBe('login');
    expect(interactionAt(await browser.go((await request(config, { prompt: 'consent' })).url)).prompt).toBe('consent');
    const silent = await browser.go((await request(config, { scope: 'openid phone', prompt: 'none' })).url);
    expect(silent.url.searchParams.get('error')).toBe('consent_required');
    await expect(oidc.refreshTokenGrant(config, 'nothing')).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(row('app')?.lastUsedAt).toBe(before);
  });

  test('a fault in writing it down costs nobody a token', async () => {
    const offline = { scope: 'openid offline_access', prompt: 'consent' };
    const { refresh_token = '' } = await (await arrive(world, world.browser(), config, offline)).tokens();
    const { applications } = world;
    const touch = applications.touch.bind(applications);
    applications.touch = async () => {
      throw new Error('no database');
    };
    expect((await oidc.refreshTokenGrant(config, refresh_token)).access_token).toBeTypeOf('string');
    expect(world.heard.faults.map(({ message }) => message)).toEqual(['no database']);
    world.heard.faults.length = 0;
    applications.touch = touch;
  });
});
