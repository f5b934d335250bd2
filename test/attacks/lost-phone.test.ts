import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { maskPhone } from '../../src/domain/phone.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { PASSWORD, type Person } from '../support/people.ts';
import { ISSUER } from '../support/ports.ts';
import type { Browser } from '../web/recovery/browser.ts';
import { contestBy, NOT_ME, noticeTo, walkBack } from '../web/recovery/contests.ts';
import type { PageOf } from '../web/recovery/page.ts';
import {
  allow,
  ask,
  enrolShown,
  letterTo,
  smsCode,
  typePassword,
  WORDS,
  walkToNewFactor,
} from '../web/recovery/steps.ts';
import { type Application, CALLBACK, useWorld } from '../web/recovery/world.ts';
import { strangers } from './support/browsers.ts';
import { audited } from './support/rows.ts';
import { signIn } from './support/walks.ts';

const BUTTON = 'My phone is lost: switch it off';
const DONE = 'Your phone is switched off';
const SIGN_IN = 'Sign in to your account';
const SECOND_FACTOR = 'Second factor';
const REGISTER = 'Register a new second factor';
const NO_FACTOR = 'Your second factor can no longer be used';
const REQUIRED = PRESETS['password-sms'];
const words = WORDS.en;

const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});
beforeEach(async () => {
  await world().policy(REQUIRED);
  world().later(16 * 60_000);
});

const held = async ({ id }: Pick<Person, 'id'>) => {
  const account = await world().ports.store.accounts.load(id);
  if (!account) throw new Error('no account');
  return account;
};
const factors = async (person: Person) =>
  (await held(person)).credentials
    .filter(({ kind }) => kind !== 'password')
    .map(({ kind, state }) => `${kind} ${state}`);

const signedIn = async (browser: Browser): Promise<boolean> =>
  (await app.open(browser, { prompt: 'none' })).page.url.searchParams.get('code') !== null;

/** The page "Second factor", after the password, in a browser of its own. */
async function afterPassword(person: Person, browser = world().browser()): Promise<{ browser: Browser; page: PageOf }> {
  return { browser, page: await typePassword(browser, (await app.open(browser)).page, person) };
}

/** Reports these lost on the page given. */
const report = (browser: Browser, page: PageOf, ...kinds: string[]): Promise<PageOf> =>
  browser.post(`${page.path}/lost`, { _csrf: page.csrf, ...Object.fromEntries(kinds.map((kind) => [kind, 'on'])) });

