import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { authenticator, type Person } from './support/person.ts';
import { fill, follow, press, signInTo, smsCode, typeCode, typePassword, WORDS } from './support/steps.ts';
import { folded, named, type Visit } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const world = useWorld();

const SAID = {
  en: {
    locale: 'en-GB',
    account: 'Your account',
    browser: 'A new browser signed in to your account',
    understood: 'Understood',
    replaced: 'Your second factor was replaced',
    ended: 'Your second factor was replaced. You were signed out here.',
    notMe: "Wasn't this you?",
    digits: 'The two digits in the e-mail',
    needs: ['your mailbox', 'your password', 'your authenticator app'],
    block: 'Block my account',
    blocked: 'Your account is blocked',
    unblock: 'Unblock my account',
    sent: 'Check your e-mail',
    choose: 'What would you like to do?',
    signIn: 'Sign in to your account',
    factor: 'Second factor',
    register: 'Register a new second factor',
    newPassword: 'Choose a new password',
    set: 'Set the new password',
    open: 'Your account is open again',
    works: 'Works again',
    also: 'Was this not you either?',
    username: 'Username',
    save: 'Save',
    changed: 'Your username was changed',
    stop: 'Stop these too',
    more: 'See what else was done lately',
    mine: 'All of these were me',
  },
  fr: {
    locale: 'fr-CH',
    account: 'Votre compte',
    browser: 'Connexion à votre compte depuis un nouveau navigateur',
    understood: "J'ai compris",
    replaced: 'Votre deuxième facteur a été remplacé',
    ended: 'Votre deuxième facteur a été remplacé. Votre session a été fermée ici.',
    notMe: "Ce n'était pas vous ?",
    digits: "Les deux chiffres de l'e-mail",
    needs: ['votre messagerie', 'votre mot de passe', "votre application d'authentification"],
    block: 'Bloquer mon compte',
    blocked: 'Votre compte est bloqué',
    unblock: 'Débloquer mon compte',
    sent: 'Consultez vos e-mails',
    choose: 'Que souhaitez-vous faire ?',
    signIn: 'Connexion à votre compte',
    factor: 'Deuxième facteur',
    register: 'Enregistrer un nouveau deuxième facteur',
    newPassword: 'Choisir un nouveau mot de passe',
    set: 'Définir le nouveau mot de passe',
    open: 'Votre compte est de nouveau ouvert',
    works: 'Fonctionne de nouveau',
    also: "Ceci non plus, ce n'était pas vous ?",
    username: "Nom d'utilisateur",
    save: 'Enregistrer',
    changed: "Votre nom d'utilisateur a été modifié",
    stop: 'Arrêter cela aussi',
    more: 'Voir ce qui a encore été fait récemment',
    mine: "Tout cela, c'était moi",
  },
} as const;
type Language = keyof typeof SAID;

const read = new WeakSet<object>();

/** The text of the newest e-mail with this in its subject that was not read yet. */
async function mailTo({ email }: Person, subject: string): Promise<string> {
  const mail = await world().mail.waitFor(
    (message) => !read.has(message) && message.recipients.includes(email) && folded(message.subject).includes(subject),
  );
  read.add(mail);
  return mail.text;
}

/** "Lost credentials?", the name, the link of the e-mail, and what it is to be. */
async function begin({ page, seen }: Visit, person: Person, goal: string, language: Language): Promise<void> {
  const words = WORDS[language];
  await page.goto(`${world().issuer}/lost-credentials`);
  await fill(page, words.username, person.username);
  await press(page, words.submit);
  await seen(SAID[language].sent);
  const link = /https?:\/\/\S+\/lost-credentials\/link\/[\w-]+/.exec(await mailTo(person, words.mailSubject))?.[0];
  await page.goto(link ?? '');
  await seen(SAID[language].choose);
  await press(page, goal);
  await fill(page, words.password, person.password);
  await press(page, words.signIn);
}

const banner = (page: Page) => page.locator('#banner');
const waitFor = (page: Page, text: string) => banner(page).getByText(named(text)).waitFor();

