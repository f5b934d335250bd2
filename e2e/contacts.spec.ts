import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Person } from './support/person.ts';
import { fill, follow, press, signInTo, smsCode, WORDS } from './support/steps.ts';
import { at, folded, mainText, named, type Visit } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const TEXTS = {
  en: {
    locale: 'en-GB',
    account: 'Your account',
    addEmail: 'Add an e-mail address',
    newEmail: 'New e-mail address',
    confirmEmail: 'Confirm your e-mail address',
    replacePhone: 'Replace this phone number',
    newPhone: 'New phone number',
    confirmPhone: 'Confirm your phone number',
    sendCode: 'Send a code',
    confirm: 'Confirm',
    change: 'Change',
    email: 'E-mail address',
    phone: 'Phone number',
    makePrimary: 'Make it the primary address',
    removeEmail: 'Remove this e-mail address',
    removeTitle: 'Remove this e-mail address?',
    remove: 'Remove',
    username: 'Username',
    save: 'Save',
    yourUsername: 'Your username',
    choosePassword: 'Choose a new password',
    newPassword: 'New password',
    setPassword: 'Set the new password',
    added: 'was added. It counts for getting back in from',
    givenUp: 'Given up',
    primary: 'Primary',
    notAnAddress: 'This is not an e-mail address.',
    signInTitle: 'Sign in to your account',
    told: 'A new address or number for your account',
    passwordTold: 'Your password was changed',
  },
  fr: {
    locale: 'fr-CH',
    account: 'Votre compte',
    addEmail: 'Ajouter une adresse e-mail',
    newEmail: 'Nouvelle adresse e-mail',
    confirmEmail: 'Confirmer votre adresse e-mail',
    replacePhone: 'Remplacer ce numéro de téléphone',
    newPhone: 'Nouveau numéro de téléphone',
    confirmPhone: 'Confirmer votre numéro de téléphone',
    sendCode: 'Envoyer un code',
    confirm: 'Confirmer',
    change: 'Modifier',
    email: 'Adresse e-mail',
    phone: 'Numéro de téléphone',
    makePrimary: "En faire l'adresse principale",
    removeEmail: 'Supprimer cette adresse e-mail',
    removeTitle: 'Supprimer cette adresse e-mail ?',
    remove: 'Supprimer',
    username: "Nom d'utilisateur",
    save: 'Enregistrer',
    yourUsername: "Votre nom d'utilisateur",
    choosePassword: 'Choisir un nouveau mot de passe',
    newPassword: 'Nouveau mot de passe',
    setPassword: 'Définir le nouveau mot de passe',
    added: 'compte pour une récupération à partir du',
    givenUp: 'Abandonnée',
    primary: 'Principale',
    notAnAddress: "Ce n'est pas une adresse e-mail.",
    signInTitle: 'Connexion à votre compte',
    told: 'Une nouvelle adresse ou un nouveau numéro pour votre compte',
    passwordTold: 'Votre mot de passe a été modifié',
  },
} as const;
type Language = keyof typeof TEXTS;

const world = useWorld();

/** The page of one address or number, from the list. */
async function openContact(page: Page, value: string, language: Language): Promise<void> {
  await page.goto(`${world().issuer}/account`);
  const row = page.locator('#contacts > li', { hasText: value });
  await row.getByRole('link', { name: named(TEXTS[language].change) }).click();
}

async function mailedCode(address: string): Promise<string> {
  const { text } = await world().mail.waitFor(({ recipients }) => recipients.includes(address));
  const code = /\b(\d{3})\s(\d{3})\b/.exec(text);
  return `${code?.[1]}${code?.[2]}`;
}

async function confirm(page: Page, code: string, language: Language): Promise<void> {
  await fill(page, WORDS[language].code, code);
  await press(page, TEXTS[language].confirm);
  await page.waitForURL(`${world().issuer}/account`);
}

