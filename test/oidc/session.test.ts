import type { Configuration } from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import type { CurrentSession } from '../../src/flows/ports/interactions.ts';
import type { Browser } from './support/browser.ts';
import { account, ORGANIZATION, OTHER_ORGANIZATION, PASSWORD, TOTP } from './support/memory.ts';
import { arrive, interactionAt, request, signIn, tokens } from './support/sign-in.ts';
import { CALLBACK, post, SECRET, World } from './support/world.ts';

let world: World;
let config: Configuration;
beforeAll(async () => {
  world = await World.start();
  config = await world.client();
});
afterAll(() => world.close());
beforeEach(() => {
  world.later = 0;
  world.accounts.all.clear();
  world.applications.rows.clear();
  for (const id of ['ada', 'bob']) world.accounts.all.set(id, account(id));
  world.accounts.all.set('eve', account('eve', { organizationId: OTHER_ORGANIZATION }));
});

const SESSION = 'regain_session';
async function own(browser: Browser): Promise<CurrentSession> {
  return JSON.parse(await (await browser.request('/current')).text());
}

describe('the session', () => {
  test('A18: has a new identifier after each sign-in and step-up; the old one is dead', async () => {
    const browser = world.browser();
    await arrive(world, browser, config, {}, { acr: 'urn:regain:acr:1' });
    const before = browser.copy();
    expect(await own(before)).toMatchObject({ accountId: 'ada' });
    const stepUp = await browser.go((await request(config, { acr_values: 'urn:regain:acr:2' })).url);
    await signIn(browser, stepUp);
    expect(browser.cookie(SESSION)).not.toBe(before.cookie(SESSION));
    expect(await own(before)).toBeNull();
    expect(await own(browser)).toMatchObject({ accountId: 'ada', acr: 'urn:regain:acr:2' });
  });

  test('A18: a cookie planted before does not become the session', async () => {
    const browser = world.browser();
    const planted = 'x'.repeat(43);
    const page = await browser.go((await request(config)).url, { headers: { cookie: `${SESSION}=${planted}` } });
    await signIn(browser, page);
    expect(browser.cookie(SESSION)).not.toBe(planted);
    expect(await world.records.find('Session', planted)).toBeUndefined();
  });

  test('is told to our own pages, with the time of its oldest proof', async () => {
    const browser = world.browser();
    const at = Date.now() - 5_000;
    await arrive(world, browser, config, {}, { at });
    expect(await own(browser)).toMatchObject({ accountId: 'ada', acr: 'urn:regain:acr:2', amr: ['pwd', 'otp', 'mfa'] });
    expect((await own(browser)).at).toBe(Math.floor(at / 1000) * 1000);
    expect(await own(world.browser())).toBeNull();
  });

  test('is none for our own pages while it is weaker than the policy requires, or a second factor is owed', async () => {
    const browser = world.browser();
    await arrive(world, browser, config, {}, { acr: 'urn:regain:acr:1' });
    const policy = PRESETS['password-sms'];
    world.accounts.change('ada', { policy: { ...policy, minimumAcr: 'urn:regain:acr:2' } });
    expect(await own(browser)).toBeNull();
    world.accounts.change('ada', { policy, boundToSecondFactor: false, credentials: [PASSWORD] });
    expect(await own(browser)).toBeNull();
    world.accounts.change('ada', { boundToSecondFactor: true, credentials: [PASSWORD, TOTP] });
    expect(await own(browser)).toMatchObject({ accountId: 'ada' });
  });

  test('the proofs of the journey are bound to it', async () => {
    const browser = world.browser();
    await arrive(world, browser, config, {}, { journeyId: 'journey-1' });
    expect(world.sessions.bound.get('journey-1')).toBe((await own(browser)).uid);
  });

  test('is ended, and nothing answered, when its proofs went before they could be bound to it', async () => {
    const browser = world.browser();
    await signIn(browser, await browser.go((await request(config)).url), { journeyId: 'first' });
    const consent = await browser.go((await request(config)).url);
    await post(browser, consent, { act: 'consent' });
    const { uid } = await own(browser);
    world.sessions.gone.add('overtaken');
    const page = await browser.go((await request(config, { prompt: 'login' })).url);
    const done = await signIn(browser, page, { journeyId: 'overtaken' });
    expect([done.left, done.status, JSON.parse(done.body)]).toMatchObject([false, 400, { page: 'error' }]);
    expect(world.heard.ended.at(-1)).toEqual({ uid, accountId: 'ada', reason: 'overtaken' });
    expect(await own(browser)).toBeNull();
  });

  test('has an absolute age, by the policy and its class', async () => {
    const lifetimes = { ...PRESETS['password-sms'].lifetimes, sessionOneFactor: 600, sessionTwoFactors: 3_600 };
    world.accounts.all.set('ada', account('ada', { policy: { ...PRESETS['password-sms'], lifetimes } }));
    const [one, two] = [world.browser(), world.browser()];
    await arrive(world, one, config, {}, { acr: 'urn:regain:acr:1' });
    await arrive(world, two, config);
    world.later = 601_000;
    expect(interactionAt(await one.go((await request(config)).url))).toMatchObject({
      prompt: 'login',
      reasons: ['session_age'],
    });
    expect(await own(one)).toBeNull();
    expect((await two.go((await request(config)).url)).left).toBe(true);
    world.later = 3_601_000;
    expect(interactionAt(await two.go((await request(config)).url)).prompt).toBe('login');
    const { url } = await two.go((await request(config, { prompt: 'none' })).url);
    expect(url.searchParams.get('error')).toBe('login_required');
  });

  test('of two factors ends when nobody asks for it, by the policy; each request begins that time anew (NIST SES-07)', async () => {
    const { lifetimes } = PRESETS['password-sms'];
    const policy = { ...PRESETS['password-sms'], lifetimes: { ...lifetimes, sessionTwoFactorsIdle: 3_600 } };
    world.accounts.all.set('ada', account('ada', { policy }));
    const [one, two] = [world.browser(), world.browser()];
    await arrive(world, one, config, {}, { acr: 'urn:regain:acr:1' });
    await arrive(world, two, config);
    const left = () =>
      world.records
        .payloads('Session')
        .map(({ acr, exp }) => [acr, Math.round((Number(exp) - Date.now() / 1000) / 60)])
        .slice(-2);
    expect(left()).toEqual([
      ['urn:regain:acr:1', 1_440],
      ['urn:regain:acr:2', 60],
    ]);
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 1_800_000);
    // Its own pages look at it, and leave it what is left.
    await two.go(`${world.issuer}/session/end`);
    expect(left().at(-1)).toEqual(['urn:regain:acr:2', 30]);
    expect((await two.go((await request(config)).url)).left).toBe(true);
    expect(left().at(-1)).toEqual(['urn:regain:acr:2', 60]);
    vi.spyOn(Date, 'now').mockReturnValue(now + 5_460_000);
    expect(interactionAt(await two.go((await request(config)).url)).reasons).toContain('no_session');
    vi.restoreAllMocks();
  });

  test('prompt=none without a session, or without consent, is an error', async () => {
    const browser = world.browser();
    const silent = async () =>
      (await browser.go((await request(config, { prompt: 'none' })).url)).url.searchParams.get('error');
    expect(await silent()).toBe('login_required');
    await signIn(browser, await browser.go((await request(config)).url));
    expect(await silent()).toBe('consent_required');
  });
});

