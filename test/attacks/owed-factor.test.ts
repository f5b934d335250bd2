import * as oidc from 'openid-client';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import type { Person } from '../support/people.ts';
import { ISSUER } from '../support/ports.ts';
import type { Browser } from '../web/recovery/browser.ts';
import { allow, enrolShown, typePassword, WORDS } from '../web/recovery/steps.ts';
import { type Application, CALLBACK, useWorld } from '../web/recovery/world.ts';

const REGISTER = 'Register a new second factor';
const SIGN_IN = 'Sign in to your account';
const REQUIRED = PRESETS['password-sms'];
const NOT_REQUIRED = { ...REQUIRED, secondFactor: { ...REQUIRED.secondFactor, required: false } };

const world = useWorld();
let notes: Application;
let photos: Application;
beforeAll(async () => {
  [notes, photos] = [await world().application('Notes'), await world().application('Photos')];
});
beforeEach(() => world().policy(REQUIRED));

const factors = async ({ id }: Person) =>
  (await world().ports.store.accounts.load(id))?.credentials.filter(({ kind }) => kind !== 'password').length;

/** What a silent request comes back with. */
async function silently(application: Application, browser: Browser): Promise<string | null> {
  const { page } = await application.open(browser, { prompt: 'none' });
  expect(page.url.href).toContain(CALLBACK);
  return page.url.searchParams.get('code') ? 'a code' : page.url.searchParams.get('error');
}

/** Every form of an interaction, with what an attacker would write into it. */
async function pressEverything(browser: Browser, uid: string, csrf: string): Promise<void> {
  const forms = ['', '/totp', '/sms', '/method', '/passkey', '/continue', '/decline', '/consent'];
  for (const below of forms) {
    const fields = { username: 'x', password: 'y', code: '123456', method: 'totp', response: '{}', decision: 'allow' };
    const page = await browser.post(`/sign-in/${uid}${below}`, { _csrf: csrf, ...fields });
    expect([below, page.url.origin]).toEqual([below, ISSUER]);
  }
}

test('A17 a first sign-in that owes a factor opens no session before it is registered, by whatever way', async () => {
  const person = await world().person({ totp: false });
  const browser = world().browser();
  const asked = await notes.open(browser);
  const page = await typePassword(browser, asked.page, person);
  expect(page.heading).toBe(REGISTER);
  const uid = page.path.split('/')[2] ?? '';

  // Another application, in this tab or a second one; silently; our own console; the end of the request, by its address.
  expect((await photos.open(browser)).page.heading).toBe(SIGN_IN);
  expect((await notes.open(browser, { prompt: 'consent' })).page.heading).toBe(SIGN_IN);
  expect(await silently(photos, browser)).toBe('login_required');
  expect((await browser.open('/account')).heading).toBe(SIGN_IN);
  await pressEverything(browser, uid, page.csrf);
  const resumed = await browser.open(`/auth/${uid}`);
  expect(resumed.heading).toBe(SIGN_IN);
  expect(await silently(notes, browser)).toBe('login_required');
  expect(await factors(person)).toBe(0);

  const registering = await typePassword(browser, resumed, person);
  expect(registering.heading).toBe(REGISTER);
  const arrived = await allow(browser, (await enrolShown(browser, registering)).page);
  expect((await asked.tokens(arrived)).claims()?.sub).toBe(person.id);
  expect(await factors(person)).toBe(1);
});

test('A17 a session that owes one, since the policy asks for it, meets it at every request', async () => {
  await world().policy(NOT_REQUIRED);
  const person = await world().person({ totp: false });
  const browser = world().browser();
  const first = await notes.open(browser);
  const arrived = await allow(browser, await typePassword(browser, first.page, person));
  const before = await first.tokens(arrived);
  expect(before.claims()?.acr).toBe('urn:regain:acr:1');
  await allow(browser, (await photos.open(browser)).page);
  expect(await silently(notes, browser)).toBe('a code');

  // Somebody who knew the password, too.
  const thief = world().browser();
  await allow(thief, await typePassword(thief, (await notes.open(thief)).page, person));
  expect(await silently(notes, thief)).toBe('a code');

  await world().policy(REQUIRED);
  const requests = [
    { prompt: 'consent' },
    { max_age: '100000' },
    { acr_values: 'urn:regain:acr:1' },
    { acr_values: 'urn:regain:acr:2' },
    { login_hint: person.username },
    { claims: '{"id_token":{"acr":{"essential":true,"value":"urn:regain:acr:1"}}}' },
  ];
  for (const application of [notes, photos]) {
    expect((await application.open(browser)).page.heading).toBe(REGISTER);
    expect(['login_required', 'interaction_required']).toContain(await silently(application, browser));
    for (const params of requests) {
      const { page } = await application.open(browser, params);
      expect([params, page.heading]).toEqual([params, REGISTER]);
    }
  }

  // Two tabs: nothing in one finishes the other, or itself.
  const [one, other] = [await notes.open(browser), await photos.open(browser)];
  for (const { page } of [one, other]) {
    const uid = page.path.split('/')[2] ?? '';
    await pressEverything(browser, uid, page.csrf);
    expect((await browser.open(`/auth/${uid}`)).heading).toBe(REGISTER);
  }
  expect(await factors(person)).toBe(0);

  // Registered in one, it is owed nowhere any more.
  const { page: back } = await enrolShown(browser, await browser.open(one.page.path));
  expect((await one.tokens(await allow(browser, back))).claims()?.sub).toBe(person.id);
  // What was granted in the old sessions ended with them (A19): this browser is signed in anew, with what was consented to before; the
  // other one is out.
  expect(await oidc.tokenIntrospection(notes.config, before.access_token)).toEqual({ active: false });
  expect(await silently(photos, browser)).toBe('a code');
  expect(await silently(notes, thief)).toBe('login_required');
});

test('A17 an account that ever held a factor is never offered a first one on the password alone', async () => {
  const person = await world().person();
  const { store } = world().ports;
  const app = (await store.accounts.load(person.id))?.credentials.find(({ kind }) => kind === 'totp');
  // As if it had been removed, by whatever way.
  await store.credentials.remove(person.id, [app?.id ?? ''], Date.now() + 1_000);
  expect(await factors(person)).toBe(0);
  const browser = world().browser();
  const page = await typePassword(browser, (await notes.open(browser)).page, person);
  expect([page.status, page.heading]).not.toContain(REGISTER);
  const uid = page.path.split('/')[2] ?? '';
  expect((await browser.open(`/sign-in/${uid}/new-factor`)).heading).not.toBe(REGISTER);
  await pressEverything(browser, uid, page.csrf);
  await browser.post(`/sign-in/${uid}/new-factor/totp`, { _csrf: page.csrf, code: '123456' });
  expect(await factors(person)).toBe(0);
  expect(await silently(notes, browser)).toBe('login_required');
  expect(WORDS.en.lost).toBe(page.links.find(({ href }) => href.endsWith('/lost-credentials'))?.text);
});
