import * as oidc from 'openid-client';
import { beforeAll, expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { createClient } from '../../../src/flows/administration/create-client.ts';
import { signInAt } from '../account/console.ts';
import { CALLBACK, useWorld } from '../recovery/world.ts';

/** The provider's own pages on a started Regain, as people meet them: device flow (RFC 8628), form_post, select_account. */
const world = useWorld();

beforeAll(() => world().policy(PRESETS['password-sms']));

test.each([
  ['en', 'Connect a device', 'Sign in to Telly on a device?', 'Your device is connected'],
  ['fr', 'Connecter un appareil', 'Ouvrir Telly sur un appareil ?', 'Votre appareil est connecté'],
] as const)(
  'a device is connected in %s, after a warning, and by pressing buttons alone',
  async (locale, title, question, done) => {
    const made = await createClient(world().running.context.administration, {
      name: 'Telly',
      organizationId: 'default',
      redirectUris: [],
      postLogoutRedirectUris: [],
      grants: ['device_code', 'refresh_token'],
      kind: 'public',
      firstParty: true,
    });
    if (made.outcome !== 'created') throw new Error(made.outcome);
    const tv = await world().relyingParty(made.clientId, undefined);
    const asked = await oidc.initiateDeviceAuthorization(tv.config, { scope: 'openid' });

    const browser = world().browser({ language: locale });
    const person = await world().person({ locale });
    const page = await browser.open('/device');
    expect([page.status, page.heading]).toEqual([200, title]);
    const wrong = await browser.press(page, undefined, { user_code: 'BBBB' });
    expect([wrong.status, wrong.formWith().fields['user_code']]).toEqual([422, 'BBBB']);
    const confirm = await browser.press(wrong, undefined, { user_code: asked.user_code });
    expect(confirm.heading).toBe(question);
    expect(confirm.text).toContain(asked.user_code);
    const login = await browser.press(confirm);
    const connected = await signInAt(world(), browser, person, login);
    expect([connected.status, connected.heading]).toEqual([200, done]);
    const tokens = await oidc.pollDeviceAuthorizationGrant(tv.config, { ...asked, interval: 0 });
    expect(tokens.claims()?.sub).toBe(person.id);
  },
);

test('form_post: our page, in the language of the request, with a button for those without JavaScript', async () => {
  const app = await world().application('Poster');
  const person = await world().person();
  const browser = world().browser();
  const { page } = await app.open(browser, { response_mode: 'form_post', ui_locales: 'fr' });
  const consent = await signInAt(world(), browser, person, page);
  const done = await browser.press(consent);
  const form = done.formWith();
  expect([done.heading, form.action, Object.keys(form.fields)]).toEqual([
    'Retour vers Poster',
    CALLBACK,
    ['code', 'state', 'iss'],
  ]);
  expect(done.html).toMatch(/<script nonce="[^"]+">document\.getElementById\('form-post'\)\.submit\(\);<\/script>/);
});

test('select_account: as who one goes on, by our page; nothing is decided by opening it', async () => {
  const app = await world().application('Chooser', { firstParty: true });
  const person = await world().person();
  const browser = world().browser();
  await app.open(browser).then(({ page }) => signInAt(world(), browser, person, page));
  const ask = async () => (await app.open(browser, { prompt: 'select_account' })).page;
  const page = await ask();
  expect([page.status, page.heading]).toEqual([200, 'Choose an account']);
  expect((await browser.press(page, `Go on as ${person.username}`)).url.href).toContain(`${CALLBACK}?code=`);
  const other = await browser.press(await ask(), 'Use another account');
  expect(Object.keys(other.formWith().fields)).toContain('username');
  const somebody = await world().person();
  expect((await signInAt(world(), browser, somebody, other)).url.href).toContain(`${CALLBACK}?code=`);
});