describe('S13 lost, right now', () => {
  test('says what happens and the way back, and switches off: sessions, messages, log; no step forward', async () => {
    const person = await world().person();
    const away = world().browser();
    await signIn(world(), app, away, person);
    expect(await signedIn(away)).toBe(true);

    const { browser, page } = await afterPassword(person);
    expect(page.heading).toBe(SECOND_FACTOR);
    expect(page.buttons).toContain(BUTTON);
    const before = await browser.open(`${page.path}/lost`);
    expect(before.heading).toBe('Switch off your lost phone');
    expect(before.text).toContain('This is switched off: Authenticator app');
    expect(before.text).toContain('You need: your mailbox, your password, and a code by SMS to your number');
    expect(await factors(person)).toEqual(['totp active']);

    const done = await browser.press(before, 'Switch it off');
    expect([done.path, done.heading]).toEqual([`${page.path}/lost/done`, DONE]);
    expect(done.text).toContain('Switched off: Authenticator app.');
    expect(done.link(words.lost)).toContain('/lost-credentials');
    expect(await factors(person)).toEqual(['totp off']);
    const [lost] = (await held(person)).credentials.filter(({ kind }) => kind === 'totp');
    expect(lost?.lostAt).toBeGreaterThan(Date.now() - 60_000);
    expect(await signedIn(away)).toBe(false);
    expect((await away.open('/account')).heading).toBe(SIGN_IN);
    const mail = await world().mail(person.email, 'lost');
    expect(mail.text).toContain('/not-me/');
    await world().sms(person.phone, /lost/);
    expect(await audited(world(), person.id, 'device.switched-off')).toBe(1);

    // The same sign-in stands where it stood: at a second factor that is gone.
    expect((await browser.open(page.path)).heading).toBe(NO_FACTOR);
    await browser.post(`${page.path}/totp`, { _csrf: page.csrf, code: person.code(30_000) });
    await browser.post(`${page.path}/continue`, { _csrf: page.csrf });
    expect(await signedIn(browser)).toBe(false);
  });

  test('names kinds only, as the page before: no name of a device, no address, no number', async () => {
    const person = await world().person({ passkey: true });
    const { credentials } = await held(person);
    for (const { id, kind } of credentials.filter((one) => one.kind !== 'password'))
      await world().ports.store.credentials.relabel(person.id, id, `Secret name of the ${kind}`);
    const { browser, page } = await afterPassword(person);
    const shown = await browser.open(`${page.path}/lost`);
    const done = await report(browser, page, 'totp');
    for (const { html } of [shown, done])
      for (const told of ['Secret name', person.email, person.phone, maskPhone(person.phone), '@', '•', '*'])
        expect(html.includes(told) && told).toBe(false);
  });

  test('of several kinds those that were ticked; another one goes on with the sign-in', async () => {
    const person = await world().person({ passkey: true });
    const { browser, page } = await afterPassword(person);
    const asked = await browser.open(`${page.path}/lost`);
    expect(asked.html).toMatch(/name="totp" value="on" checked/);
    expect(asked.html).not.toMatch(/name="passkey" value="on" checked/);
    const nothing = await report(browser, page);
    expect([nothing.status, nothing.alert]).toEqual([422, expect.stringContaining('Choose what was on the phone.')]);
    const done = await report(browser, page, 'totp', 'sms-code');
    expect(done.heading).toBe(DONE);
    expect(await factors(person)).toEqual(['totp off', 'passkey active']);
    const next = await browser.open(done.link('Go on signing in'));
    expect(next.heading).toBe(SECOND_FACTOR);
    const response = person.passkey?.assert({
      challenge: next.passkeyOptions.challenge,
      origin: ISSUER,
      rpId: 'localhost',
    });
    await allow(
      browser,
      await browser.post(`${page.path}/passkey`, { _csrf: page.csrf, response: JSON.stringify(response) }),
    );
    expect(await signedIn(browser)).toBe(true);
  });

  test('a phone, where a code by SMS is a second factor: off at the sign-in, and good for the recovery', async () => {
    await world().policy({ ...REQUIRED, secondFactor: { required: true, kinds: ['totp', 'sms-code'] } });
    const person = await world().person({ totp: false });
    const thief = world().browser();
    const code = async () => ({ code: await smsCode(world(), person) });
    await allow(thief, await thief.press((await afterPassword(person, thief)).page, words.continue, await code()));
    expect(await signedIn(thief)).toBe(true);

    world().later(11 * 60_000);
    const { browser, page } = await afterPassword(person);
    const sent = await code();
    const done = await report(browser, page, 'sms-code');
    expect(done.heading).toBe(DONE);
    expect(await signedIn(thief)).toBe(false);
    expect((await held(person)).boundToSecondFactor).toBe(true);
    await browser.post(`${page.path}/sms`, { _csrf: page.csrf, ...sent });
    expect(await signedIn(browser)).toBe(false);
    const again = await afterPassword(person, thief);
    expect([again.page.heading, again.page.buttons]).toEqual([
      expect.not.stringContaining(REGISTER),
      expect.not.arrayContaining([BUTTON]),
    ]);

    world().later(11 * 60_000);
    const home = world().browser();
    await ask(home, person.username);
    const { page: replaced } = await enrolShown(home, await walkToNewFactor(world(), home, person));
    expect(replaced.heading).toBe(words.replaced);
  });
});

describe('A4 nothing less than the password, typed now', () => {
  test('no name, no wrong password, no cookie of another browser, no older sign-in switches anything off', async () => {
    const person = await world().person();
    const { ports } = world();
    const asked = await app.open(world().browser());
    const stranger = world().browser();
    const { page } = await app.open(stranger);
    for (const kinds of [['totp'], ['totp', 'passkey', 'sms-code'], []])
      expect((await report(stranger, page, ...kinds)).heading).toBe(SIGN_IN);
    const wrong = await typePassword(stranger, page, person, 'wrong password');
    expect((await report(stranger, wrong, 'totp')).heading).toBe(SIGN_IN);
    expect((await stranger.open(`${page.path}/lost`)).heading).toBe(SIGN_IN);
    expect((await stranger.open(`${page.path}/lost/done`)).heading).toBe(SIGN_IN);
    expect(asked.page.heading).toBe(SIGN_IN);

    // The address of the owner's own sign-in, in another browser.
    const own = await afterPassword(person);
    expect([410, 403]).toContain((await report(stranger, own.page, 'totp')).status);
    // Forgotten by "Use another account".
    await own.browser.press(own.page, 'Use another account');
    expect((await report(own.browser, own.page, 'totp')).heading).toBe(SIGN_IN);

    // A step-up in a session left open: the password of the morning is no word of now.
    const left = world().browser();
    await signIn(world(), app, left, person);
    world().later(60_000);
    await world().passkey(person);
    const stepUp = await app.open(left, { acr_values: 'phr' });
    expect(stepUp.page.heading).toBe(SECOND_FACTOR);
    expect(stepUp.page.buttons).not.toContain(BUTTON);
    expect((await report(left, stepUp.page, 'totp', 'passkey')).heading).toBe(SECOND_FACTOR);

    expect(await factors(person)).toEqual(['totp active', 'passkey active']);
    expect((await ports.store.notices.toldSince(person.id, 0, 50)).map(({ kind }) => kind)).not.toContain(
      'reported-lost',
    );
  });

  test('A5 neither before nor after is anything enrolled, shown again or sent on the password alone', async () => {
    const person = await world().person();
    const { browser, page } = await afterPassword(person);
    const enrol = async () => {
      const shown = await browser.open(`${page.path}/new-factor`);
      await browser.post(`${page.path}/new-factor/totp`, { _csrf: page.csrf, code: '123456' });
      await browser.post(`${page.path}/new-factor/passkey`, { _csrf: page.csrf, response: '{}' });
      return [shown.heading, shown.totpSecret];
    };
    expect(await enrol()).toEqual([SECOND_FACTOR, '']);
    await report(browser, page, 'totp');
    expect(await enrol()).toEqual([NO_FACTOR, '']);
    expect(await factors(person)).toEqual(['totp off']);
  });
});

