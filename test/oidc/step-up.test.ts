import type { Configuration } from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import type { Browser, Stop } from './support/browser.ts';
import { account, OTHER_ORGANIZATION, PASSKEY, PASSWORD, TOTP } from './support/memory.ts';
import { arrive, interactionAt, type Request, request, signIn, tokens, type Who } from './support/sign-in.ts';
import { CALLBACK, post, SECRET, World } from './support/world.ts';

const ONE = 'urn:regain:acr:1';
const TWO = 'urn:regain:acr:2';
const TWO_SMS = 'urn:regain:acr:2-sms';

let world: World;
let config: Configuration;
beforeAll(async () => {
  world = await World.start();
  config = await world.client();
});
afterAll(() => world.close());
beforeEach(() => {
  world.accounts.all.clear();
  world.applications.rows.clear();
  world.accounts.all.set('ada', account('ada'));
});

/** A browser with a session of this class, that has consented. */
async function sessionOf(who: Who): Promise<Browser> {
  const browser = world.browser();
  await arrive(world, browser, config, {}, who);
  return browser;
}

async function ask(browser: Browser, params: Record<string, string>): Promise<{ asked: Request; stop: Stop }> {
  const asked = await request(config, params);
  return { asked, stop: await browser.go(asked.url) };
}

const errorOf = (stop: Stop) => (stop.left ? stop.url.searchParams.get('error') : 'no error');
const essential = (acr: object) => JSON.stringify({ id_token: { acr: { essential: true, ...acr } } });

describe('acr_values: voluntary', () => {
  test('is asked for once when it can be reached, and may be declined', async () => {
    const browser = await sessionOf({ acr: ONE });
    const { asked, stop } = await ask(browser, { acr_values: TWO });
    expect(interactionAt(stop)).toMatchObject({
      prompt: 'step_up',
      reasons: ['acr_wished'],
      atLeast: TWO,
      optional: true,
    });
    const declined = await post(browser, stop, { result: {} });
    expect((await tokens(config, asked, declined)).claims()?.acr).toBe(ONE);
  });

  test('is not asked again after a step-up that brought less', async () => {
    world.accounts.all.set('ada', account('ada', { credentials: [PASSWORD, TOTP, PASSKEY] }));
    const browser = await sessionOf({ acr: ONE });
    const { asked, stop } = await ask(browser, { acr_values: 'phr' });
    const done = await signIn(browser, stop, { acr: TWO });
    expect((await tokens(config, asked, done)).claims()?.acr).toBe(TWO);
  });

  test('is not asked for when the account cannot reach it, nor when it is unknown', async () => {
    const browser = await sessionOf({ acr: TWO });
    for (const acr_values of ['phr', 'urn:mace:gold', 'urn:mace:gold phr']) {
      const { asked, stop } = await ask(browser, { acr_values });
      expect((await tokens(config, asked, stop)).claims()?.acr).toBe(TWO);
    }
  });

  test('never fails with prompt=none', async () => {
    const browser = await sessionOf({ acr: ONE });
    const { asked, stop } = await ask(browser, { acr_values: TWO, prompt: 'none' });
    expect((await tokens(config, asked, stop)).claims()?.acr).toBe(ONE);
  });

  test('the token tells the strongest value asked for that is met, also after a refresh', async () => {
    const { refreshTokenGrant } = await import('openid-client');
    const params = { acr_values: `${ONE} ${TWO_SMS} phr`, scope: 'openid offline_access', prompt: 'consent' };
    const got = await (await arrive(world, world.browser(), config, params, { acr: TWO })).tokens();
    expect(got.claims()?.acr).toBe(TWO_SMS);
    const again = await refreshTokenGrant(config, got.refresh_token ?? '');
    expect(again.claims()?.acr).toBe(TWO_SMS);
    expect(again.claims()?.amr).toEqual(['pwd', 'otp', 'mfa']);
  });
});