describe('accounts that may not be used', () => {
  test.each([
    ['suspended', () => world.accounts.change('ada', { suspendedAt: 1 })],
    ['gone', () => world.accounts.all.delete('ada')],
  ])('%s, with a live session: the sign-in page, where another can sign in', async (_name, happens) => {
    const browser = world.browser();
    await arrive(world, browser, config);
    const sessions = world.records.payloads('Session').length;
    happens();
    const page = await browser.go((await request(config)).url);
    expect(interactionAt(page)).toMatchObject({ prompt: 'login', reasons: ['account_gone'] });
    expect(await own(browser)).toBeNull();
    const consent = await signIn(browser, page, { accountId: 'bob' });
    expect(interactionAt(consent)).toMatchObject({ prompt: 'consent', session: { accountId: 'bob' } });
    expect(await own(browser)).toMatchObject({ accountId: 'bob' });
    expect(world.records.payloads('Session')).toHaveLength(sessions);
    expect(world.heard.faults).toEqual([]);
  });

  test('A37: of another organization, at a client that does not admit it', async () => {
    world.clients.add(
      'open',
      SECRET,
      { redirect_uris: [CALLBACK] },
      { organizationId: ORGANIZATION, admitsOthers: true },
    );
    const browser = world.browser();
    const open = await world.client('open');
    const there = await arrive(world, browser, open, {}, { accountId: 'eve' });
    expect((await there.tokens()).claims()?.sub).toBe('eve');
    const here = await request(config);
    const page = await browser.go(here.url);
    expect(interactionAt(page)).toMatchObject({ prompt: 'login', reasons: ['account_not_admitted'] });
    const again = await signIn(browser, page, { accountId: 'eve' });
    expect(interactionAt(again)).toMatchObject({ prompt: 'login', reasons: ['account_not_admitted'] });
    const consent = await signIn(browser, again, { accountId: 'ada' });
    const done = await post(browser, consent, { act: 'consent' });
    expect((await tokens(config, here, done)).claims()?.sub).toBe('ada');
  });
});