test('A17 an account whose factors are all reported lost owes none: no application, prompt or tab registers one', async () => {
  const person = await world().person();
  const photos = await world().application('Photos');
  const { browser, page } = await afterPassword(person);
  await report(browser, page, 'totp');
  const ways: [Application, Record<string, string>][] = [
    [app, {}],
    [photos, { prompt: 'login' }],
    [photos, { max_age: '0' }],
    [app, { acr_values: 'urn:regain:acr:2' }],
    [app, { acr_values: 'urn:regain:acr:1', login_hint: person.username }],
  ];
  for (const [application, params] of ways) {
    const tab = await typePassword(browser, (await application.open(browser, params)).page, person);
    expect([params, tab.heading]).toEqual([params, NO_FACTOR]);
    const uid = tab.path.split('/')[2] ?? '';
    expect((await browser.open(`/auth/${uid}`)).heading).not.toBe(REGISTER);
  }
  expect((await held(person)).boundToSecondFactor).toBe(true);
  expect(await signedIn(browser)).toBe(false);
});

test('A18 the page gives no cookie of a session, and who holds the cookies from before the password reports nothing', async () => {
  const person = await world().person();
  const browser = world().browser();
  const asked = await app.open(browser);
  const planted = browser.copy();
  const page = await typePassword(browser, asked.page, person);
  expect((await report(planted, asked.page, 'totp')).heading).toBe(SIGN_IN);
  expect(await factors(person)).toEqual(['totp active']);
  const session = browser.cookie('regain_session');
  expect((await report(browser, page, 'totp')).heading).toBe(DONE);
  expect(browser.cookie('regain_session')).toBe(session);
});

describe('A26 whoever knows the password', () => {
  test('does it three times a day at most; the owner’s browser has three of its own', async () => {
    const person = await world().person();
    const owner = world().browser();
    await signIn(world(), app, owner, person);
    const { store } = world().ports;
    const [totp] = (await held(person)).credentials.filter(({ kind }) => kind === 'totp');
    const on = () => store.credentials.setState(person.id, [totp?.id ?? ''], 'active', null);
    const answers = [];
    for (const thief of strangers(world(), 4)) {
      await on();
      const { page } = await afterPassword(person, thief);
      const shown = await report(thief, page, 'totp');
      answers.push([shown.heading, shown.status, await factors(person)]);
    }
    const done = [DONE, 200, ['totp off']];
    expect(answers).toEqual([done, done, done, ['Switch off your lost phone', 429, ['totp active']]]);

    const { page } = await afterPassword(person, owner);
    expect((await report(owner, page, 'totp')).heading).toBe(DONE);
    world().later(86_400_000);
    await on();
    const late = await afterPassword(person);
    expect((await report(late.browser, late.page, 'totp')).heading).toBe(DONE);
  });

  test('stops no recovery: a link that is open, and a new one, lead back in', async () => {
    const person = await world().person();
    const home = world().browser();
    await ask(home, person.username);
    const { link } = await letterTo(world(), person);
    const thief = await afterPassword(person);
    await report(thief.browser, thief.page, 'totp');
    let page = await home.press(await home.open(link), words.factor);
    page = await home.press(page, words.signIn, { password: PASSWORD });
    page = await home.press(page, words.continue, { code: await smsCode(world(), person) });
    const { page: replaced, secret } = await enrolShown(home, page);
    expect(replaced.heading).toBe(words.replaced);
    expect((await signIn(world(), app, world().browser(), person, { secret })).page.url.href).toContain(CALLBACK);
  });
});

