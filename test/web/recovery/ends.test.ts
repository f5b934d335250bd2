import * as oidc from 'openid-client';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { codeOf, PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from './browser.ts';
import type { PageOf } from './page.ts';
import { rowsOf } from './rows.ts';
import { allow, ask, enrolShown, letterTo, smsCode, typePassword, WORDS, walkToNewFactor } from './steps.ts';
import { type Application, useWorld } from './world.ts';

const world = useWorld();
const words = WORDS.en;
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const NEW_PASSWORD = 'a quiet new harbour';
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});
beforeEach(() => world().later(16 * MINUTE));

/** Signs in with password and app, as far as the application. */
async function signIn(browser: Browser, person: Person, password = PASSWORD, secret = person.totp ?? '') {
  const asked = await app.open(browser, { scope: 'openid offline_access', prompt: 'consent' });
  const page = await typePassword(browser, asked.page, person, password);
  const code = codeOf(secret, Date.now());
  return { asked, page: await allow(browser, await browser.press(page, words.continue, { code })) };
}

/** A password reset by link and authenticator app. */
async function resetPassword(browser: Browser, person: Person, code = person.code()): Promise<PageOf> {
  await ask(browser, person.username);
  const { link } = await letterTo(world(), person);
  let page = await browser.press(await browser.open(link), words.password);
  page = await browser.press(page, words.continue, { code });
  return browser.press(page, words.setPassword, { password: NEW_PASSWORD });
}

describe('A3 resetting one credential', () => {
  test('the password: sign-in still asks for the second factor, and its tokens tell the truth', async () => {
    const person = await world().person();
    const browser = world().browser();
    const asked = await app.open(browser);
    await browser.open(asked.page.link(words.lost));
    const done = await resetPassword(browser, person);
    expect(done.heading).toBe(words.reset);
    expect(done.text).toContain('sign in with your new password');

    // No session: the application's request begins anew, asks for both, and the old password is dead.
    world().later(30_000);
    const anew = await browser.open(done.link('Sign in to Notes'));
    expect(anew.heading).toBe('Sign in to your account');
    expect((await typePassword(browser, anew, person)).status).toBe(422);
    const second = await typePassword(browser, anew, person, NEW_PASSWORD);
    expect(second.heading).toBe('Second factor');
    const back = await allow(browser, await browser.press(second, words.continue, { code: person.code() }));
    expect((await asked.tokens(back)).claims()).toMatchObject({ acr: 'urn:regain:acr:2', amr: ['pwd', 'otp', 'mfa'] });
    await world().mail(person.email, words.reset);
    await world().sms(person.phone, /password was reset/);
  });

  test('the second factor: the password stays, and the session is of class 1', async () => {
    const person = await world().person();
    const browser = world().browser();
    const asked = await app.open(browser);
    await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
    const done = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
    const back = await allow(browser, await browser.open(done.page.link('Continue to Notes')));
    const claims = (await asked.tokens(back)).claims();
    expect([claims?.acr, claims?.amr]).toEqual(['urn:regain:acr:1', expect.not.arrayContaining(['mfa', 'otp'])]);
  });
});