describe('another account than the session', () => {
  test('ends the old session with its grants and tokens; nothing of it reaches the new one', async () => {
    const { fetchUserInfo } = await import('openid-client');
    const browser = world.browser();
    const first = await (await arrive(world, browser, config)).tokens();
    const old = await own(browser);
    const page = await browser.go((await request(config, { prompt: 'login' })).url);
    const consent = await signIn(browser, page, { accountId: 'bob' });
    expect(interactionAt(consent).prompt).toBe('consent');
    expect((await own(browser)).uid).not.toBe(old.uid);
    await expect(fetchUserInfo(config, first.access_token, 'ada')).rejects.toMatchObject({ status: 401 });
  });

  test('also when somebody signed in meanwhile in another tab', async () => {
    const browser = world.browser();
    const tab = await request(config);
    const page = await browser.go(tab.url);
    await arrive(world, browser, config, {}, { accountId: 'bob' });
    const consent = await signIn(browser, page, { accountId: 'ada' });
    const done = await post(browser, consent, { act: 'consent' });
    expect((await tokens(config, tab, done)).claims()?.sub).toBe('ada');
  });

  test('a consent of one account is not carried over to another', async () => {
    const browser = world.browser();
    const asked = await request(config);
    const consent = await signIn(browser, await browser.go(asked.url));
    world.accounts.change('ada', { suspendedAt: 1 });
    const page = await post(browser, consent, { act: 'consent' });
    expect(interactionAt(page)).toMatchObject({ prompt: 'login', reasons: ['account_gone'] });
    expect(interactionAt(await signIn(browser, page, { accountId: 'bob' })).prompt).toBe('consent');
    expect(world.heard.faults).toEqual([]);
  });
});