test('A26 where nothing else is left the page says so, and “It wasn’t me” leads back in with mailbox, password and the app', async () => {
  const person = await world().person();
  const phone = (await held(person)).contacts.find(({ kind }) => kind === 'phone')?.id ?? '';
  await world().ports.store.contacts.remove(person.id, [phone]);
  const thief = await afterPassword(person);
  const asked = await thief.browser.open(`${thief.page.path}/lost`);
  const done = await report(thief.browser, thief.page, 'totp');
  expect(done.heading).toBe(DONE);
  for (const [page, only] of [
    [asked, 'only support can let you back in'],
    [done, 'contact support'],
  ] as const) {
    expect(page.text).toContain(only);
    expect(page.text).toContain('in our e-mail leads back in at once');
  }
  expect(await factors(person)).toEqual(['totp off']);

  const owner = world().browser();
  expect((await contestBy(owner, await noticeTo(world(), person, 'lost'))).heading).toBe(NOT_ME.en.blocked);
  world().later(15 * 60_000);
  const last = await walkBack(world(), owner, person);
  const back = await owner.press(last, words.setPassword, { password: 'a quiet harbour in spring' });
  expect(back.heading).toBe(NOT_ME.en.open);
  expect(await factors(person)).toEqual(['totp active']);
});

test('A19 a recovery that stands on what is lost ends; a sign-in half finished with it opens nothing', async () => {
  const person = await world().person();
  const thief = world().browser();
  await ask(thief, person.username);
  const choice = await thief.press(await thief.open((await letterTo(world(), person)).link), words.password);
  const newPassword = await thief.press(choice, words.continue, { code: person.code() });
  expect(newPassword.heading).toBe('Choose a new password');
  const { browser, page } = await afterPassword(person);
  expect((await report(browser, page, 'totp')).heading).toBe(DONE);
  const refused = await thief.press(newPassword, words.setPassword, { password: 'a quiet harbour in spring' });
  expect(refused.heading).toBe('This recovery is finished');
  expect((await afterPassword(person)).page.heading).toBe(NO_FACTOR);
});

const hasSignedIn = (result: unknown) =>
  typeof result === 'object' && result !== null && 'outcome' in result && result.outcome === 'signed-in';

describe('S13 while the thief’s sign-in with the app is being completed', () => {
  test('between its commit and its session: no session remains', async () => {
    const person = await world().person();
    const owner = await afterPassword(person);
    const thief = await afterPassword(person);
    const { store } = world().ports;
    const original = store.transaction.bind(store);
    let done: PageOf | undefined;
    const spy = vi.spyOn(store, 'transaction').mockImplementation(async (work) => {
      const result = await original(work);
      if (done === undefined && hasSignedIn(result)) {
        spy.mockRestore();
        done = await report(owner.browser, owner.page, 'totp');
      }
      return result;
    });
    const left = await thief.browser.press(thief.page, words.continue, { code: person.code() });
    expect(done?.heading).toBe(DONE);
    expect((await allow(thief.browser, left)).url.href).not.toContain(CALLBACK);
    expect(await signedIn(thief.browser)).toBe(false);
    expect(await world().ports.store.sessions.live(person.id)).toEqual([]);
  });

  test('reported twice at once, it is switched off and told once', async () => {
    const person = await world().person();
    const reports = await Promise.all([afterPassword(person), afterPassword(person), afterPassword(person)]);
    const shown = await Promise.all(reports.map(({ browser, page }) => report(browser, page, 'totp')));
    expect(shown.filter(({ heading }) => heading === DONE)).toHaveLength(1);
    const told = await world().ports.store.notices.toldSince(person.id, 0, 50);
    expect(told.filter(({ kind }) => kind === 'reported-lost')).toHaveLength(1);
  });

  test('at the same moment, many times: whoever is first, no session remains', async () => {
    for (let round = 0; round < 5; round += 1) {
      const person = await world().person();
      const owner = await afterPassword(person);
      const thief = await afterPassword(person);
      const enters = async () => {
        const left = await thief.browser.press(thief.page, words.continue, { code: person.code() });
        return allow(thief.browser, left);
      };
      const [, done] = await Promise.all([enters(), report(owner.browser, owner.page, 'totp')]);
      expect(done.heading).toBe(DONE);
      expect(await signedIn(thief.browser)).toBe(false);
      expect(await world().ports.store.sessions.live(person.id)).toEqual([]);
    }
  });
});