describe('what a session satisfies', () => {
  test.each([
    ['phr', TWO],
    ['phr', TWO_SMS],
    [TWO, TWO_SMS],
    [TWO, ONE],
    [TWO_SMS, ONE],
  ] as const)('%s satisfies %s', async (acr, wanted) => {
    const browser = await sessionOf({ acr });
    const { asked, stop } = await ask(browser, { claims: essential({ value: wanted }) });
    expect((await tokens(config, asked, stop)).claims()?.acr).toBe(wanted);
  });

  test('nothing asked for: the session own class', async () => {
    const browser = await sessionOf({ acr: TWO_SMS });
    const { asked, stop } = await ask(browser, {});
    expect((await tokens(config, asked, stop)).claims()?.acr).toBe(TWO_SMS);
  });
});

describe('essential acr', () => {
  test('is asked for until it is met', async () => {
    const browser = await sessionOf({ acr: ONE });
    const { asked, stop } = await ask(browser, { claims: essential({ values: [TWO, 'phr'] }) });
    expect(interactionAt(stop)).toMatchObject({
      prompt: 'step_up',
      reasons: ['acr_required'],
      atLeast: TWO,
      optional: false,
    });
    const again = await post(browser, stop, { result: {} });
    expect(interactionAt(again).prompt).toBe('step_up');
    const done = await signIn(browser, again, { acr: TWO });
    expect((await tokens(config, asked, done)).claims()?.acr).toBe(TWO);
  });

  test('acr_values do not overwrite it', async () => {
    const browser = await sessionOf({ acr: ONE });
    const { asked, stop } = await ask(browser, { claims: essential({ value: TWO }), acr_values: ONE });
    expect(interactionAt(stop)).toMatchObject({ prompt: 'step_up', atLeast: TWO, optional: false });
    const done = await signIn(browser, stop, { acr: TWO });
    expect((await tokens(config, asked, done)).claims()?.acr).toBe(TWO);
  });

  test('out of reach, or unknown, fails the request', async () => {
    const browser = await sessionOf({ acr: TWO });
    for (const value of ['phr', 'urn:mace:gold']) {
      const { stop } = await ask(browser, { claims: essential({ value }) });
      expect(errorOf(stop)).toBe('unmet_authentication_requirements');
    }
  });

  test('fails with prompt=none', async () => {
    const browser = await sessionOf({ acr: ONE });
    const { stop } = await ask(browser, { claims: essential({ value: TWO }), prompt: 'none' });
    expect(errorOf(stop)).toBe('unmet_authentication_requirements');
  });

  test('is met by what is given at the sign-in, or fails after it', async () => {
    const [can, cannot] = [world.browser(), world.browser()];
    const { asked, stop } = await ask(can, { claims: essential({ value: TWO }) });
    expect(interactionAt(stop)).toMatchObject({ prompt: 'login', atLeast: null });
    const consent = await signIn(can, stop, { acr: TWO });
    expect(interactionAt(consent).prompt).toBe('consent');
    const done = await post(can, consent, { act: 'consent' });
    expect((await tokens(config, asked, done)).claims()?.acr).toBe(TWO);
    const page = (await ask(cannot, { claims: essential({ value: 'phr' }) })).stop;
    expect(errorOf(await signIn(cannot, page, { acr: TWO }))).toBe('unmet_authentication_requirements');
  });

  test.each([
    '{"id_token":{"acr":{"essential":true,"values":"x"}}}',
    '{"id_token":{"acr":{"value":1}}}',
    '{"id_token":{"acr":7}}',
  ])('of a wrong shape is refused: %s', async (claims) => {
    const { stop } = await ask(world.browser(), { claims });
    expect(errorOf(stop)).toBe('invalid_request');
  });
});

