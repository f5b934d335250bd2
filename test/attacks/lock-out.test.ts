import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import type { Person } from '../support/people.ts';
import type { Browser } from '../web/recovery/browser.ts';
import { enrolShown, otherThan, typePassword, WORDS } from '../web/recovery/steps.ts';
import { type Application, CALLBACK, useWorld } from '../web/recovery/world.ts';
import { postOnly, strangers } from './support/browsers.ts';
import { clockStopped, toNextStep } from './support/clock.ts';
import { rows } from './support/rows.ts';
import { signIn, walkToNewPassword, walkToRegister } from './support/walks.ts';

const DISABLED = 'A way to sign in was switched off';
const NEW_PASSWORD = 'a quiet harbour in spring';
const words = WORDS.en;
const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});

/** Wrong passwords from many places at once. */
async function guessPassword(person: Person, count: number): Promise<number[]> {
  const doors = await Promise.all(
    strangers(world(), count).map(async (browser) => ({ browser, page: (await app.open(browser)).page })),
  );
  const fields = { username: person.username, password: 'a guess at it' };
  const answers = await Promise.all(doors.map(({ browser, page }) => postOnly(browser, page, page.path, fields)));
  return answers.map(({ status }) => status).toSorted((a, b) => a - b);
}

/** Wrong codes, by somebody who knows the password. */
async function guessCode(person: Person, count: number): Promise<number[]> {
  const [browser] = strangers(world(), 1);
  if (!browser) throw new Error('no browser');
  const page = await typePassword(browser, (await app.open(browser)).page, person);
  const wrong = { code: otherThan(person.code()) };
  const answers = Array.from({ length: count }, () => postOnly(browser, page, `${page.path}/totp`, wrong));
  return (await Promise.all(answers)).map(({ status }) => status).toSorted((a, b) => a - b);
}

const held = async (person: Person, kind: 'password' | 'totp') =>
  (await world().ports.store.accounts.load(person.id))?.credentials.find((one) => one.kind === kind);

/** As if so many guesses had been made over the days. */
async function failuresSoFar(person: Person, kind: 'password' | 'totp', failures: number): Promise<void> {
  await rows(
    world(),
    sql`update credentials set failures = ${failures} where account_id = ${person.id} and kind = ${kind}`,
  );
}

async function owner(): Promise<{ person: Person; browser: Browser }> {
  toNextStep(world());
  const person = await world().person();
  const browser = world().browser();
  await signIn(world(), app, browser, person);
  return { person, browser };
}

test('A26 guesses at the password slow strangers, not the owner in a browser of their own, nor a recovery', async () => {
  const { person, browser } = await owner();
  await clockStopped(async () => {
    expect(await guessPassword(person, 12)).toEqual([...Array(5).fill(422), ...Array(7).fill(429)]);
    // A browser that the account does not know waits like any other, and is told until when.
    const stranger = world().browser();
    const slowed = await typePassword(stranger, (await app.open(stranger)).page, person);
    expect([slowed.status, slowed.alert]).toEqual([429, expect.stringMatching(/in (30|2\d) seconds/)]);
    const page = await typePassword(browser, (await app.open(browser, { prompt: 'login' })).page, person);
    expect(page.heading).toBe('Second factor');
  });
  // Known here, by mailbox, password and phone: the password's own wait is the strangers'.
  const fresh = world().browser();
  const { page, secret } = await enrolShown(fresh, await walkToRegister(world(), fresh, person));
  expect(page.heading).toBe(words.replaced);
  const back = await signIn(world(), app, fresh, person, { secret });
  expect(back.page.url.href).toContain(CALLBACK);
});

test('A26 guesses at the app by somebody who knows the password: the owner’s browser and a password reset go on', async () => {
  const { person, browser } = await owner();
  await guessCode(person, 12);
  const done = await signIn(world(), app, browser, person, { params: { prompt: 'login' } });
  expect(done.page.url.href).toContain(CALLBACK);
  await guessCode(person, 12);
  const fresh = world().browser();
  const page = await walkToNewPassword(world(), fresh, person);
  expect((await fresh.press(page, words.setPassword, { password: NEW_PASSWORD })).heading).toBe(words.reset);
});

test('A26 at a hundred failures in a row the password is disabled, the owner told, and bound anew by a recovery', async () => {
  const { person, browser } = await owner();
  await failuresSoFar(person, 'password', 98);
  expect(await guessPassword(person, 1)).toEqual([422]);
  expect(await held(person, 'password')).toMatchObject({ state: 'active', failures: 99 });
  expect(await guessPassword(person, 1)).toEqual([422]);
  expect((await held(person, 'password'))?.state).toBe('disabled');
  const told = await world().mail(person.email, DISABLED);
  expect(told.text).not.toContain('/not-me/');
  await world().sms(person.phone, /switched off/);

  // The right one opens nothing now, and that is not told apart from a wrong one.
  const refused = await typePassword(browser, (await app.open(browser, { prompt: 'login' })).page, person);
  const wrong = await typePassword(browser, (await app.open(browser, { prompt: 'login' })).page, person, 'wrong');
  expect([refused.status, refused.alert]).toEqual([wrong.status, wrong.alert]);
  // Asked for again, it is not disabled twice.
  expect(
    world().mails.filter(({ recipients, subject }) => recipients.includes(person.email) && subject.includes(DISABLED)),
  ).toHaveLength(1);

  const fresh = world().browser();
  const page = await walkToNewPassword(world(), fresh, person);
  await fresh.press(page, words.setPassword, { password: NEW_PASSWORD });
  const back = await signIn(world(), app, world().browser(), person, { password: NEW_PASSWORD });
  expect(back.page.url.href).toContain(CALLBACK);
});

test('A26 the same for the authenticator app; what else there is stays', async () => {
  const { person } = await owner();
  await failuresSoFar(person, 'totp', 98);
  await guessCode(person, 2);
  expect((await held(person, 'totp'))?.state).toBe('disabled');
  expect((await held(person, 'password'))?.state).toBe('active');
  await world().mail(person.email, DISABLED);
  const fresh = world().browser();
  const { secret } = await enrolShown(fresh, await walkToRegister(world(), fresh, person));
  const back = await signIn(world(), app, fresh, person, { secret });
  expect(back.page.url.href).toContain(CALLBACK);
});

test('A26 an owner who signs in now and then is never a hundred failures away', async () => {
  const { person, browser } = await owner();
  await failuresSoFar(person, 'password', 99);
  await failuresSoFar(person, 'totp', 99);
  await signIn(world(), app, browser, person, { params: { prompt: 'login' } });
  await guessPassword(person, 1);
  await guessCode(person, 1);
  expect(await held(person, 'password')).toMatchObject({ state: 'active', failures: 0 });
  expect(await held(person, 'totp')).toMatchObject({ state: 'active', failures: 1 });
});
