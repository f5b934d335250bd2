import { sql } from 'kysely';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { toNextStep } from '../../attacks/support/clock.ts';
import { rows } from '../../attacks/support/rows.ts';
import { signIn } from '../../attacks/support/walks.ts';
import { codeOf, PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { allow, enrolShown, letterTo, smsCode, typePassword, WORDS, walkToNewFactor } from '../recovery/steps.ts';
import { type Application, useWorld } from '../recovery/world.ts';
import { openConsole, signInAt } from './console.ts';

const MINUTE = 60_000;
const SIGN_IN = 'Sign in to your account';
const SECOND_FACTOR = 'Second factor';
const ADD_APP = '/account/devices/add/app';
const words = WORDS.en;

const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});
afterEach(() => world().policy(PRESETS['password-sms']));

const account = async ({ id }: Pick<Person, 'id'>) => {
  const found = await world().ports.store.accounts.load(id);
  if (!found) throw new Error('nobody');
  return found;
};
const factors = async (person: Person) =>
  (await account(person)).credentials.filter(({ kind }) => kind !== 'password').map(({ state }) => state);

/** The proofs of the one session that is open, their times beside now. */
const session = async (person: Person) => {
  const open = await world().ports.store.sessions.live(person.id);
  return open.map(({ uidHash, proofs }) => ({
    uid: uidHash.toString('hex'),
    ages: proofs.map(({ kind, at }) => [kind, Math.round((Date.now() - at) / MINUTE)]),
  }));
};

const isCode = ({ page }: { page: PageOf }) => page.url.searchParams.get('code') !== null;
const silently = async (browser: Browser) => isCode(await app.open(browser, { prompt: 'none' }));

/** A session of class 1, as a recovery leaves it; the key of the new app. */
async function recovered(browser: Browser, person: Person): Promise<{ secret: string; code: string }> {
  const asked = await app.open(browser);
  await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
  const done = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
  await allow(browser, await browser.open(done.page.link('Continue to Notes')));
  return done;
}

test('the policy says what else waits after a recovery: here no other factor comes before it is over', async () => {
  const preset = PRESETS['password-sms'];
  await world().policy({ ...preset, afterRecovery: { waits: ['add-factor'] } });
  const person = await world().person();
  const browser = world().browser();
  await recovered(browser, person);
  const page = await browser.open(ADD_APP);
  expect(page.heading).toBe('This has to wait a little');
  expect((await factors(person)).length).toBe(1);
});

