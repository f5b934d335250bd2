import * as oidc from 'openid-client';
import { beforeAll, expect, it } from 'vitest';
import { Busy } from '../../../src/flows/ports.ts';
import { signIn } from '../../attacks/support/walks.ts';
import type { Person } from '../../support/people.ts';
import { ask, letterTo, typePassword, WORDS } from '../recovery/steps.ts';
import { type Application, useWorld } from '../recovery/world.ts';
import { openConsole, signInAt } from './console.ts';

const NEW = 'a quiet harbour in spring';
const SET = 'Set the new password';
const SIGN_IN = 'Sign in to your account';
const words = WORDS.en;
const world = useWorld();
let notes: Application;
beforeAll(async () => {
  notes = await world().application('Notes');
});

const passwordsOf = async ({ id }: Person) =>
  (await world().ports.store.accounts.load(id))?.credentials.filter(({ kind }) => kind === 'password') ?? [];

it('changes the password: this session stays, all others end, everyone is told, the old one is nothing any more', async () => {
  const person = await world().person();
  const [home, away] = [world().browser(), world().browser()];
  const elsewhere = await signIn(world(), notes, away, person, {
    params: { scope: 'openid offline_access', prompt: 'consent' },
  });
  const tokens = await elsewhere.asked.tokens(elsewhere.page);
  const form = await openConsole(world(), home, person, '/account/password');
  expect(form.text).toContain('You stay signed in here, and will be signed out everywhere else.');
  expect(form.link('Back to your account')).toBe('/account');
  const done = await home.press(form, SET, { password: NEW });
  expect([done.path, done.heading]).toEqual(['/account', 'Your account']);
  expect(done.text).toContain('Your password was changed, and 1 other session was ended.');
  await world().mail(person.email, 'Your password was changed');
  expect((await home.open('/account')).heading).toBe('Your account');
  expect((await away.open('/account')).heading).toBe(SIGN_IN);
  await expect(oidc.refreshTokenGrant(notes.config, tokens.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });

  const wrong = await typePassword(world().browser(), await world().browser().open('/account'), person);
  expect(wrong.path).not.toBe('/account');
  const there = await openConsole(world(), world().browser(), person, '/account', NEW);
  expect(there.heading).toBe('Your account');
});

it('says why a password cannot be taken, and nothing of what was typed stays in the page', async () => {
  const person = await world().person();
  const browser = world().browser();
  const form = await openConsole(world(), browser, person, '/account/password');
  for (const [typed, said] of [
    ['', 'Enter a new password.'],
    ['short', 'at least 8 characters'],
    ['password1234', 'lists that attackers try first'],
    [person.username, 'your name or ours'],
    ['x'.repeat(257), '256 characters is the most'],
  ] as const) {
    const page = await browser.press(form, SET, { password: typed });
    expect([page.status, page.alert]).toEqual([422, expect.stringContaining(said)]);
    expect(page.formWith(SET).fields['password']).toBe('');
  }
});

it('a later step-up in this session asks for the new password, since the one by the old one counts no more', async () => {
  const person = await world().person();
  await world().passkey(person);
  const browser = world().browser();
  const form = await openConsole(world(), browser, person, '/account/password');
  await browser.press(form, SET, { password: NEW });
  const asked = await notes.open(browser, {
    acr_values: 'phr',
    claims: '{"id_token":{"acr":{"essential":true,"value":"phr"}}}',
  });
  expect(Object.keys(asked.page.formWith().fields)).toContain('password');
  const old = await browser.press(asked.page, undefined, { password: 'a long walk by the lake' });
  expect(old.status).toBe(422);
  const second = await browser.press(old, undefined, { password: NEW });
  expect(second.heading).toBe('Second factor');
  // Signing in again for the console works as well.
  world().later(25 * 60_000);
  const again = await browser.open('/account/password');
  expect((await signInAt(world(), browser, person, again, NEW)).heading).toBe('Choose a new password');
});

it('A19 open links, journeys and half-finished sign-ins end with it', async () => {
  world().later(16 * 60_000);
  const person = await world().person();
  const [owner, walking, half] = [world().browser(), world().browser(), world().browser()];
  await ask(walking, person.username);
  const { link } = await letterTo(world(), person);
  const halfway = await typePassword(half, await half.open('/account'), person);
  expect(halfway.heading).toBe('Second factor');
  const form = await openConsole(world(), owner, person, '/account/password');
  await owner.press(form, SET, { password: NEW });
  expect((await world().browser().open(link)).status).toBe(410);
  world().later(30_000);
  const late = await half.press(halfway, words.continue, { code: person.code() });
  expect(late.heading).not.toBe('Your account');
  expect((await half.open('/account')).heading).toBe(SIGN_IN);
});

it('A4 not in a session of one factor, nor in an old one', async () => {
  const person = await world().person();
  const browser = world().browser();
  const form = await openConsole(world(), browser, person, '/account/password');
  const [before] = await passwordsOf(person);
  world().later(21 * 60_000);
  const late = await browser.press(form, SET, { password: NEW });
  expect(late.heading).toBe(SIGN_IN);
  expect((await passwordsOf(person)).map(({ id }) => id)).toEqual([before?.id]);
  // After the sign-in the form is there again.
  const page = await signInAt(world(), browser, person, late);
  expect([page.path, page.heading]).toEqual(['/account/password', 'Choose a new password']);
  expect((await browser.press(page, SET, { password: NEW })).path).toBe('/account');
});

it('a full queue for password hashing is said on a clear page, and changes nothing', async () => {
  const person = await world().person();
  const browser = world().browser();
  const form = await openConsole(world(), browser, person, '/account/password');
  const { passwords } = world().ports;
  const hash = passwords.hash.bind(passwords);
  Object.assign(passwords, { hash: () => Promise.reject(new Busy(3)) });
  const page = await browser.press(form, SET, { password: NEW });
  Object.assign(passwords, { hash });
  expect([page.status, page.headers.get('retry-after'), page.text.includes('Nothing was lost')]).toEqual([
    503,
    '3',
    true,
  ]);
  expect((await browser.press(form, SET, { password: NEW })).path).toBe('/account');
});
