import { beforeAll, beforeEach, expect, test } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import type { Person } from '../support/people.ts';
import type { Browser } from '../web/recovery/browser.ts';
import type { PageOf } from '../web/recovery/page.ts';
import { allow, enrolShown, typePassword, WORDS, walkToNewFactor } from '../web/recovery/steps.ts';
import { type Application, CALLBACK, useWorld } from '../web/recovery/world.ts';
import { signIn } from './support/walks.ts';

const SIGN_IN = 'Sign in to your account';
const SECOND_FACTOR = 'Second factor';
const REGISTER = 'Register a new second factor';
const REQUIRED = PRESETS['password-sms'];
const NOT_REQUIRED = { ...REQUIRED, secondFactor: { ...REQUIRED.secondFactor, required: false } };
const words = WORDS.en;

const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});
beforeEach(() => world().policy(REQUIRED));

const uidOf = (page: PageOf) => page.path.split('/')[2] ?? '';
const factorsOf = async ({ id }: Person) =>
  (await world().ports.store.accounts.load(id))?.credentials.filter(({ kind }) => kind !== 'password') ?? [];

/** Puts a cookie into a browser, as somebody who can write cookies for this host would. */
function plant(browser: Browser, name: string, value: string, path = '/'): void {
  browser.jar.set(`${name} ${path}`, { name, value, path, expires: Number.POSITIVE_INFINITY });
}

/** All that the attacker's browser holds, in the victim's. */
function plantAll(from: Browser, into: Browser): void {
  for (const [key, cookie] of from.jar) into.jar.set(key, cookie);
}

/** Who this browser is signed in as, by the page about the account. */
async function signedInAs(browser: Browser, person: Person): Promise<boolean> {
  const page = await browser.copy().open('/account');
  expect([SIGN_IN, 'Your account']).toContain(page.heading);
  return page.text.includes(person.username);
}

test('A18 the session has a new identifier after a sign-in, a step-up and a recovery; the one before is nothing', async () => {
  const person = await world().person({ passkey: true });
  const browser = world().browser();
  plant(browser, 'regain_session', 'p'.repeat(43));
  const planted = browser.copy();
  await signIn(world(), app, browser, person);
  expect(await signedInAs(browser, person)).toBe(true);
  expect(await signedInAs(planted, person)).toBe(false);

  const before = browser.copy();
  await signIn(world(), app, browser, person, { params: { prompt: 'login' } });
  expect(browser.cookie('regain_session')).not.toBe(before.cookie('regain_session'));
  expect(await signedInAs(browser, person)).toBe(true);
  expect(await signedInAs(before, person)).toBe(false);

  const stale = browser.copy();
  const asked = await app.open(browser, { acr_values: 'phr' });
  expect(asked.page.heading).toBe(SECOND_FACTOR);
  await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
  const done = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
  await allow(browser, await browser.open(done.page.link('Continue to Notes')));
  expect(browser.cookie('regain_session')).not.toBe(stale.cookie('regain_session'));
  expect(await signedInAs(browser, person)).toBe(true);
  expect(await signedInAs(stale, person)).toBe(false);
});

test('A18 a sign-in that an attacker began and planted: he does not walk along once the password is given', async () => {
  const person = await world().person({ totp: false });
  const attacker = world().browser();
  const { page: begun } = await app.open(attacker);
  const victim = world().browser();
  plantAll(attacker, victim);
  // He was on the page of it, too.
  expect((await attacker.open(begun.path)).heading).toBe(SIGN_IN);
  const own = await victim.open(begun.path);
  const registering = await typePassword(victim, own, person);
  expect(registering.heading).toBe(REGISTER);

  const seen = await attacker.open(begun.path);
  expect([seen.heading, seen.totpSecret]).toEqual([SIGN_IN, '']);
  const code = { _csrf: begun.csrf, code: '123456' };
  expect((await attacker.post(`${begun.path}/new-factor/totp`, code)).heading).toBe(SIGN_IN);
  const arrived = await allow(victim, (await enrolShown(victim, registering)).page);
  expect(arrived.url.href).toContain(CALLBACK);
  expect(await factorsOf(person)).toHaveLength(1);
  expect(await signedInAs(victim, person)).toBe(true);
  expect(await signedInAs(attacker, person)).toBe(false);
});

/** A browser of somebody who knows the address of a sign-in page and nothing else, and makes the cookies of it up. */
function knowing(uid: string): Browser {
  const thief = world().browser();
  plant(thief, 'regain_interaction', uid, `/sign-in/${uid}`);
  plant(thief, 'regain_resume', uid, `/auth/${uid}`);
  plant(thief, 'regain_held', uid);
  return thief;
}

test('A18 the address of a sign-in page takes up no sign-in that a recovery left waiting', async () => {
  const person = await world().person();
  const browser = world().browser();
  const asked = await app.open(browser);
  await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
  const done = await enrolShown(browser, await walkToNewFactor(world(), browser, person));

  const thief = knowing(uidOf(asked.page));
  await thief.open(`/auth/${uidOf(asked.page)}`);
  await thief.open(asked.page.path);
  expect(await signedInAs(thief, person)).toBe(false);
  const back = await allow(browser, await browser.open(done.page.link('Continue to Notes')));
  expect((await asked.tokens(back)).claims()?.sub).toBe(person.id);
});

test('A18 the address of a sign-in page registers no factor that is owed, and raises no session', async () => {
  await world().policy(NOT_REQUIRED);
  const person = await world().person({ totp: false });
  const browser = world().browser();
  await allow(browser, await typePassword(browser, (await app.open(browser)).page, person));
  await world().policy(REQUIRED);
  const { page } = await app.open(browser);
  expect(page.heading).toBe(REGISTER);

  const thief = knowing(uidOf(page));
  for (const path of [page.path, `/sign-in/${uidOf(page)}`, `/sign-in/${uidOf(page)}/new-factor`])
    expect((await thief.open(path)).totpSecret).toBe('');
  expect(await signedInAs(thief, person)).toBe(false);
  expect(await factorsOf(person)).toEqual([]);
  expect((await browser.open(page.path)).totpSecret).not.toBe('');
});

test('A18 cookies of one sign-in are nothing in another one', async () => {
  const person = await world().person();
  const [one, other] = [world().browser(), world().browser()];
  const [mine, theirs] = [(await app.open(one)).page, (await app.open(other)).page];
  await typePassword(other, theirs, person);
  const [from, to] = [`/sign-in/${uidOf(mine)}`, `/sign-in/${uidOf(theirs)}`];
  for (const name of ['regain_sign_in', 'regain_interaction', 'regain_interaction.sig'])
    plant(one, name, one.jar.get(`${name} ${from}`)?.value ?? '', to);
  expect((await one.open(to)).status).toBe(410);
  expect((await other.open(to)).heading).toBe(SECOND_FACTOR);
});
