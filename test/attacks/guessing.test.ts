import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { codeOf, PASSWORD, type Person } from '../support/people.ts';
import { ask, letterTo, otherThan, smsCode, typePassword, WORDS } from '../web/recovery/steps.ts';
import { type Application, useWorld } from '../web/recovery/world.ts';
import { type Door, postOnly, strangers, volley } from './support/browsers.ts';
import { clockStopped } from './support/clock.ts';
import { audited, rows } from './support/rows.ts';

const BROWSERS = 50;
const EACH = 4;
/** Guesses that are compared before the first wait (domain/back-off). */
const FREE = 5;
const SMS = '/lost-credentials/sms';
const words = WORDS.en;

const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});

/** What a door answers to a volley, when no more than the free guesses were compared. */
const SLOWED = { 422: FREE, 429: BROWSERS * EACH - FREE };
const guesses = (taken: readonly string[]) => (n: number) => {
  const code = String((n * 7919 + 100_003) % 1_000_000).padStart(6, '0');
  return { code: taken.includes(code) ? otherThan(code) : code };
};
const atAllDoors = (open: (browser: Door['browser']) => Promise<Door>) =>
  Promise.all(strangers(world(), BROWSERS).map(open));
/** Not all at once: the right password is counted before it is compared, too. */
async function oneAfterTheOther(open: (browser: Door['browser']) => Promise<Door>): Promise<Door[]> {
  const doors: Door[] = [];
  for (const browser of strangers(world(), BROWSERS)) doors.push(await open(browser));
  return doors;
}

async function signInPage(browser: Door['browser']): Promise<Door> {
  const { page } = await app.open(browser);
  return { browser, page, path: page.path };
}

/** By an e-mailed link and the password. */
async function smsPage(browser: Door['browser'], link: string): Promise<Door> {
  const page = await browser.press(await browser.open(link), words.factor);
  return { browser, page: await browser.press(page, words.signIn, { password: PASSWORD }), path: SMS };
}

async function failuresOf({ id }: Person, kind: 'password' | 'totp'): Promise<number | undefined> {
  const account = await world().ports.store.accounts.load(id);
  return account?.credentials.find((held) => held.kind === kind)?.failures;
}

/** Wrong entries that one-time codes of a purpose have borne, decoys included. */
async function triesOf(purpose: 'recovery-link' | 'sms'): Promise<{ all: number; most: number }> {
  const [found] = await rows(
    world(),
    sql<{ all: string; most: number }>`
      select coalesce(sum(tries), 0) as all, coalesce(max(tries), 0) as most from one_time_codes where purpose = ${purpose}`,
  );
  return { all: Number(found?.all), most: found?.most ?? -1 };
}

/** A browser that was never here, after the limit: still refused, with what is right too; one more guess once the wait is over. */
async function stillShut(open: () => Promise<Door>, right: Record<string, string>, wrong: Record<string, string>) {
  const fresh = async (fields: Record<string, string>) => {
    const { browser, page, path } = await open();
    return (await postOnly(browser, page, path, fields)).status;
  };
  const refused = await clockStopped(async () => [await fresh(right), await fresh(wrong)]);
  world().later(31_000);
  return [...refused, ...(await clockStopped(async () => [await fresh(wrong), await fresh(wrong)]))];
}

test('A12 A13 the password: parallel guesses, fresh cookies', async () => {
  const person = await world().person();
  const doors = await atAllDoors(signInPage);
  const answers = await clockStopped(() =>
    volley(doors, EACH, (n) => ({ username: n % 2 ? person.username : person.email, password: `guess number ${n}` })),
  );
  // Each of the two names is slowed down by itself, as a name that nobody has would be (A11); what is compared is counted per account.
  expect(answers).toEqual({ 422: 2 * FREE, 429: BROWSERS * EACH - 2 * FREE });
  expect(await failuresOf(person, 'password')).toBe(FREE);
  expect(await audited(world(), person.id, 'sign-in.failed')).toBe(2 * FREE);

  const wrong = { username: person.username, password: 'and another guess' };
  const right = { username: person.username, password: PASSWORD };
  expect(await stillShut(() => signInPage(world().browser()), right, wrong)).toEqual([429, 429, 422, 429]);
  expect(await failuresOf(person, 'password')).toBe(FREE + 1);
});