it.each(['en', 'fr'] as const)(
  'X3 S5 S6 %s: a thief recovers; the open page says so at once; the owner blocks, walks back with the old app, and the thief is out',
  async (language) => {
    const said = SAID[language];
    const words = WORDS[language];
    const person = await world().person({ locale: language });
    const app = person.authenticator;
    if (!app) throw new Error('no app');
    const [laptop, tablet, thief] = [
      await world().visit(said.locale),
      await world().visit(said.locale),
      await world().visit(said.locale),
    ];
    await signInTo(world(), laptop, person, { language, code: () => app.code() });
    await laptop.seen(said.account);

    // Another browser: at once on the open page, and on the next one until it was seen.
    await signInTo(world(), tablet, person, { language, code: () => app.code() });
    await waitFor(laptop.page, said.browser);
    await laptop.seen(said.account);
    await laptop.page.reload();
    expect(folded(await banner(laptop.page).innerText())).toContain(said.browser);
    await press(laptop.page, said.understood);
    await laptop.seen(said.account);
    expect(await banner(laptop.page).innerText()).toBe('');

    // The thief has mailbox, password and SIM.
    await begin(thief, person, words.resetFactor, language);
    await typeCode(thief.page, await smsCode(world(), person), language);
    await thief.seen(said.register);
    const thiefs = authenticator(await thief.page.getByTestId('totp-secret').innerText(), world().clock);
    await typeCode(thief.page, thiefs.earlier(), language);
    await thief.seen(said.replaced);
    await waitFor(laptop.page, said.ended);
    await waitFor(tablet.page, said.ended);
    await laptop.seen(said.account);
    await signInTo(world(), thief, person, { language, code: () => thiefs.code() });
    await thief.seen(said.account);

    // The owner, from the e-mail.
    const notice = await mailTo(person, said.replaced);
    const link = /https?:\/\/\S+\/not-me\/[\w-]+/.exec(notice)?.[0] ?? '';
    const digits = /: (\d{2})\s/.exec(folded(notice))?.[1] ?? '';
    await laptop.page.goto(link);
    await laptop.seen(said.notMe);
    const text = folded(await laptop.page.locator('main').innerText());
    for (const need of said.needs) expect(text).toContain(need);
    await fill(laptop.page, said.digits, digits);
    await press(laptop.page, said.block);
    await laptop.seen(said.blocked);
    // The thief's open page says it, and the next one is gone.
    await waitFor(
      thief.page,
      language === 'en'
        ? "Your account was blocked because of “It wasn't me”. You were signed out here."
        : "Votre compte a été bloqué à la suite de « Ce n'était pas moi ». Votre session a été fermée ici.",
    );
    await thief.page.goto(`${world().issuer}/account/devices`);
    await thief.seen(said.signIn);

    await follow(laptop.page, said.unblock);
    await begin(laptop, person, said.unblock, language);
    await laptop.seen(said.factor);
    await typeCode(laptop.page, app.code(), language);
    world().clock.skip(30_000);
    await laptop.seen(said.newPassword);
    const password = 'a quiet new harbour';
    await fill(
      laptop.page,
      said.newPassword === 'Choose a new password' ? 'New password' : 'Nouveau mot de passe',
      password,
    );
    await press(laptop.page, said.set);
    await laptop.seen(said.open);
    expect(folded(await laptop.page.locator('main').innerText())).toContain(said.works);

    // The old app signs in; the thief's does not, nor the password that the thief knows.
    const back = { ...person, password };
    await signInTo(world(), laptop, back, { language, code: () => app.code() });
    await laptop.seen(said.account);
    await thief.page.goto(`${world().issuer}/account`);
    await typePassword(thief.page, person, language);
    expect(await thief.page.getByRole('alert').innerText()).not.toBe('');
    await typePassword(thief.page, back, language);
    await thief.seen(said.factor);
    await typeCode(thief.page, thiefs.code(), language);
    expect(await thief.page.getByRole('alert').innerText()).not.toBe('');
  },
);

it.each(['en', 'fr'] as const)(
  'X3 %s: by the link alone nothing else is told; once it is blocked, what else was done in that browser is asked and stopped',
  async (language) => {
    const said = SAID[language];
    const person = await world().person({ locale: language });
    const app = person.authenticator;
    if (!app) throw new Error('no app');
    const [home, thief] = [await world().visit(said.locale), await world().visit(said.locale)];
    await signInTo(world(), home, person, { language, code: () => app.code() });
    await home.seen(said.account);
    await mailTo(person, said.browser);
    // Whoever has watched a code signs in, and calls the account otherwise.
    await signInTo(world(), thief, person, { language, code: () => app.code() });
    await thief.seen(said.account);
    await thief.page.goto(`${world().issuer}/account/username`);
    await fill(thief.page, said.username, `mine-${language}-${person.username}`);
    await press(thief.page, said.save);
    await thief.seen(said.account);

    const notice = await mailTo(person, said.browser);
    await home.page.goto(/https?:\/\/\S+\/not-me\/[\w-]+/.exec(notice)?.[0] ?? '');
    await home.seen(said.notMe);
    expect(folded(await home.page.locator('main').innerText())).not.toContain(said.changed);
    await fill(home.page, said.digits, /: (\d{2})\s/.exec(folded(notice))?.[1] ?? '');
    await press(home.page, said.block);
    await home.seen(said.also);
    expect(await home.page.getByLabel(named(said.changed)).isChecked()).toBe(true);
    await press(home.page, said.stop);
    await home.seen(said.blocked);
    await follow(home.page, said.more);
    await home.seen(said.also);
    expect(await home.page.getByLabel(named(said.changed)).count()).toBe(0);
    await follow(home.page, said.mine);
    await home.seen(said.blocked);
  },
);
