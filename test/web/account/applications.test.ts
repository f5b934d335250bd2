import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Locale } from '../../../src/domain/message.ts';
import { type Receiver, startReceiver } from '../../attacks/support/receiver.ts';
import { PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import { allow } from '../recovery/steps.ts';
import { type Application, useWorld } from '../recovery/world.ts';

const world = useWorld();
const LIST = '/account/applications';
const OFFLINE = { scope: 'openid email offline_access', prompt: 'consent' };
const HOUR = 3_600_000;

let receiver: Receiver;
let atlas: Application;
let bora: Application;
beforeAll(async () => {
  receiver = await startReceiver();
  atlas = await world().application('Atlas <1>', { backchannelLogoutUri: receiver.url });
  bora = await world().application('Bora');
});
afterAll(() => receiver.close());

/** Signs in to an application, and consents. */
async function signedIn(application: Application, browser: Browser, person: Person, locale: Locale = 'en') {
  const asked = await application.open(browser, OFFLINE);
  const second = await browser.press(asked.page, undefined, { username: person.username, password: PASSWORD });
  return asked.tokens(await allow(browser, await browser.press(second, undefined, { code: person.code() }), locale));
}

/** The same with a session at hand. */
async function consented(application: Application, browser: Browser, params: Record<string, string>) {
  const asked = await application.open(browser, params);
  return asked.tokens(await allow(browser, asked.page));
}

const tokenWorks = async (application: Application, token: string) =>
  (await oidc.tokenIntrospection(application.config, token)).active;

it('lists what has access, what it may see, since when and when it was used last; says so where there is none', async () => {
  const person = await world().person();
  const [browser, other] = [world().browser(), world().browser()];
  await signedIn(atlas, browser, person);
  world().later(2 * HOUR);
  await consented(bora, browser, { scope: 'openid', claims: '{"userinfo":{"phone_number":null}}' });
  const page = await browser.open(LIST);
  expect([page.status, page.heading]).toEqual([200, 'Applications']);
  expect(page.text).toContain(
    'Atlas <1> It can recognise you when you come back, see your e-mail address, and keep this access while you are away. ' +
      'Access given 2 hours ago Last used 2 hours ago',
  );
  expect(page.text).toContain(
    'Bora It can recognise you when you come back and see “phone_number”. Access given just now Last used just now',
  );
  expect(page.text.indexOf('Bora')).toBeLessThan(page.text.indexOf('Atlas'));
  expect(page.html).not.toContain('<1>');

  const nobody = await world().person();
  const asked = await other.open(LIST);
  const second = await other.press(asked, undefined, { username: nobody.username, password: PASSWORD });
  const empty = await other.press(second, undefined, { code: nobody.code() });
  expect([empty.path, empty.heading]).toEqual([LIST, 'Applications']);
  expect(empty.text).toContain('No application has access to your account.');
});

it('takes access away after saying what happens, at once and in every browser, and asks anew', async () => {
  const person = await world().person();
  const [home, phone] = [world().browser(), world().browser()];
  const tokens = await signedIn(atlas, home, person);
  const others = await consented(bora, home, OFFLINE);
  world().later(60_000);
  const elsewhere = await signedIn(atlas, phone, person);
  const before = receiver.heard.length;

  const list = await home.open(LIST);
  const links = list.links.filter(({ text }) => text === 'Remove access').map(({ href }) => href);
  expect(links).toHaveLength(2);
  const pages = await Promise.all(links.map((href) => home.open(href)));
  const page = pages.find(({ heading }) => heading === 'Remove the access of Atlas <1>?');
  if (!page) throw new Error(pages.map(({ heading }) => heading).join());
  expect(page.text).toContain('Atlas <1> sees nothing more of your account');
  expect(page.text).toContain('If you use Atlas <1> again, you will be asked first.');
  expect(page.link('Keep the access')).toBe(LIST);
  // Reading it has changed nothing.
  expect(await tokenWorks(atlas, tokens.access_token)).toBe(true);

  const done = await home.press(page, 'Remove access');
  expect([done.path, done.status]).toEqual([LIST, 200]);
  expect(done.html).toContain('Atlas &lt;1&gt; no longer has access to your account.');
  expect(done.text).toContain('Bora');
  expect(done.links.filter(({ text }) => text === 'Remove access')).toHaveLength(1);
  for (const got of [tokens, elsewhere]) {
    expect(await tokenWorks(atlas, got.access_token)).toBe(false);
    await expect(oidc.refreshTokenGrant(atlas.config, got.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  }
  expect(await tokenWorks(bora, others.access_token)).toBe(true);
  await expect.poll(() => receiver.heard.length).toBe(before + 2);

  // Signed in here as before; asked again there; the second press finds nothing to do.
  const again = await atlas.open(phone, { scope: 'openid' });
  expect(again.page.heading).toBe('Atlas <1> asks for access to your account');
  expect((await home.press(page, 'Remove access')).path).toBe(LIST);
  expect((await home.open(page.path)).path).toBe(LIST);
  expect((await home.open('/account')).heading).toBe('Your account');
});

it('of somebody else, or without a session, takes nothing away', async () => {
  const [person, thief] = [await world().person(), await world().person()];
  const [home, away, stranger] = [world().browser(), world().browser(), world().browser()];
  const tokens = await signedIn(atlas, home, person);
  const href = (await home.open(LIST)).link('Remove access');
  await signedIn(bora, away, thief);
  const page = await away.open((await away.open(LIST)).link('Remove access'));
  expect((await away.post(href, { _csrf: page.csrf })).path).toBe(LIST);
  expect((await stranger.post(href, {})).status).toBe(400);
  expect((await stranger.open(href)).path).toMatch(/^\/sign-in\//);
  expect(await tokenWorks(atlas, tokens.access_token)).toBe(true);
});

it('is in French for those who read French', async () => {
  const person = await world().person({ locale: 'fr' });
  const browser = world().browser({ language: 'fr' });
  await signedIn(atlas, browser, person, 'fr');
  const list = await browser.open(LIST);
  expect([list.lang, list.heading]).toEqual(['fr', 'Applications']);
  expect(list.text).toContain(
    "Atlas <1> Elle peut vous reconnaître à votre retour, voir votre adresse e-mail et conserver cet accès en votre absence. Accès donné à l'instant Dernière utilisation à l'instant",
  );
  const page = await browser.open(list.link("Retirer l'accès"));
  expect(page.heading).toBe("Retirer l'accès donné à Atlas <1> ?");
  expect(page.text).toContain("Si vous revenez à Atlas <1>, votre accord vous sera d'abord demandé.");
  const done = await browser.press(page, "Retirer l'accès");
  expect(done.html).toContain('Atlas &lt;1&gt; n’a plus accès à votre compte.');
  expect(done.text).toContain("Aucune application n'a accès à votre compte.");
});

it('an application that was not asked for says so, and that it gets its access back', async () => {
  const person = await world().person();
  const browser = world().browser();
  const tokens = await signedIn(bora, browser, person);
  const { applications } = world().ports.store;
  const house = { scopes: ['openid', 'profile'], claims: [], consented: false };
  await applications.remember(person.id, 'https://gone.example/app', house, Date.now());
  await applications.remove(person.id, bora.config.clientMetadata().client_id);
  expect(await tokenWorks(bora, tokens.access_token)).toBe(false);
  const list = await browser.open(LIST);
  expect(list.text).toContain('https://gone.example/app It can recognise you when you come back and see your name');
  expect(list.text).toContain('It belongs to your organization, so you were not asked.');
  const page = await browser.open(list.link('Remove access'));
  expect(page.text).toContain('it gets access again without asking');
  expect((await browser.press(page, 'Remove access')).text).toContain('No application has access to your account.');
});