test('A12 A13 the authenticator app, by somebody who knows the password', async () => {
  const person = await world().person();
  const open = async (browser: Door['browser']) => {
    const page = await typePassword(browser, (await app.open(browser)).page, person);
    return { browser, page, path: `${page.path}/totp` };
  };
  const doors = await oneAfterTheOther(open);
  const near = [-60_000, -30_000, 0, 30_000, 60_000].map((later) => person.code(later));
  expect(await clockStopped(() => volley(doors, EACH, guesses(near)))).toEqual(SLOWED);
  expect(await failuresOf(person, 'totp')).toBe(FREE);
  expect(await audited(world(), person.id, 'sign-in.failed')).toBe(FREE);

  const right = { code: codeOf(person.totp ?? '', Date.now()) };
  const wrong = { code: otherThan(person.code(31_000)) };
  expect(await stillShut(() => open(world().browser()), right, wrong)).toEqual([429, 429, 422, 429]);
  // Proving the password again and again gave the app no new tries.
  expect(await failuresOf(person, 'totp')).toBe(FREE + 1);
});

test('A12 A13 the short code of the e-mail, in as many recoveries as there are browsers', async () => {
  const person = await world().person();
  const before = await triesOf('recovery-link');
  const open = async (browser: Door['browser']) => ({
    browser,
    page: await ask(browser, person.username),
    path: '/lost-credentials/sent',
  });
  const doors = await atAllDoors(open);
  // No more e-mails than the cap allows, whoever asks.
  await world().sentTo(person);
  const letters = world().mails.filter(
    (mail) => mail.recipients.includes(person.email) && mail.subject === words.subject,
  );
  expect(letters).toHaveLength(3);
  const right = letters.map(({ text }) => (/\b(\d{3})\s(\d{3})\b/.exec(text) ?? []).slice(1).join(''));
  expect(await clockStopped(() => volley(doors, EACH, guesses(right)))).toEqual(SLOWED);
  expect((await triesOf('recovery-link')).all - before.all).toBe(FREE);

  const wrong = guesses(right)(1);
  const shut = await stillShut(() => open(world().browser()), { code: right[0] ?? '' }, wrong);
  expect(shut).toEqual([429, 429, 422, 429]);
  expect((await triesOf('recovery-link')).all - before.all).toBe(FREE + 1);
});

test('A12 A13 the short code, by several names of one account: never more than five tries a code', async () => {
  const person = await world().person();
  const names = [person.username, person.email, person.username.toUpperCase(), ` ${person.email.toUpperCase()}`];
  const doors = await Promise.all(
    strangers(world(), 12).map(async (browser, n) => ({
      browser,
      page: await ask(browser, names[n % names.length] ?? ''),
      path: '/lost-credentials/sent',
    })),
  );
  await clockStopped(() => volley(doors, 10, (n) => ({ code: String(n * 41 + 7).padStart(6, '0') })));
  const codes = await rows(
    world(),
    sql<{
      tries: number;
    }>`select tries from one_time_codes where account_id = ${person.id} and purpose = 'recovery-link'`,
  );
  expect(codes).toHaveLength(3);
  // Two names, upper and lower case alike.
  expect(codes.reduce((all, { tries }) => all + tries, 0)).toBeLessThanOrEqual(2 * FREE);
  expect(Math.max(...codes.map(({ tries }) => tries))).toBeLessThanOrEqual(FREE);
});

test('A12 A13 the code by SMS, by somebody who holds mailbox and password', async () => {
  const person = await world().person();
  const before = await triesOf('sms');
  const linkTo = async () => {
    await ask(world().browser(), person.username);
    return (await letterTo(world(), person)).link;
  };
  const begun: Door[] = [];
  const link = await linkTo();
  for (const browser of strangers(world(), 4)) begun.push(await smsPage(browser, link));
  await world().sentTo(person);
  const sent = world().texts.filter(({ to, text }) => to === person.phone && /#\d{6}$/.test(text));
  expect(sent).toHaveLength(3);
  const right = sent.map(({ text }) => text.slice(-6));
  // Each recovery goes on in many places at once.
  const doors = strangers(world(), BROWSERS).map((browser, n): Door => {
    const { browser: origin, page, path } = begun[n % 3] ?? { browser, page: undefined, path: '' };
    for (const [key, cookie] of origin.jar) browser.jar.set(key, cookie);
    if (!page) throw new Error('no recovery to go on with');
    return { browser, page, path };
  });
  expect(await clockStopped(() => volley(doors, EACH, guesses(right)))).toEqual(SLOWED);
  expect(await audited(world(), person.id, 'recovery.proof-failed')).toBe(FREE);
  expect((await triesOf('sms')).all - before.all).toBe(FREE);
  expect((await triesOf('sms')).most).toBeLessThanOrEqual(FREE);

  // A new code brings no new tries with it.
  world().later(11 * 60_000);
  const late = await smsPage(world().browser(), await linkTo());
  const fresh = { code: (await smsCode(world(), person)).replace(/./, (digit) => (digit === '0' ? '1' : '0')) };
  expect(await clockStopped(() => volley([late], 8, () => fresh))).toEqual({ 422: 1, 429: 7 });
});
