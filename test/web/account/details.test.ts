import { expect, it } from 'vitest';
import type { Locale } from '../../../src/domain/message.ts';
import type { Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import { useWorld } from '../recovery/world.ts';
import { openConsole } from './console.ts';

const world = useWorld();
const account = ({ id }: Person) => world().ports.store.accounts.load(id);
const open = (browser: Browser, person: Person, path?: string) => openConsole(world(), browser, person, path);

it('shows what the account is known by, and leads to each of it', async () => {
  const person = await world().person({ givenName: 'Éloïse' });
  const page = await open(world().browser(), person);
  expect(page.heading).toBe('Your account');
  expect(page.text).toContain('Name Éloïse Change');
  expect(page.text).toContain(
    `Username ${person.username} Change Language English Change Password Set just now Change`,
  );
  const changes = page.links.filter(({ text }) => text === 'Change').map(({ href }) => href);
  expect(changes.slice(0, 4)).toEqual(['/account/name', '/account/username', '/account/language', '/account/password']);
});

it.each([
  ['/account', 'en', 'Sign out'],
  ['/account/activity', 'en', 'Sign out'],
  ['/account/check-up', 'fr', 'Se déconnecter'],
] as const)('%s in %s: the line of sections ends with the way out', async (path, locale, text) => {
  const person = await world().person({ locale });
  const browser = world().browser({ language: locale });
  const page = await openConsole(world(), browser, person, path);
  const line = page.html.slice(page.html.indexOf('<nav'), page.html.indexOf('</nav>'));
  expect(line.trim().split('\n').at(-2)).toBe(`<li class="apart"><a href="/session/end">${text}</a></li>`);
  expect((await browser.open('/session/end')).status).toBe(200);
});

it('changes the name, or takes it away, with nothing but the session', async () => {
  const person = await world().person({ givenName: 'Éloïse' });
  const browser = world().browser();
  await open(browser, person);
  // Far too old for anything else.
  world().later(3 * 3_600_000);
  const { mails } = await world().sentTo(person);
  const form = await browser.open('/account/name');
  const bad = await browser.press(form, 'Save', { given_name: 'Ann\u202ea', family_name: 'O’Neill' });
  expect([bad.status, bad.alert]).toEqual([422, expect.stringContaining('without invisible ones')]);
  expect(bad.formWith('Save').fields).toMatchObject({ given_name: 'Ann\u202ea', family_name: 'O’Neill' });
  const done = await browser.press(bad, 'Save', { given_name: ' Ann ', family_name: 'O’Neill <b>' });
  expect([done.path, done.text.includes('Your name was saved.')]).toEqual(['/account', true]);
  expect(done.text).toContain("Name Ann O'Neill <b>");
  expect(done.html).not.toContain('<b>');
  expect(await account(person)).toMatchObject({ givenName: 'Ann', familyName: 'O’Neill <b>' });
  await browser.press(await browser.open('/account/name'), 'Save', { given_name: '', family_name: '  ' });
  expect(await account(person)).toMatchObject({ givenName: null, familyName: null });
  expect((await world().sentTo(person)).mails).toBe(mails);
});

it('changes the language, of the pages in this browser and of the messages', async () => {
  const person = await world().person();
  const browser = world().browser();
  await open(browser, person);
  const form = (await browser.open('/account/language')).formWith('Save').fields;
  const done = await browser.post('/account/language', { ...form, language: 'fr' });
  expect([done.path, done.lang, done.heading]).toEqual(['/account', 'fr', 'Votre compte']);
  expect(done.text).toContain('Votre langue a été enregistrée.');
  expect((await account(person))?.locale).toBe('fr');
  expect((await browser.post('/account/language', { ...form, language: 'de' })).status).toBe(400);
  // Whose notices are in another language now reads of it in the activity.
  expect((await browser.open('/account/activity?show=changes')).text).toContain('Langue modifiée Français');
});

it('changes the username: the new one signs in, and for a week the old one; everyone is told', async () => {
  const person = await world().person();
  const other = await world().person();
  const browser = world().browser();
  const form = await open(browser, person, '/account/username');
  for (const [typed, said] of [
    ['', 'Enter a username.'],
    ['two\u200bnames', 'without invisible ones'],
    ['x'.repeat(65), 'at most 64 characters'],
    [other.username.toUpperCase(), 'Somebody else has this username.'],
    ['nobody@example.net', 'looks like an e-mail address'],
    // Not even whether it is somebody's.
    [other.email, 'looks like an e-mail address'],
  ] as const) {
    const page = await browser.press(form, 'Save', { username: typed });
    expect([typed, page.status, page.formWith('Save').fields['username']]).toEqual([typed, 422, typed]);
    expect(page.alert).toContain(said);
  }
  const name = `Éloïse ${person.username}`;
  const done = await browser.press(form, 'Save', { username: name });
  expect(done.text).toContain(`Your username is ${name} now.`);
  const { text } = await world().mail(person.email, 'Your username was changed');
  expect(text).toContain(name);
  const signedIn = await open(world().browser(), { ...person, username: name.toUpperCase() });
  expect(signedIn.text).toContain(`Username ${name}`);
  const byOldName = await open(world().browser(), person);
  expect(byOldName.text).toContain(`Username ${name}`);
});

it('a recovery makes contacts and username wait: the page says until when; after that they do not', async () => {
  const person = await world().person();
  const browser = world().browser();
  await world().ports.store.accounts.update(person.id, { recoveredAt: Date.now() });
  await open(browser, person);
  for (const path of [
    '/account/username',
    '/account/contacts/add-email',
    '/account/contacts/add-phone',
    '/account/password',
  ]) {
    const page = await browser.open(path);
    expect([path, page.status, page.heading]).toEqual([path, 403, 'This has to wait a little']);
    expect(page.text).toMatch(/Until \d+ \w+ \d{4} at \d\d:\d\d \(UTC\) this cannot be done/);
  }
  // Names and language do not.
  expect((await browser.open('/account/name')).status).toBe(200);
  world().later(86_400_000);
  expect((await open(browser, person, '/account/contacts/add-email')).heading).toBe('Add an e-mail address');
  expect((await browser.open('/account/password')).heading).toBe('Choose a new password');
});

it.each([
  ['en', 'Your account', 'Add an e-mail address', 'Choose a new password'],
  ['fr', 'Votre compte', 'Ajouter une adresse e-mail', 'Choisir un nouveau mot de passe'],
] as const)(
  '%s: after ten minutes the form asks for a full sign-in, and comes back to itself',
  async (locale: Locale, title, add, choose) => {
    const person = await world().person({ locale });
    const browser = world().browser({ language: locale });
    expect((await open(browser, person)).heading).toBe(title);
    world().later(11 * 60_000);
    for (const [path, heading] of [
      ['/account/contacts/add-email', add],
      ['/account/password', choose],
    ] as const) {
      world().later(11 * 60_000);
      const asked = await browser.open(path);
      expect(asked.path).toMatch(/^\/sign-in\//);
      const page = await open(browser, person, path);
      expect([page.path, page.lang, page.heading]).toEqual([path, locale, heading]);
    }
    expect((await browser.open('/.well-known/change-password')).path).toBe('/account/password');
  },
);