describe.each(['en', 'fr'] as const)('%s: your account, in two browsers', (language) => {
  const words = TEXTS[language];
  let person: Person;
  let home: Visit;
  let away: Visit;
  const extra = `second-${language}@example.net`;
  beforeAll(async () => {
    person = await world().person({ locale: language });
    home = await world().visit(words.locale);
    away = await world().visit(words.locale);
    await signInTo(world(), home, person, { language });
    await at(home, TEXTS[language].account);
    await signInTo(world(), away, person, { language });
    await at(away, TEXTS[language].account);
  });

  it('adds an address: bad input stays, the code confirms it, the other browser sees it, the old address is told', async () => {
    const { page, seen } = home;
    await seen(words.account);
    await follow(page, words.addEmail);
    await at(home, words.addEmail);
    await fill(page, words.newEmail, 'nobody at example');
    await press(page, words.sendCode);
    await page.getByRole('alert').first().waitFor();
    await seen(words.addEmail);
    expect(folded(await page.getByRole('alert').first().innerText())).toContain(words.notAnAddress);
    expect(await page.getByLabel(named(words.newEmail)).inputValue()).toBe('nobody at example');
    await fill(page, words.newEmail, extra);
    await press(page, words.sendCode);
    await seen(words.confirmEmail);
    expect(await mainText({ page })).toContain(extra);
    await confirm(page, await mailedCode(extra), language);
    expect(await mainText({ page })).toContain(words.added);

    await away.page.goto(`${world().issuer}/account`);
    expect(await mainText(away)).toContain(extra);
    const told = await world().mail.waitFor(
      ({ recipients, subject }) => recipients.includes(person.email) && folded(subject) === words.told,
    );
    expect(told.text).toContain('s•••@e•••.net');
  });

  it('makes it primary in one browser and removes it in the other', async () => {
    await openContact(home.page, extra, language);
    await home.seen(words.email);
    await press(home.page, words.makePrimary);
    await at(home, words.account);
    const row = home.page.locator('#contacts > li', { hasText: extra });
    expect(await row.innerText()).toContain(words.primary);

    await openContact(away.page, extra, language);
    await follow(away.page, words.removeEmail);
    await away.seen(words.removeTitle);
    expect(await mainText(away)).toContain(person.email);
    await press(away.page, words.remove);
    await at(away, words.account);
    await home.page.reload();
    expect(await home.page.locator('#contacts > li', { hasText: extra }).innerText()).toContain(words.givenUp);
    expect(await home.page.locator('#contacts > li', { hasText: person.email }).innerText()).toContain(words.primary);
  });

  it('replaces the phone number by a code by SMS', async () => {
    // The same pages as for an address, which were looked at above.
    const { page } = home;
    const number = language === 'en' ? '+33 6 98 76 54 32' : '+33 6 98 76 54 33';
    const phone = number.replaceAll(' ', '');
    await openContact(page, person.phone, language);
    await at(home, words.phone);
    await follow(page, words.replacePhone);
    await at(home, words.replacePhone);
    await fill(page, words.newPhone, number);
    await press(page, words.sendCode);
    await at(home, words.confirmPhone);
    await confirm(page, await smsCode(world(), { phone }), language);
    expect(await mainText({ page })).toContain(phone);
  });

  it('changes username and password: here one stays, elsewhere one is out, and signs in with the new ones', async () => {
    const { page, seen } = home;
    const username = `Éloïse ${person.username}`;
    const password = 'a quiet harbour in spring';
    await page.locator('a[href$="/account/username"]').click();
    await seen(words.yourUsername);
    await fill(page, words.username, username);
    await press(page, words.save);
    await at(home, words.account);
    expect(await mainText({ page })).toContain(username);

    await page.goto(`${world().issuer}/.well-known/change-password`);
    await seen(words.choosePassword);
    await fill(page, words.newPassword, password);
    await press(page, words.setPassword);
    await at(home, words.account);
    await world().mail.waitFor(
      ({ recipients, subject }) => recipients.includes(person.email) && folded(subject) === words.passwordTold,
    );
    await away.page.goto(`${world().issuer}/account`);
    await at(away, words.signInTitle);
    await signInTo(world(), away, { ...person, username, password }, { language });
    await at(away, TEXTS[language].account);
  });
});

it('works without JavaScript', async () => {
  const person = await world().person();
  const { page } = await world().visit('en-GB', { javaScriptEnabled: false });
  const words = TEXTS.en;
  await signInTo(world(), { page }, person, { language: 'en' });
  await at({ page }, TEXTS['en'].account);
  await follow(page, words.addEmail);
  await fill(page, words.newEmail, 'third@example.net');
  await press(page, words.sendCode);
  expect(await page.getByRole('button', { name: 'Send it again' }).isDisabled()).toBe(true);
  await confirm(page, await mailedCode('third@example.net'), 'en');
  expect(await mainText({ page })).toContain('third@example.net was added.');
  await page.locator('a[href$="/account/language"]').click();
  await page.getByLabel('Français').check();
  await press(page, words.save);
  expect(await page.locator('html').getAttribute('lang')).toBe('fr');
});
