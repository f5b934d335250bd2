import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from './support/person.ts';
import { fill, press, typeCode, typePassword, WORDS } from './support/steps.ts';
import { folded, named, type Visit } from './support/visit.ts';
import { openWorld, type World } from './support/world.ts';

/** The clock of everything in this process: the provider asks it for itself. */
const going = Date.now;
let moved = 0;

let world: World;
beforeAll(async () => {
  Date.now = () => going() + moved;
  world = await openWorld();
});
afterAll(async () => {
  await world?.close();
  Date.now = going;
});

const later = (minutes: number) => {
  moved += minutes * 60_000;
};

const TEXTS = {
  en: {
    tag: 'en-GB',
    account: 'Your account',
    signIn: 'Sign in to your account',
    goOn: 'To continue to your account',
    username: 'Your username',
    name: 'Name',
    given: 'First name',
    save: 'Save',
    back: 'Go back to your account',
    nothing: 'Nothing was changed',
    again: 'Try again',
    other: 'Somebody else is signed in now',
  },
  fr: {
    tag: 'fr-CH',
    account: 'Votre compte',
    signIn: 'Connexion à votre compte',
    goOn: 'Pour accéder à votre compte',
    username: "Votre nom d'utilisateur",
    name: 'Nom',
    given: 'Prénom',
    save: 'Enregistrer',
    back: 'Revenir à votre compte',
    nothing: "Rien n'a été modifié",
    again: 'Réessayer',
    other: 'Une autre personne est maintenant connectée',
  },
} as const;

describe.each(['en', 'fr'] as const)('%s', (language) => {
  const texts = TEXTS[language];
  const words = WORDS[language];

  async function signIn({ page }: Pick<Visit, 'page'>, person: Person, path = '/account'): Promise<void> {
    await page.goto(`${world.issuer}${path}`);
    await typePassword(page, person, language);
    await typeCode(page, person.authenticator?.code() ?? '', language);
    later(0.5);
  }

  it('a change asks for a new sign-in in the browser where it is made, and only there', async () => {
    const person = await world.person({ locale: language });
    const [one, other] = [await world.visit(texts.tag), await world.visit(texts.tag)];
    await signIn(one, person);
    await one.seen(texts.account);
    await signIn(other, person);
    await other.seen(texts.account);
    later(11);

    await one.page.goto(`${world.issuer}/account/username`);
    await one.seen(texts.signIn);
    expect(folded(await one.page.locator('main').innerText())).toContain(texts.goOn);
    expect(await one.page.getByLabel(named(words.username)).inputValue()).toBe(person.username);
    expect(await one.page.evaluate('document.activeElement.name')).toBe('password');

    // Not now: nothing was changed, and one stays signed in.
    await press(one.page, texts.back);
    await one.seen(texts.nothing);
    await one.page.getByRole('link', { name: named(texts.again) }).click();
    await one.seen(texts.signIn);
    await fill(one.page, words.password, person.password);
    await press(one.page, words.signIn);
    await typeCode(one.page, person.authenticator?.code() ?? '', language);
    await one.seen(texts.username);
    const renamed = `new-${person.username}`;
    await fill(one.page, words.username === 'Username or email' ? 'Username' : "Nom d'utilisateur", renamed);
    await press(one.page, texts.save);
    await one.seen(texts.account);

    // The other browser sees it, and was asked for nothing.
    await other.page.goto(`${world.issuer}/account`);
    await other.seen(texts.account);
    expect(await other.page.locator('main').innerText()).toContain(renamed);
  });

  it('A4 what was opened as one person is not done to another who signs in in the next tab', async () => {
    const [alice, bob] = [await world.person({ locale: language }), await world.person({ locale: language })];
    const visit = await world.visit(texts.tag);
    await signIn(visit, alice);
    await visit.page.goto(`${world.issuer}/account/name`);
    const tab = { page: await visit.context.newPage() };
    later(11);
    await signIn(tab, bob, '/account/username');
    await tab.page.getByRole('heading', { level: 1, name: named(texts.username) }).waitFor();

    await visit.page.getByRole('textbox').first().fill('Mallory');
    await press(visit.page, texts.save);
    await visit.seen(texts.other);
    await tab.page.goto(`${world.issuer}/account`);
    expect(await tab.page.locator('main').innerText()).not.toContain('Mallory');
    expect(await tab.page.locator('main').innerText()).toContain(bob.username);
  });
});
