import { describe, expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { codeOf } from '../../support/people.ts';
import { ask, enrolShown, letterTo } from './steps.ts';
import { useWorld } from './world.ts';

const world = useWorld();
const PASSWORD = 'a quiet new harbour';

const WORDS = {
  en: {
    welcome: 'Welcome, Zoé',
    begin: 'Set up my account',
    choose: 'Choose a new password',
    set: 'Set the new password',
    register: 'Register a new second factor',
    ready: 'Your account is ready',
    over: 'This invitation is no longer valid',
    steps: ['Invitation (done)', 'New password (you are here)', 'Second factor (still to come)'],
  },
  fr: {
    welcome: 'Bienvenue, Zoé',
    begin: 'Activer mon compte',
    choose: 'Choisir un nouveau mot de passe',
    set: 'Définir le nouveau mot de passe',
    register: 'Enregistrer un nouveau deuxième facteur',
    ready: 'Votre compte est prêt',
    over: "Cette invitation n'est plus valable",
    steps: ['Invitation (terminé)', 'Nouveau mot de passe (vous êtes ici)', 'Deuxième facteur (à venir)'],
  },
} as const;

describe.each(['en', 'fr'] as const)('an invitation in %s', (locale) => {
  const words = WORDS[locale];

  test('A16 password and second factor, then it is dead, in this browser and in any other', async () => {
    const invited = await world().invited({ locale, givenName: 'Zoé' });
    const browser = world().browser({ language: locale });
    let page = await browser.open(invited.link);
    expect(page.path).toBe('/invitation');
    expect(page.heading).toBe(words.welcome);
    expect(page.lang).toBe(locale);
    page = await browser.press(page, words.begin);
    expect(page.heading).toBe(words.choose);
    expect(page.steps).toEqual(words.steps);
    const short = await browser.press(page, words.set, { password: 'short' });
    expect(short.status).toBe(422);
    page = await browser.press(short, words.set, { password: PASSWORD });
    expect(page.heading).toBe(words.register);
    expect((await browser.open('/invitation/password')).path).toBe('/invitation/new-factor');

    // Nothing is the account's before the end.
    expect((await world().ports.store.accounts.load(invited.id))?.credentials).toEqual([]);
    const done = await enrolShown(browser, page, locale);
    expect(done.page.heading).toBe(words.ready);
    expect((await browser.open('/invitation/done')).text).toBe(done.page.text);
    const account = await world().ports.store.accounts.load(invited.id);
    expect(account?.credentials.map(({ kind }) => kind).toSorted()).toEqual(['password', 'totp']);
    expect(account?.contacts[0]?.verifiedAt).not.toBeNull();
    expect(account?.boundToSecondFactor).toBe(true);

    for (const other of [browser, world().browser({ language: locale })]) {
      const again = await other.open(invited.link);
      expect([again.status, again.heading]).toEqual([410, words.over]);
    }
    const form = { _csrf: page.csrf, code: codeOf(done.secret, Date.now() + 30_000) };
    expect((await browser.post('/invitation/new-factor/totp', form)).path).toBe('/invitation/done');

    // The address counts from now on.
    await ask(world().browser(), invited.username);
    await letterTo(world(), invited, locale);
  });
});

test('A9 opening an invitation, by GET and HEAD and by its button, uses nothing up', async () => {
  const words = WORDS.en;
  const invited = await world().invited({ givenName: 'Zoé' });
  const scanner = world().browser();
  await scanner.request(invited.link, { method: 'HEAD' });
  await scanner.press(await scanner.open(invited.link), words.begin);
  const own = world().browser();
  const page = await own.press(await own.open(invited.link), words.begin);
  expect(page.heading).toBe(words.choose);
});

test('A16 of two browsers that took it up one gets the account', async () => {
  const words = WORDS.en;
  const invited = await world().invited();
  const [one, other] = [world().browser(), world().browser()];
  const begun = [];
  for (const browser of [one, other]) {
    const page = await browser.press(await browser.open(invited.link), words.begin);
    begun.push(await browser.press(page, words.set, { password: PASSWORD }));
  }
  const [first, second] = begun;
  if (!first || !second) throw new Error('not begun');
  expect((await enrolShown(one, first)).page.heading).toBe(words.ready);
  const late = await enrolShown(other, second);
  expect([late.page.status, late.page.heading]).toEqual([410, words.over]);
  expect((await world().ports.store.accounts.load(invited.id))?.credentials).toHaveLength(2);
});

test('A22 an invitation is refused one second after its time', async () => {
  const invited = await world().invited();
  const inTime = world().browser();
  const opened = await inTime.open(invited.link);
  expect(opened.status).toBe(200);
  world().later(7 * 86_400_000);
  expect((await world().browser().open(invited.link)).status).toBe(410);
  expect((await inTime.press(opened, WORDS.en.begin)).status).toBe(410);
});

test('A7 a token of another kind opens no invitation', async () => {
  const person = await world().person();
  await ask(world().browser(), person.username);
  const { link } = await letterTo(world(), person);
  const token = link.split('/').at(-1) ?? '';
  expect((await world().browser().open(`/invitation/${token}`)).status).toBe(410);
});

test('A16 where no second factor is required the link is dead after the first success too', async () => {
  const words = WORDS.en;
  const preset = PRESETS['password-sms'];
  await world().policy({ ...preset, secondFactor: { ...preset.secondFactor, required: false } });
  const invited = await world().invited();
  const browser = world().browser();
  const welcome = await browser.open(invited.link);
  expect(welcome.text).not.toContain('second factor');
  const page = await browser.press(welcome, words.begin);
  expect(page.steps).toEqual(['Invitation (done)', 'New password (you are here)']);
  const short = await browser.press(page, words.set, { password: 'ten chars!' });
  expect(short.alert).toContain('at least 15 characters');
  expect((await browser.press(page, words.set, { password: PASSWORD })).heading).toBe(words.ready);
  const thief = world().browser();
  expect((await thief.open(invited.link)).status).toBe(410);
  expect((await browser.press(page, words.set, { password: `${PASSWORD}!` })).path).toBe('/invitation/done');
  await world().policy(preset);
});
