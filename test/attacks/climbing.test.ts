import { beforeEach, expect, test } from 'vitest';
import { PASSWORD, type Person } from '../support/people.ts';
import type { Browser } from '../web/recovery/browser.ts';
import { enrolShown, smsCode, typePassword, WORDS } from '../web/recovery/steps.ts';
import { type Application, useWorld } from '../web/recovery/world.ts';
import { toNextStep } from './support/clock.ts';
import { signIn, walkToChoice, walkToNewPassword, walkToRegister } from './support/walks.ts';

const DAY = 86_400_000;
const CHOOSE = '/lost-credentials/choose';
const NEW = 'a quiet harbour in spring';
const words = WORDS.en;
const world = useWorld();
beforeEach(() => toNextStep(world()));

/** What a fresh e-mail opens: the goals that are offered, and what comes of asking for `goal` all the same. */
async function offered(person: Person, goal: string): Promise<{ buttons: string[]; forced: string }> {
  world().later(15 * 60_000);
  const browser = world().browser();
  const page = await walkToChoice(world(), browser, person);
  const forced = await browser.post(CHOOSE, { _csrf: page.csrf, goal });
  return { buttons: page.buttons.filter((text) => text !== ''), forced: forced.path };
}

async function newFactor(person: Person): Promise<string> {
  const browser = world().browser();
  return (await enrolShown(browser, await walkToRegister(world(), browser, person))).secret;
}

async function newPassword(person: Person): Promise<void> {
  const browser = world().browser();
  const page = await walkToNewPassword(world(), browser, person);
  await browser.press(page, words.setPassword, { password: NEW });
}

async function application(): Promise<Application> {
  return world().application('Notes');
}

test('A35 a second factor that a recovery set resets no password, until it has signed in beside the password', async () => {
  const person = await world().person();
  const secret = await newFactor(person);
  const closed = await offered(person, 'reset-password');
  expect(closed.buttons).toEqual([words.factor]);
  expect(closed.forced).toBe(CHOOSE);
  // Six days and more change nothing.
  world().later(6 * DAY);
  expect((await offered(person, 'reset-password')).forced).toBe(CHOOSE);
  await signIn(world(), await application(), world().browser(), person, { secret });
  const open = await offered(person, 'reset-password');
  expect(open.buttons).toContain(words.password);
  expect(open.forced).toBe('/lost-credentials/second-factor');
});

test('A35 … or is seven days old', async () => {
  const person = await world().person();
  await newFactor(person);
  world().later(7 * DAY - 16 * 60_000);
  expect((await offered(person, 'reset-password')).forced).toBe(CHOOSE);
  world().later(60_000);
  expect((await offered(person, 'reset-password')).forced).toBe('/lost-credentials/second-factor');
});

test('A35 a password that a recovery set resets no second factor, until it has signed in beside one', async () => {
  const person = await world().person();
  await newPassword(person);
  const closed = await offered(person, 'reset-second-factor');
  expect(closed.buttons).toEqual([words.password]);
  expect(closed.forced).toBe(CHOOSE);
  // The password alone is half a sign-in: it settles nothing.
  const half = world().browser();
  const page = await typePassword(half, (await (await application()).open(half)).page, person, NEW);
  expect(page.heading).toBe('Second factor');
  expect((await offered(person, 'reset-second-factor')).forced).toBe(CHOOSE);
  await signIn(world(), await application(), world().browser(), person, { password: NEW });
  expect((await offered(person, 'reset-second-factor')).forced).toBe('/lost-credentials/password');
});

test('A35 … or is seven days old, too', async () => {
  const person = await world().person();
  await newPassword(person);
  expect((await offered(person, 'reset-second-factor')).forced).toBe(CHOOSE);
  world().later(7 * DAY);
  expect((await offered(person, 'reset-second-factor')).forced).toBe('/lost-credentials/password');
});

test('A35 one set of proofs reaches one goal: choosing another one asks for everything anew', async () => {
  const person = await world().person();
  const browser = world().browser();
  const registering = await walkToRegister(world(), browser, person);
  const csrf = registering.csrf;
  const choose = (goal: string) => browser.post(CHOOSE, { _csrf: csrf, goal });

  expect((await choose('reset-password')).path).toBe('/lost-credentials/second-factor');
  await nothingPosted(browser, csrf, person);
  // And back: password and phone are to be proven again, and the secret is another one.
  const again = await choose('reset-second-factor');
  expect(again.path).toBe('/lost-credentials/password');
  await nothingPosted(browser, csrf, person);
  const page = await browser.press(again, words.signIn, { password: PASSWORD });
  expect(page.path).toBe('/lost-credentials/sms');
  const shown = await browser.press(page, words.continue, { code: await smsCode(world(), person) });
  expect(shown.totpSecret).not.toBe(registering.totpSecret);

  // Finished, it reaches nothing else.
  const done = await enrolShown(browser, shown);
  expect(done.page.heading).toBe(words.replaced);
  for (const goal of ['reset-password', 'reset-second-factor', 'reset-both'])
    expect((await browser.post(CHOOSE, { _csrf: csrf, goal })).path).toBe('/lost-credentials/done');
  await nothingPosted(browser, csrf, person);
});

/** The forms at the end of either goal do nothing now: password and factor are those that sign in. */
async function nothingPosted(browser: Browser, csrf: string, person: Person): Promise<void> {
  const before = (await world().ports.store.accounts.load(person.id))?.credentials;
  await browser.post('/lost-credentials/new-password', { _csrf: csrf, password: NEW });
  await browser.post('/lost-credentials/new-factor/totp', { _csrf: csrf, code: person.code() });
  const after = (await world().ports.store.accounts.load(person.id))?.credentials;
  expect(after?.map(({ id, state }) => [id, state])).toEqual(before?.map(({ id, state }) => [id, state]));
}