describe('an interaction', () => {
  const login = { accountId: 'ada', acr: 'urn:regain:acr:1', amr: ['pwd'], at: Date.now() } as const;

  test('is for the browser that began it', async () => {
    const page = await world.browser().go((await request(config)).url);
    const stranger = world.browser();
    expect(JSON.parse((await stranger.go(page.url)).body)).toBeNull();
    expect((await post(stranger, page, { result: { login } })).status).toBe(410);
    const elsewhere = new URL(page.url.href.replace('/sign-in/', '/elsewhere/'));
    expect((await post(stranger, { ...page, url: elsewhere }, { result: { login } })).status).toBe(410);
  });

  test('is finished from a page elsewhere too, in the same browser', async () => {
    const browser = world.browser();
    const asked = await request(config);
    const page = await browser.go(asked.url);
    const elsewhere = { ...page, url: new URL(page.url.href.replace('/sign-in/', '/elsewhere/')) };
    const consent = await signIn(browser, elsewhere);
    const done = await post(browser, consent, { act: 'consent' });
    expect((await tokens(config, asked, done)).claims()?.sub).toBe('ada');
  });

  test('of another tab is finished from elsewhere too', async () => {
    const browser = world.browser();
    const first = await browser.go((await request(config)).url);
    for (let tab = 0; tab < 3; tab += 1) await browser.go((await request(config)).url);
    const elsewhere = { ...first, url: new URL(first.url.href.replace('/sign-in/', '/elsewhere/')) };
    expect(interactionAt(await signIn(browser, elsewhere)).prompt).toBe('consent');
  });

  test('is aborted even when the session it began in is gone', async () => {
    const browser = world.browser();
    await arrive(world, browser, config);
    const page = await browser.go((await request(config, { prompt: 'login' })).url);
    world.records.rows.get('Session')?.clear();
    expect(interactionAt(page).session).toMatchObject({ accountId: 'ada' });
    expect(interactionAt(await browser.go(page.url)).session).toBeNull();
    const { url } = await post(browser, page, { act: 'abort' });
    expect(url.searchParams.get('error')).toBe('access_denied');
  });

  test('carries a request that starts anew', async () => {
    const browser = world.browser();
    const asked = await request(config, { acr_values: 'phr', ui_locales: 'fr-CH', login_hint: 'ada' });
    const { request: stored } = interactionAt(await browser.go(asked.url));
    const restart = new URL(world.engine.interactions.restartUrl({ ...stored, evil: 'x', request_uri: 'urn:x' }));
    expect(restart.origin + restart.pathname).toBe(`${world.issuer}/auth`);
    expect(Object.fromEntries(restart.searchParams)).toEqual(Object.fromEntries(asked.url.searchParams));
    const there = await signIn(world.browser(), await world.browser().go(restart));
    expect(there.status).toBe(410);
  });

  test('of a recovery begun inside a step-up outlives the session that the recovery ends', async () => {
    const browser = world.browser();
    await arrive(world, browser, config, {}, { acr: 'urn:regain:acr:1' });
    const asked = await request(config, { acr_values: 'urn:regain:acr:2' });
    const page = await browser.go(asked.url);
    expect(interactionAt(page).prompt).toBe('step_up');
    const elsewhere = { ...page, url: new URL(page.url.href.replace('/sign-in/', '/elsewhere/')) };
    const wish = await post(browser, elsewhere, { keep: 'ada', endAll: 'ada', result: { login, recovered: true } });
    // The wish is put once more, for the new factor. The grants went with the sessions; the consent did not.
    expect(interactionAt(wish)).toMatchObject({ prompt: 'step_up', session: { accountId: 'ada' } });
    const done = await post(browser, wish, { result: {} });
    expect((await tokens(config, asked, done)).claims()).toMatchObject({ sub: 'ada', acr: 'urn:regain:acr:1' });
  });

  test('is kept only of the account whose sessions end, for a recovery only, and never loses its session before', async () => {
    const browser = world.browser();
    await arrive(world, browser, config, {}, { acr: 'urn:regain:acr:1' });
    const stepUp = async () => browser.go((await request(config, { acr_values: 'urn:regain:acr:2' })).url);
    const page = await stepUp();
    const before = world.records.payloads('Interaction').length;
    expect((await post(browser, page, { keep: 'bob', endAll: 'ada', result: { login, recovered: true } })).status).toBe(
      410,
    );
    expect(world.records.payloads('Interaction').length).toBeLessThan(before);
    await arrive(world, browser, config, {}, { acr: 'urn:regain:acr:1' });
    expect((await post(browser, await stepUp(), { keep: 'ada', endAll: 'ada', result: { login } })).status).toBe(410);
  });

  test.each([{ prompt: 'login' }, { max_age: '0' }])('a sign-in that %o asks for is asked for once', async (params) => {
    const browser = world.browser();
    await arrive(world, browser, config, {}, { acr: 'urn:regain:acr:1' });
    const asked = await request(config, { ...params, acr_values: 'urn:regain:acr:2', scope: 'openid email' });
    const wish = await signIn(browser, await browser.go(asked.url), {
      acr: 'urn:regain:acr:1',
      at: Date.now() - 5_000,
    });
    expect(interactionAt(wish)).toMatchObject({ prompt: 'step_up', reasons: ['acr_wished'] });
    const consent = await post(browser, wish, { result: {} });
    expect(interactionAt(consent).prompt).toBe('consent');
    const done = await post(browser, consent, { act: 'consent' });
    expect((await tokens(config, asked, done)).claims()?.sub).toBe('ada');
  });

  test('an answer without a sign-in signs nobody in', async () => {
    const browser = world.browser();
    const page = await browser.go((await request(config, { acr_values: 'urn:regain:acr:2' })).url);
    const wish = await signIn(browser, page, { acr: 'urn:regain:acr:1', journeyId: 'journey-x' });
    expect(interactionAt(wish).prompt).toBe('step_up');
    await browser.request(wish.url.href, { method: 'POST', body: JSON.stringify({ result: {} }) });
    const [answer] = world.records.payloads('Interaction').flatMap(({ result }) => (result ? [result] : []));
    expect(answer).toEqual({ signed_in: 'ada', step_up: { asked: true } });
  });

  test('without `keep` it is gone with the session', async () => {
    const browser = world.browser();
    await arrive(world, browser, config, {}, { acr: 'urn:regain:acr:1' });
    const page = await browser.go((await request(config, { acr_values: 'urn:regain:acr:2' })).url);
    expect((await post(browser, page, { endAll: 'ada', result: { login } })).status).toBe(410);
  });

  test('a consent page left open while the session ended grants nothing', async () => {
    const browser = world.browser();
    const consent = await signIn(browser, await browser.go((await request(config)).url));
    const { session } = interactionAt(consent);
    const [id] =
      [...(world.records.rows.get('Session') ?? [])].find(([, { payload }]) => payload['uid'] === session?.uid) ?? [];
    await world.records.destroy('Session', id ?? '');
    const grants = world.records.payloads('Grant').length;
    expect(JSON.parse((await browser.go(consent.url)).body)).toBeNull();
    expect((await post(browser, consent, { act: 'consent' })).status).toBe(410);
    expect(world.records.payloads('Grant')).toHaveLength(grants);
  });
});