describe('a session that is too old for what is to be done', () => {
  test('the policy says how old is too old: sooner for addresses than for a name', async () => {
    const preset = PRESETS['password-sms'];
    await world().policy({
      ...preset,
      changes: { ...preset.changes, 'change-contact': { class: 'full', within: 120 } },
    });
    const person = await world().person();
    const browser = world().browser();
    await openConsole(world(), browser, person);
    world().later(5 * MINUTE);
    expect((await browser.open('/account/username')).heading).toBe('Your username');
    expect((await browser.open('/account/contacts/add-email')).heading).toBe(SIGN_IN);
  });

  test('is renewed in place: the same session on new proofs, back at the page; other tabs go on', async () => {
    const person = await world().person({ givenName: 'Ada' });
    const browser = world().browser();
    await signIn(world(), app, browser, person);
    const tab = await browser.open('/account/name');
    const [before] = await session(person);
    world().later(11 * MINUTE);

    const again = await browser.open('/account/username');
    expect(again.heading).toBe(SIGN_IN);
    expect(again.text).toContain('To continue to your account');
    expect(again.text).not.toContain('Regain');
    expect(again.html).toMatch(new RegExp(`name="username"[^>]*value="${person.username}"`));
    expect(again.html).toMatch(/name="password"[^>]* autofocus/);
    expect(again.html).not.toMatch(/name="username"[^>]* autofocus/);
    const back = await signInAt(world(), browser, person, again);
    expect([back.path, back.heading]).toEqual(['/account/username', 'Your username']);

    const after = await session(person);
    expect(after).toEqual([
      {
        uid: before?.uid,
        ages: [
          ['password', expect.toSatisfy((age: number) => age < 2)],
          ['totp', 0],
        ],
      },
    ]);
    expect(await silently(browser)).toBe(true);
    const saved = await browser.press(tab, 'Save', { given_name: 'Augusta', family_name: '' });
    expect([saved.path, (await account(person)).givenName]).toEqual(['/account', 'Augusta']);
  });

  test('asks where it is too old by half a second: nobody is sent back and forth until the second is over', async () => {
    const person = await world().person();
    const browser = world().browser();
    await openConsole(world(), browser, person);
    const [live] = await world().ports.store.sessions.live(person.id);
    const since = Math.floor(Math.min(...(live?.proofs ?? []).map(({ at }) => at)) / 1_000) * 1_000;
    world().later(since + 9 * MINUTE - Date.now());
    expect((await browser.open('/account/username')).heading).toBe('Your username');
    world().later(since + 10 * MINUTE + 100 - Date.now());
    expect((await browser.open('/account/username')).heading).toBe(SIGN_IN);
  });

  test('A4 does nothing with a form that was filled in for too long: it signs in again, back at the form', async () => {
    const person = await world().person();
    const browser = world().browser();
    const form = await openConsole(world(), browser, person, '/account/username');
    world().later(19 * MINUTE);
    const renamed = `n${person.username}`;
    expect((await browser.press(form, 'Save', { username: renamed })).path).toBe('/account');
    expect((await account(person)).username).toBe(renamed);
    const late = await openConsole(world(), browser, { ...person, username: renamed }, '/account/username');
    world().later(21 * MINUTE);
    const again = await browser.press(late, 'Save', { username: `m${person.username}` });
    expect(again.heading).toBe(SIGN_IN);
    expect((await account(person)).username).toBe(renamed);
    const back = await signInAt(world(), browser, { ...person, username: renamed }, again);
    expect(back.path).toBe('/account/username');
  });

  test('asked for by an application, it finds the name as well, and somebody else may be typed', async () => {
    const [person, other] = [await world().person(), await world().person()];
    const browser = world().browser();
    await signIn(world(), app, browser, person);
    for (const params of [{ prompt: 'login' }, { max_age: '0' }]) {
      const { page } = await app.open(browser, params);
      expect(page.html).toMatch(new RegExp(`name="username"[^>]*value="${person.username}"`));
    }
    const { page } = await app.open(browser, { prompt: 'login', login_hint: 'somebody' });
    expect(page.html).toMatch(/name="username"[^>]*value="somebody"/);
    const done = await signIn(world(), app, browser, other, { params: { prompt: 'login' } });
    expect((await done.asked.tokens(done.page)).claims()?.sub).toBe(other.id);
    expect(await session(person)).toEqual([]);
    // Nobody is named to a browser in which nobody is signed in, nor by a session that is gone.
    expect((await app.open(world().browser())).page.html).toMatch(/name="username"[^>]*value=""/);
    await world().suspend(other);
    expect((await app.open(browser)).page.html).not.toContain(other.username);
  });
});

describe('A4 somebody else signs in', () => {
  test('a form opened as one person is not done to the other; the page says so', async () => {
    const [alice, bob] = [await world().person({ givenName: 'Alice' }), await world().person({ givenName: 'Bob' })];
    const browser = world().browser();
    await signIn(world(), app, browser, alice);
    const name = await browser.open('/account/name');
    const username = await browser.open('/account/username');
    await signIn(world(), app, browser, bob, { params: { prompt: 'login' } });
    const before = [await account(alice), await account(bob)];

    const forms = [
      [name, { given_name: 'Mallory', family_name: 'M' }],
      [username, { username: `m${alice.username}` }],
    ] as const;
    for (const [page, typed] of forms) {
      const refused = await browser.press(page, 'Save', typed);
      expect([refused.status, refused.heading]).toEqual([409, 'Somebody else is signed in now']);
      expect(refused.text).toContain('Nothing was changed.');
      expect(refused.text).toContain(`signed in as ${bob.username}`);
      expect(refused.text).not.toContain(alice.username);
    }
    // Nor a token of another of our pages, nor what is left of one when the owner is cut off.
    const [salt = '', mac = '', owner = ''] = name.csrf.split('.');
    const other = await browser.open('/lost-credentials');
    for (const csrf of [
      other.csrf,
      `${salt}.${mac}`,
      `${salt}.${mac}.`,
      `${salt}.${mac}.${mac}`,
      `${other.csrf}.${owner}`,
    ]) {
      const fields = { _csrf: csrf, given_name: 'Mallory', family_name: 'M' };
      expect([csrf, (await browser.post('/account/name', fields)).status]).toEqual([csrf, 409]);
    }
    expect([await account(alice), await account(bob)]).toEqual(before);

    const own = await browser.open('/account/name');
    expect((await browser.press(own, 'Save', { given_name: 'Robert', family_name: '' })).path).toBe('/account');
    expect((await account(bob)).givenName).toBe('Robert');
  });

  test('at the page that asks again: it is their account from there on, and the one before is signed out', async () => {
    const [alice, bob] = [await world().person(), await world().person()];
    const browser = world().browser();
    await signIn(world(), app, browser, alice);
    world().later(11 * MINUTE);
    const again = await browser.open('/account/username');
    expect(again.heading).toBe(SIGN_IN);
    const page = await signInAt(world(), browser, bob, again);
    expect([page.path, page.heading]).toEqual(['/account/username', 'Your username']);
    expect(page.formWith('Save').fields['username']).toBe(bob.username);
    expect(await session(alice)).toEqual([]);
    expect((await browser.open('/account')).text).toContain(bob.username);
  });

  test('signed out and in again as oneself: a form from before is still one’s own', async () => {
    const person = await world().person();
    const browser = world().browser();
    const form = await openConsole(world(), browser, person, '/account/name');
    await browser.press(await browser.open('/session/end'));
    expect((await browser.press(form, 'Save', { given_name: 'Eve', family_name: '' })).heading).toBe(SIGN_IN);
    world().later(MINUTE);
    await openConsole(world(), browser, person);
    expect((await browser.press(form, 'Save', { given_name: 'Zoe', family_name: '' })).path).toBe('/account');
    expect((await account(person)).givenName).toBe('Zoe');
  });
});