test('A19, A20 everything that was open or signed in ends with a recovery', async () => {
  const person = await world().person();
  // A session with tokens; a sign-in that waits for its second factor; another recovery at its last step; one that just begins.
  const session = world().browser();
  const { asked, page: back } = await signIn(session, person);
  const tokens = await asked.tokens(back);
  world().later(30_000);
  const half = world().browser();
  const halfway = await typePassword(half, (await app.open(half)).page, person);
  expect(halfway.heading).toBe('Second factor');
  const other = world().browser();
  await ask(other, person.username);
  const lastStep = await walkToNewFactor(world(), other, person);
  const waiting = world().browser();
  await ask(waiting, person.email);
  const letter = await letterTo(world(), person);

  const done = await resetPassword(world().browser(), person);
  expect(done.heading).toBe(words.reset);
  expect(done.text).toContain('1 session was ended');

  const before = await rowsOf(world(), person.id);
  await expect(oidc.refreshTokenGrant(app.config, tokens.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  await expect(oidc.fetchUserInfo(app.config, tokens.access_token, person.id)).rejects.toMatchObject({
    status: 401,
  });
  expect((await app.open(session)).page.heading).toBe('Sign in to your account');
  world().later(30_000);
  const late = await half.press(halfway, words.continue, { code: person.code() });
  expect(late.url.searchParams.get('code')).toBeNull();
  expect(late.heading).not.toBe('');
  const enrolled = await enrolShown(other, lastStep);
  expect(enrolled.page.heading).toBe('This recovery is finished');
  expect((await world().browser().open(letter.link)).status).toBe(410);
  const typed = await waiting.open('/lost-credentials/sent');
  expect(typed.heading).toBe('This recovery is finished');
  expect(await rowsOf(world(), person.id)).toBe(before);
});

test('A19 the sign-in that a finished recovery left waiting ends with the account’s sessions', async () => {
  const person = await world().person();
  const browser = world().browser();
  const asked = await app.open(browser);
  await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
  const done = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
  const onward = done.page.link('Continue to Notes');
  await world().suspend(person);
  const late = await browser.open(onward);
  expect(late.url.searchParams.get('code')).toBeNull();
  expect(late.heading).toBe('Sign in to your account');
});

test('T8 a recovery that is abandoned at its last step has changed nothing', async () => {
  const person = await world().person();
  const before = await rowsOf(world(), person.id);
  const browser = world().browser();
  await ask(browser, person.username);
  const page = await walkToNewFactor(world(), browser, person);
  const wrong = await browser.press(page, words.continue, { code: '000000' });
  expect(wrong.totpSecret).toBe(page.totpSecret);
  const passkey = await browser.post('/lost-credentials/new-factor/passkey', { response: '', _csrf: page.csrf });
  expect(passkey.status).toBe(422);
  expect(withoutUse(await rowsOf(world(), person.id))).toBe(withoutUse(before));
  const { page: back } = await signIn(world().browser(), person);
  expect(back.url.searchParams.get('code')).not.toBeNull();
});

describe('A35 climbing', () => {
  test('a password that a recovery set is no proof in another one, until it settles', async () => {
    const person = await world().person();
    expect((await resetPassword(world().browser(), person)).heading).toBe(words.reset);
    world().later(16 * MINUTE);
    const browser = world().browser();
    await ask(browser, person.username);
    const page = await browser.open((await letterTo(world(), person)).link);
    expect(page.buttons).toEqual([words.password]);
    expect(page.text).toMatch(/Not possible just now A new second factor .* reset recently\. It counts again from/);
    const pressed = await browser.post('/lost-credentials/choose', { goal: 'reset-second-factor', _csrf: page.csrf });
    expect(pressed.path).toBe('/lost-credentials/choose');

    // Used in a full sign-in it counts again; so it does after seven days.
    await signIn(world().browser(), person, NEW_PASSWORD);
    const settled = await browser.open('/lost-credentials/choose');
    expect(settled.buttons).toEqual([words.password, words.factor]);
  });

  test('where nothing is open the page says why, until when, and what can be done', async () => {
    const person = await world().person();
    const first = world().browser();
    await ask(first, person.username);
    await enrolShown(first, await walkToNewFactor(world(), first, person));
    await world().policy({
      ...PRESETS['password-sms'],
      routes: {
        ...PRESETS['password-sms'].routes,
        'reset-second-factor': [],
        'reset-password': [{ id: 'link-and-second-factor', proofs: ['email-code', 'second-factor'] }],
      },
    });
    world().later(16 * MINUTE);
    const browser = world().browser();
    await ask(browser, person.username);
    const page = await browser.open((await letterTo(world(), person)).link);
    expect(page.heading).toBe('Nothing can be reset here just now');
    expect(page.buttons).toEqual([]);
    expect(page.text).toContain(`It counts again from ${date(Date.now() + 7 * DAY - 16 * MINUTE)}`);
    expect(page.link('Contact support')).toBe('/support');
    await world().policy(PRESETS.off);
    expect((await browser.open('/lost-credentials/choose')).text).toContain('Your organization has not');
    await world().policy(PRESETS['password-sms']);
  });
});

test('both at once, where a policy has a way for it: the password waits, one transaction sets both', async () => {
  const person = await world().person();
  const sms = PRESETS['password-sms'];
  const both = [{ id: 'link-sms', proofs: ['email-code', 'sms-code'] as ['email-code', 'sms-code'] }];
  await world().policy({ ...sms, routes: { ...sms.routes, 'reset-both': both } });
  const browser = world().browser();
  await ask(browser, person.username);
  let page = await browser.open((await letterTo(world(), person)).link);
  expect(page.buttons).toEqual([words.password, words.factor, words.both]);
  page = await browser.press(page, words.both);
  page = await browser.press(page, words.continue, { code: await smsCode(world(), person) });
  expect(page.heading).toBe('Choose a new password');
  const before = await rowsOf(world(), person.id);
  page = await browser.press(page, words.setPassword, { password: NEW_PASSWORD });
  expect(page.steps).toEqual(['E-mail (done)', 'SMS (done)', 'New password (done)', 'New factor (you are here)']);
  expect(await rowsOf(world(), person.id)).toBe(before);
  const done = await enrolShown(browser, page);
  expect(done.page.heading).toBe('Your password and your second factor were replaced');
  world().later(30_000);
  const { page: back } = await signIn(world().browser(), person, NEW_PASSWORD, done.secret);
  expect(back.url.searchParams.get('code')).not.toBeNull();
  await world().policy(sms);
});

/** A right password was typed on the way: that is written down, as at any sign-in. */
const withoutUse = (rows: string) => rows.replaceAll(/"last_used_at": \w+/g, '"last_used_at"');

/** "29 November 2026". */
const date = (at: number) => new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(at);

test('a recovery that is under way goes on as it began, unless the new policy forbids its route', async () => {
  const sms = PRESETS['password-sms'];
  const having = (proofs: ('email-code' | 'password' | 'sms-code' | 'second-factor')[]) => ({
    ...sms,
    routes: { ...sms.routes, 'reset-second-factor': [{ id: 'other', proofs }] },
  });
  const walked = async (proofs: Parameters<typeof having>[0]) => {
    const person = await world().person();
    const browser = world().browser();
    await ask(browser, person.username);
    let page = await browser.press(await browser.open((await letterTo(world(), person)).link), words.factor);
    expect(page.steps.map((step) => step.replace(/ .*/, ''))).toEqual(['E-mail', 'Password', 'SMS', 'New']);
    await world().policy(having(proofs));
    page = await browser.open(page.path);
    const steps = page.steps.map((step) => step.replace(/ .*/, ''));
    return { browser, person, page, steps };
  };
  try {
    // Less is asked for now: this one still asks for all of it, to its end.
    const { steps, ...one } = await walked(['email-code', 'password']);
    expect(steps).toEqual(['E-mail', 'Password', 'SMS', 'New']);
    let page = await one.browser.press(one.page, words.signIn, { password: PASSWORD });
    page = await one.browser.press(page, words.continue, { code: await smsCode(world(), one.person) });
    page = (await enrolShown(one.browser, page)).page;
    expect(page.heading).toBe('Your second factor was replaced');
    await world().policy(sms);
    // The code by SMS is no way any more: what is asked for now is asked of this one too.
    expect((await walked(['email-code', 'password', 'second-factor'])).steps).toEqual([
      'E-mail',
      'Password',
      'Authenticator',
      'New',
    ]);
  } finally {
    await world().policy(sms);
  }
});