describe('what client and organizations require', () => {
  test('a class that the client registered', async () => {
    world.clients.add('bank', SECRET, { redirect_uris: [CALLBACK], 'urn:regain:minimum_acr': TWO });
    const browser = await sessionOf({ acr: ONE });
    const stop = await browser.go((await request(await world.client('bank'))).url);
    expect(interactionAt(stop)).toMatchObject({ prompt: 'step_up', atLeast: TWO, optional: false });
  });

  test('default_acr_values of the client count as acr_values', async () => {
    world.clients.add('careful', SECRET, { redirect_uris: [CALLBACK], default_acr_values: [TWO] });
    const browser = await sessionOf({ acr: ONE });
    const stop = await browser.go((await request(await world.client('careful'))).url);
    expect(interactionAt(stop)).toMatchObject({ prompt: 'step_up', atLeast: TWO, optional: true });
  });

  test('the organization of the account, for every client', async () => {
    world.accounts.all.set('ada', account('ada', { policy: PRESETS.strict }));
    const browser = world.browser();
    const { stop } = await ask(browser, {});
    const stepUp = await signIn(browser, stop, { acr: ONE });
    expect(interactionAt(stepUp)).toMatchObject({ prompt: 'step_up', reasons: ['acr_required'], atLeast: TWO });
  });

  test('the organization of the client, for accounts of others too', async () => {
    world.accounts.policies.set(OTHER_ORGANIZATION, PRESETS.strict);
    const metadata = { redirect_uris: [CALLBACK] };
    world.clients.add('strict', SECRET, metadata, { organizationId: OTHER_ORGANIZATION, admitsOthers: true });
    const browser = await sessionOf({ acr: ONE });
    const stop = await browser.go((await request(await world.client('strict'))).url);
    expect(interactionAt(stop)).toMatchObject({ prompt: 'step_up', atLeast: TWO, optional: false });
  });
});

describe('time', () => {
  test('a step-up keeps the time of the oldest proof, so it does not satisfy max_age', async () => {
    const long = Date.now() - 500_000;
    const browser = await sessionOf({ acr: ONE, at: long });
    const stepUp = await ask(browser, { acr_values: TWO });
    const done = await signIn(browser, stepUp.stop, { acr: TWO, at: long });
    expect((await tokens(config, stepUp.asked, done)).claims()?.auth_time).toBe(Math.floor(long / 1000));
    const { stop } = await ask(browser, { max_age: '300' });
    expect(interactionAt(stop)).toMatchObject({ prompt: 'login', reasons: ['max_age'] });
    const fresh = await ask(browser, { max_age: '900' });
    expect((await tokens(config, fresh.asked, fresh.stop)).claims()?.auth_time).toBe(Math.floor(long / 1000));
  });

  test('max_age=0 and prompt=login ask for a sign-in', async () => {
    const browser = await sessionOf({ acr: TWO });
    for (const params of [{ max_age: '0' }, { prompt: 'login' }]) {
      expect(interactionAt((await ask(browser, params)).stop).prompt).toBe('login');
    }
  });
});

describe('a second factor that is owed (A17)', () => {
  const unbound = { boundToSecondFactor: false, credentials: [PASSWORD] };

  test('is asked for by every way, before consent and before an essential acr fails', async () => {
    world.accounts.all.set('ada', account('ada', unbound));
    const browser = world.browser();
    const first = await ask(browser, {});
    const owed = await signIn(browser, first.stop, { acr: ONE });
    expect(interactionAt(owed)).toMatchObject({ prompt: 're_register', reasons: ['second_factor_owed'] });
    const ways = [{}, { prompt: 'consent' }, { claims: essential({ value: TWO }) }, { acr_values: TWO }];
    for (const params of ways) expect(interactionAt((await ask(browser, params)).stop).prompt).toBe('re_register');
    expect(errorOf((await ask(browser, { prompt: 'none' })).stop)).toBe('interaction_required');
    expect(interactionAt(await post(browser, owed, { result: {} })).prompt).toBe('re_register');
  });

  test('once registered the way goes on: first to what is required, then to consent', async () => {
    world.accounts.all.set('ada', account('ada', unbound));
    const browser = world.browser();
    const { stop } = await ask(browser, { claims: essential({ value: TWO }) });
    const owed = await signIn(browser, stop, { acr: ONE });
    world.accounts.all.set('ada', account('ada'));
    const stepUp = await post(browser, owed, { result: {} });
    expect(interactionAt(stepUp)).toMatchObject({ prompt: 'step_up', atLeast: TWO });
    expect(interactionAt(await signIn(browser, stepUp, { acr: TWO })).prompt).toBe('consent');
  });

  test('an account that lost its factor is not let to register another here', async () => {
    world.accounts.all.set('ada', account('ada', { credentials: [PASSWORD] }));
    const browser = await sessionOf({ acr: ONE });
    expect((await ask(browser, {})).stop.left).toBe(true);
  });
});