describe('who does not sign in again', () => {
  test('gives it up: nothing was changed, the session stays, and "Try again" asks once more', async () => {
    const person = await world().person();
    const browser = world().browser();
    await signIn(world(), app, browser, person);
    world().later(11 * MINUTE);
    const asked = await browser.open('/account/username');
    const given = await browser.press(asked, 'Go back to your account');
    expect([given.path, given.heading]).toEqual(['/account', 'Nothing was changed']);
    expect((await browser.open('/account')).heading).toBe('Your account');
    expect((await browser.open(given.link('Try again'))).heading).toBe(SIGN_IN);
  });

  test('and was not signed in: is told so, with the way to sign in', async () => {
    const browser = world().browser();
    const asked = await browser.open('/account/devices');
    expect(asked.buttons).not.toContain('Go back to your account');
    const given = await browser.post(`${asked.path}/abort`, { _csrf: asked.csrf });
    expect([given.path, given.heading]).toEqual(['/account', 'Your account']);
    expect(given.text).toContain('You are not signed in.');
    expect((await browser.open(given.link('Sign in'))).heading).toBe(SIGN_IN);
  });

  test('cannot, because no second factor of theirs can be used: a page says so, and nobody goes round in circles', async () => {
    const person = await world().person();
    const browser = world().browser();
    await recovered(browser, person);
    const { store } = world().ports;
    const ids = (await account(person)).credentials.filter(({ kind }) => kind === 'totp').map(({ id }) => id);
    await store.credentials.setState(person.id, ids, 'off');
    for (const path of [ADD_APP, '/account/devices/add']) {
      const page = await browser.open(path);
      expect([page.path, page.heading]).toEqual(['/account', 'Your account has no second factor for this']);
      expect(page.link(words.lost)).toBe('/lost-credentials');
    }
    expect(await factors(person)).toEqual(['off']);
    expect((await browser.open('/account')).heading).toBe('Your account');
  });
});

