import { beforeAll, beforeEach, expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import type { Person } from '../../support/people.ts';
import { addRestoreCode } from '../../support/restore-codes.ts';
import type { Browser } from './browser.ts';
import type { PageOf } from './page.ts';
import { enrolShown, letterTo, typePassword, WORDS } from './steps.ts';
import { useWorld } from './world.ts';

const world = useWorld();
const words = WORDS.en;
const HAVE = 'I have my restore code';
const ACTIVATE = 'Activate the restore code';
const MINUTE = 60_000;

beforeAll(() => world().policy(PRESETS['restore-code']));
beforeEach(() => world().later(16 * MINUTE));

const codeOn = (page: PageOf) =>
  (/data-testid="restore-code">([^]*?)<\/code>/.exec(page.html)?.[1] ?? '').replaceAll(/<[^>]*>/g, '');
const held = async ({ id }: Person) => world().ports.store.accounts.load(id);

/** Name and code, as far as the page that waits. */
async function restore(browser: Browser, name: string, code: string): Promise<PageOf> {
  const page = await browser.press(await browser.open('/lost-credentials'), HAVE, { username: name });
  return browser.press(page, words.continue, { username: name, restore_code: code });
}

/** The same, with the short code of the e-mail. */
async function restoreAndMail(browser: Browser, person: Person, code: string): Promise<PageOf> {
  const page = await restore(browser, person.username, code);
  expect(page.path).toBe('/lost-credentials/sent');
  return browser.press(page, words.continue, { code: (await letterTo(world(), person)).code });
}

test('S3 S15 a lost second factor and a lost password: restore code, then the e-mailed code; the used one is spent, a new one shown and typed back', async () => {
  const person = await world().person();
  const code = await addRestoreCode(world().ports, person);
  const browser = world().browser();
  let page = await restoreAndMail(browser, person, code.toLowerCase().replaceAll('-', ' '));
  expect(page.heading).toBe('What would you like to do?');
  page = await browser.press(page, words.both);
  expect(page.steps.map((step) => step.replace(/ .*/, ''))).toEqual(['Restore', 'E-mail', 'New', 'New']);
  page = await browser.press(page, words.setPassword, { password: 'a quiet new harbour' });
  const enrolled = await enrolShown(browser, page);
  page = enrolled.page;
  expect(page.heading).toBe('Your password and your second factor were replaced');

  // Spent; the new one counts once it is typed back, and not in another recovery before a week.
  expect((await held(person))?.restoreCode).toBeNull();
  const fresh = codeOn(page);
  expect(fresh).toMatch(/^([0-9A-Z]{4}-){6}[0-9A-Z]{4}$/);
  expect(fresh).not.toBe(code);
  const slip = await browser.press(page, ACTIVATE, { restore_code: fresh.slice(0, -1) });
  expect(slip.alert).toContain('28 characters');
  const other = await browser.press(page, ACTIVATE, { restore_code: code });
  expect(other.alert).toContain('not the new one');
  page = await browser.press(page, ACTIVATE, { restore_code: fresh });
  expect(page.text).toContain('Your new restore code is active');
  expect(codeOn(page)).toBe('');
  const { restoreCode } = (await held(person)) ?? {};
  expect(restoreCode?.unsettledUntil).toBeGreaterThan(Date.now() + 6 * 86_400_000);

  // Signing in takes the new password, and asks for the new factor.
  const signingIn = world().browser();
  const asked = await (await world().application('Notes')).open(signingIn);
  page = await typePassword(signingIn, asked.page, person);
  expect(page.alert).not.toBe('');
  page = await typePassword(signingIn, page, person, 'a quiet new harbour');
  expect(page.heading).toBe('Second factor');
  page = await signingIn.press(page, words.continue, { code: person.code() });
  expect(page.alert).not.toBe('');
  expect((await world().sentTo(person)).mails).toBe(4);
});

test('S3 a lost second factor by restore code opens a session of class 1 that says how', async () => {
  const app = await world().application('Letters');
  const person = await world().person();
  const code = await addRestoreCode(world().ports, person);
  const browser = world().browser();
  const asked = await app.open(browser, { acr_values: 'urn:regain:acr:1' });
  let page = await browser.open(asked.page.link(words.lost));
  page = await browser.press(page, HAVE, { username: person.username });
  page = await browser.press(page, words.continue, { username: person.username, restore_code: code });
  page = await browser.press(page, words.continue, { code: (await letterTo(world(), person)).code });
  page = await browser.press(page, words.factor);
  page = (await enrolShown(browser, page)).page;
  page = await browser.open(page.link('Continue to Letters'));
  if (page.buttons.includes(words.allow)) page = await browser.press(page, words.allow);
  const claims = (await asked.tokens(page)).claims();
  expect(claims?.['acr']).toBe('urn:regain:acr:1');
  expect(claims?.['amr']).toEqual(['urn:regain:amr:restore-code', 'urn:regain:amr:email']);
});

test('S3 the e-mail first: the restore code is offered beside the other ways, and asked where it is the only one', async () => {
  const person = await world().person();
  const code = await addRestoreCode(world().ports, person);
  const browser = world().browser();
  await browser.press(await browser.open('/lost-credentials'), words.submit, { username: person.username });
  let page = await browser.open((await letterTo(world(), person)).link);
  expect(page.text).toContain('Or: your restore code.');
  page = await browser.press(page, words.factor);
  expect(page.path).toBe('/lost-credentials/password');
  page = await browser.open(page.link(HAVE));
  expect(page.path).toBe('/lost-credentials/your-restore-code');
  const wrong = await browser.press(page, words.continue, {
    restore_code: await addRestoreCode(world().ports, await world().person()),
  });
  expect(wrong.alert).toContain('not the restore code of this account');
  page = await browser.press(page, words.continue, { restore_code: code });
  expect(page.path).toBe('/lost-credentials/new-factor');
  page = (await enrolShown(browser, page)).page;
  expect(codeOn(page)).not.toBe('');

  const both = await world().person();
  const its = await addRestoreCode(world().ports, both);
  const second = world().browser();
  await second.press(await second.open('/lost-credentials'), words.submit, { username: both.username });
  page = await second.press(await second.open((await letterTo(world(), both)).link), words.both);
  expect(page.path).toBe('/lost-credentials/your-restore-code');
  page = await second.press(page, words.continue, { restore_code: its });
  expect(page.path).toBe('/lost-credentials/new-password');
});

test('A2 the link of a restore, opened in another browser, asks for the restore code there', async () => {
  const person = await world().person();
  const code = await addRestoreCode(world().ports, person);
  await restore(world().browser(), person.username, code);
  const elsewhere = world().browser();
  let page = await elsewhere.press(await elsewhere.open((await letterTo(world(), person)).link), words.both);
  expect(page.path).toBe('/lost-credentials/your-restore-code');
  // Skipping it leads back to it.
  page = await elsewhere.open('/lost-credentials/new-password');
  expect(page.path).toBe('/lost-credentials/your-restore-code');
});

test('A7 a restore code opens its own account only, and once', async () => {
  const [person, other] = [await world().person(), await world().person()];
  const code = await addRestoreCode(world().ports, person);
  await addRestoreCode(world().ports, other);
  // Another account's code: a decoy, and no e-mail.
  await restore(world().browser(), other.username, code);
  expect((await world().sentTo(other)).mails).toBe(1);

  const browser = world().browser();
  let page = await browser.press(await restoreAndMail(browser, person, code), words.password);
  page = await browser.press(page, words.setPassword, { password: 'a quiet new harbour' });
  expect(page.heading).toBe('Your password was reset');
  const { mails } = await world().sentTo(person);
  await restore(world().browser(), person.username, code);
  expect((await world().sentTo(person)).mails).toBe(mails);
});

test('S10 where the policy keeps old devices the new one comes beside them, and everyone is told so', async () => {
  const preset = PRESETS['restore-code'];
  await world().policy({ ...preset, restoreCode: { ...preset.restoreCode, oldDevices: 'kept' } });
  const person = await world().person();
  const code = await addRestoreCode(world().ports, person);
  const browser = world().browser();
  const page = await browser.press(await restoreAndMail(browser, person, code), words.factor);
  expect(page.text).toContain('Your old second factors stay as they are, and you will be signed out everywhere.');
  expect(page.text).not.toContain('will be removed');
  const { page: receipt } = await enrolShown(browser, page);
  expect(receipt.heading).toBe('A second factor was added');
  expect(receipt.text).toContain('Still there Authenticator app');
  await world().policy(preset);
  const kinds = (await held(person))?.credentials.filter(({ state }) => state === 'active').map(({ kind }) => kind);
  expect(kinds?.toSorted()).toEqual(['password', 'totp', 'totp']);
  await world().mail(person.email, 'Another second factor was added');
});

test('S9 more restores than the policy allows in a year: the code is none any more', async () => {
  const preset = PRESETS['restore-code'];
  await world().policy({ ...preset, restoreCode: { ...preset.restoreCode, usesPerYear: 1 } });
  const person = await world().person();
  const browser = world().browser();
  let page = await restoreAndMail(browser, person, await addRestoreCode(world().ports, person));
  page = await browser.press(page, words.password);
  await browser.press(page, words.setPassword, { password: 'a quiet new harbour' });
  const { mails } = await world().sentTo(person);
  await restore(world().browser(), person.username, await addRestoreCode(world().ports, person));
  expect((await world().sentTo(person)).mails).toBe(mails);
  await world().policy(preset);
});

test('S11 a code that came by e-mail is not paired with an e-mailed code: the password is asked', async () => {
  const person = await world().person();
  const code = await addRestoreCode(world().ports, person, { issuedBy: 'email' });
  const browser = world().browser();
  let page = await restoreAndMail(browser, person, code);
  expect(page.buttons).not.toContain(words.both);
  page = await browser.press(page, words.factor);
  expect(page.path).toBe('/lost-credentials/password');
  page = await browser.press(page, words.signIn, { password: 'a long walk by the lake' });
  expect(page.path).toBe('/lost-credentials/new-factor');
  // Nor does the short way of the link and the code open a password.
  page = await browser.press(await browser.open('/lost-credentials/choose'), words.password);
  expect(page.path).toBe('/lost-credentials/second-factor');
});

test('A contested restore: the new code it brought is gone, and the one it used does not come back', async () => {
  const person = await world().person();
  const code = await addRestoreCode(world().ports, person);
  const thief = world().browser();
  let page = await thief.press(await restoreAndMail(thief, person, code), words.both);
  page = await thief.press(page, words.setPassword, { password: 'a quiet new harbour' });
  page = (await enrolShown(thief, page)).page;
  await thief.press(page, ACTIVATE, { restore_code: codeOn(page) });
  expect((await held(person))?.restoreCode).not.toBeNull();
  const notice = await world().mail(person.email, words.replaced);
  const link = /http:\S+\/not-me\/[\w-]+/.exec(notice.text)?.[0] ?? '';
  const digits = /: (\d{2})\n/.exec(notice.text.replaceAll('\u00a0', ' ').replaceAll('\r', ''))?.[1] ?? '';
  const owner = world().browser();
  await owner.press(await owner.open(link), 'Block my account', { digits });
  const account = await held(person);
  expect(account?.frozenAt).not.toBeNull();
  expect(account?.restoreCode).toBeNull();
  expect(await world().ports.store.restoreCodes.waiting(person.id)).toBeUndefined();
});

test('the page for a restore code keeps the name, and says that a slip is one before anything is counted', async () => {
  const person = await world().person();
  const code = await addRestoreCode(world().ports, person);
  const browser = world().browser();
  let page = await browser.press(await browser.open('/lost-credentials'), HAVE, { username: person.username });
  expect(page.formWith(words.continue).fields['username']).toBe(person.username);
  const slip = code.slice(0, -1) + (code.endsWith('0') ? '1' : '0');
  for (let tries = 0; tries < 12; tries += 1) {
    page = await browser.press(page, words.continue, { username: person.username, restore_code: slip });
    expect(page.alert).toContain('one character seems wrong');
  }
  page = await browser.press(page, words.continue, { username: person.username, restore_code: code });
  expect(page.path).toBe('/lost-credentials/sent');
});