describe('A4 a session that a recovery left', () => {
  test('changes nothing before the new factor was given: not the code of its registration, the next one', async () => {
    const person = await world().person();
    const browser = world().browser();
    toNextStep(world());
    const { secret, code: registered } = await recovered(browser, person);
    expect((await browser.open('/account')).heading).toBe('Your account');
    const code = () => ({ code: codeOf(secret, Date.now()) });

    const asked = await browser.open(ADD_APP);
    expect([asked.heading, asked.totpSecret]).toEqual([SECOND_FACTOR, '']);
    expect(asked.text).toContain('To continue to your account, your second factor is needed.');
    expect(asked.buttons).not.toContain('Skip this step');
    // Straight to the form's address, with the token of a page that is its owner's own.
    const own = await browser.open('/account/name');
    for (const path of [ADD_APP, '/account/devices/add/passkey', '/account/username', '/account/password']) {
      const typed = {
        pending: '',
        name: 'x',
        response: '{}',
        username: 'mallory',
        password: 'a quiet harbour in spring',
      };
      const answer = await browser.post(path, { _csrf: own.csrf, ...typed, ...code() });
      expect([path, answer.status === 403 || answer.heading === SECOND_FACTOR || answer.status === 422]).toEqual([
        path,
        true,
      ]);
    }
    expect(await factors(person)).toEqual(['active']);

    const replayed = await browser.press(await browser.open(ADD_APP), words.continue, { code: registered });
    expect(replayed.alert).toContain('Wait until your app shows the next one');
    world().later(30_000);
    const page = await browser.press(replayed, words.continue, code());
    expect([page.path, page.totpSecret.length > 0]).toEqual([ADD_APP, true]);
  });

  test('without any proof that counts, it steps up like any other', async () => {
    const policy = PRESETS['password-sms'];
    const way = { id: 'link-sms', proofs: ['email-code' as const, 'sms-code' as const] };
    await world().policy({ ...policy, routes: { ...policy.routes, 'reset-second-factor': [way] } });
    const person = await world().person();
    const browser = world().browser();
    const asked = await app.open(browser);
    await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
    const choice = await browser.open((await letterTo(world(), person)).link);
    const sms = await browser.press(choice, words.factor);
    const registering = await browser.press(sms, words.continue, { code: await smsCode(world(), person) });
    const done = await enrolShown(browser, registering);
    await allow(browser, await browser.open(done.page.link('Continue to Notes')));
    expect(await session(person)).toMatchObject([{ ages: [] }]);

    // It may describe itself, and for more it signs in; it is not taken for one that has ended.
    const form = await browser.open('/account/name');
    expect((await browser.press(form, 'Save', { given_name: 'Ada', family_name: '' })).path).toBe('/account');
    const add = await browser.post(ADD_APP, { _csrf: form.csrf, pending: '', name: 'x', code: '123456' });
    expect(add.heading).toMatch(/Sign in to your account|Second factor/);
    expect(await factors(person)).toEqual(['active']);
  });

  test('that was ended elsewhere does nothing any more, whatever page is open in it', async () => {
    const person = await world().person();
    const browser = world().browser();
    const form = await openConsole(world(), browser, person, '/account/name');
    await world().ports.store.sessions.endAll(person.id);
    expect((await browser.press(form, 'Save', { given_name: 'Eve', family_name: '' })).heading).toBe(SIGN_IN);
    expect((await account(person)).givenName).toBeNull();
    const left = await rows(world(), sql`select 1 from session_proofs where account_id = ${person.id}`);
    expect(left).toEqual([]);
  });
});

test('A27 what comes back in `state` leads to pages of the console only', async () => {
  const person = await world().person();
  const browser = world().browser();
  await openConsole(world(), browser, person);
  const away = [
    'https://evil.example/account',
    '//evil.example/account',
    '/\\evil.example',
    '/session/end',
    '/accounting',
    '/account/../session/end',
    '/account/%2e%2e/session/end',
    '/account//evil.example',
    '/account/devices?x=1',
    '/account/devices#x',
    '/account/devices/',
    'account/devices',
    `/account/${'a'.repeat(300)}`,
    '',
  ];
  for (const state of away) {
    const answer = await browser.request(`/account?state=${encodeURIComponent(state)}`);
    expect([state, answer.status, answer.headers.get('location')]).toEqual([state, 200, null]);
    const failed = await browser.open(`/account?error=access_denied&state=${encodeURIComponent(state)}`);
    expect([state, failed.link('Try again')]).toEqual([state, '/account']);
  }
  const good = await browser.request('/account?state=%2Faccount%2Fdevices');
  expect([good.status, good.headers.get('location')]).toEqual([303, '/account/devices']);
  expect((await browser.request('/account?state=%2Faccount%2Fdevices&state=%2Faccount')).status).toBe(400);
});

test('A18 the session has a new identifier after each sign-in for the console', async () => {
  const person = await world().person();
  const browser = world().browser();
  await openConsole(world(), browser, person);
  world().later(11 * MINUTE);
  const stale = browser.copy();
  await openConsole(world(), browser, person, '/account/username');
  expect(browser.cookie('regain_session')).not.toBe(stale.cookie('regain_session'));
  expect((await browser.open('/account')).heading).toBe('Your account');
  expect((await stale.open('/account')).heading).toBe(SIGN_IN);
});

test('an account without a second factor, where none is asked for, signs in again by its password', async () => {
  const policy = PRESETS['password-sms'];
  await world().policy({ ...policy, secondFactor: { ...policy.secondFactor, required: false } });
  const person = await world().person({ totp: false });
  const browser = world().browser();
  await allow(browser, await typePassword(browser, (await app.open(browser)).page, person));
  expect((await browser.open('/account/username')).heading).toBe('Your username');
  world().later(11 * MINUTE);
  const again = await browser.open('/account/username');
  const back = await browser.press(again, words.signIn, { username: person.username, password: PASSWORD });
  expect(back.path).toBe('/account/username');
});
