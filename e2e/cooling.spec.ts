import { expect, it } from 'vitest';
import { authenticator, type Person } from './support/person.ts';
import {
  fill,
  follow,
  press,
  recoveryMail,
  signInTo,
  smsCode,
  typeCode,
  typePassword,
  WORDS,
} from './support/steps.ts';
import { at, folded, mainText, named, type Visit } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const DAY = 86_400_000;

const TEXTS = {
  en: {
    locale: 'en-GB',
    replaced: 'Your second factor was replaced',
    account: 'Your account',
    signIn: 'Sign in to your account',
    waits: 'This has to wait a little',
    until: /Until (\d{1,2} \w+ \d{4}) at \d\d:\d\d \(UTC\) this cannot be done/,
    never: 'Switching off, blocking and signing out never wait.',
    addEmail: 'Add an e-mail address',
    close: 'Close your account?',
    manage: 'Manage',
    thisBrowser: 'This browser',
    signedIn: 'Signed in',
    signOut: 'Sign it out',
    signingOut: /^Sign out “.+”\?$/,
    notMe: "Wasn't this you?",
    digits: 'The two digits in the e-mail',
    block: 'Block my account',
    blocked: 'Your account is blocked',
    ended: "Your account was blocked because of “It wasn't me”. You were signed out here.",
    newEmail: 'New e-mail address',
    sendCode: 'Send a code',
    confirmEmail: 'Confirm your e-mail address',
  },
  fr: {
    locale: 'fr-CH',
    replaced: 'Votre deuxième facteur a été remplacé',
    account: 'Votre compte',
    signIn: 'Connexion à votre compte',
    waits: 'Encore un peu de patience',
    until: /Jusqu'au (\S+ \S+ \d{4}) à \d{1,2} h \d\d \(UTC\), cela ne peut pas être fait/,
    never: "Désactiver, bloquer et fermer des sessions n'attendent jamais.",
    addEmail: 'Ajouter une adresse e-mail',
    close: 'Fermer votre compte ?',
    manage: 'Gérer',
    thisBrowser: 'Ce navigateur',
    signedIn: 'Session ouverte',
    signOut: 'Fermer la session',
    signingOut: /^Fermer la session de «\s.+\s»\s\?$/,
    notMe: "Ce n'était pas vous ?",
    digits: "Les deux chiffres de l'e-mail",
    block: 'Bloquer mon compte',
    blocked: 'Votre compte est bloqué',
    ended: "Votre compte a été bloqué à la suite de « Ce n'était pas moi ». Votre session a été fermée ici.",
    newEmail: 'Nouvelle adresse e-mail',
    sendCode: 'Envoyer un code',
    confirmEmail: 'Confirmer votre adresse e-mail',
  },
} as const;
type Language = keyof typeof TEXTS;

const world = useWorld();

const open = ({ page }: Visit, path: string) => page.goto(`${world().issuer}${path}`);

/** The phone is lost: mailbox, password and SMS bring a new app. Its codes, one after the other. */
async function recover({ page }: Visit, person: Person, language: Language): Promise<() => string> {
  const words = WORDS[language];
  await page.goto(`${world().issuer}/lost-credentials`);
  await fill(page, words.username, person.username);
  await press(page, words.submit);
  await page.goto((await recoveryMail(world(), person)).link);
  await press(page, words.resetFactor);
  await fill(page, words.password, person.password);
  await press(page, words.signIn);
  await typeCode(page, await smsCode(world(), person), language);
  const app = authenticator(await page.getByTestId('totp-secret').innerText(), world().clock);
  await typeCode(page, app.earlier(), language);
  await page.getByRole('heading', { level: 1, name: named(TEXTS[language].replaced) }).waitFor();
  return () => {
    world().clock.skip(30_000);
    return app.code();
  };
}

/** What waits, opened by its address: the page says so, and until when. */
async function waits(visit: Visit, path: string, language: Language): Promise<void> {
  const texts = TEXTS[language];
  const answer = await open(visit, path);
  expect([path, answer?.status()]).toEqual([path, 403]);
  await at(visit, texts.waits);
  const said = await mainText(visit);
  const date = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'fr-FR', { dateStyle: 'long', timeZone: 'UTC' });
  expect(texts.until.exec(said)?.[1]).toBe(date.format(world().clock.now() + DAY));
  expect(said).toContain(texts.never);
}

const WAITING = ['/account/contacts/add-email', '/account/username', '/account/data/export', '/account/data/close'];

it.each(['en', 'fr'] as const)(
  'X3 %s: after a recovery what a thief would change waits in every browser, ending a session does not, and a day later it works',
  async (language) => {
    const texts = TEXTS[language];
    const person = await world().person({ locale: language });
    const [laptop, tablet] = [await world().visit(texts.locale), await world().visit(texts.locale)];
    const code = await recover(laptop, person, language);
    await signInTo(world(), laptop, person, { language, code });
    await at(laptop, TEXTS[language].account);
    await signInTo(world(), tablet, person, { language, code });
    await at(tablet, TEXTS[language].account);
    for (const path of WAITING) await waits(laptop, path, language);
    await laptop.seen(texts.waits);
    await waits(tablet, '/account/contacts/add-phone', language);

    await open(tablet, '/account/devices');
    const other = tablet.page.locator('#devices > li').filter({ hasNotText: texts.thisBrowser });
    await other.filter({ hasText: texts.signedIn }).getByRole('link', { name: texts.manage }).click();
    await follow(tablet.page, texts.signOut);
    await at(tablet, texts.signingOut);
    await press(tablet.page, texts.signOut);
    await open(laptop, '/account');
    await at(laptop, texts.signIn);

    world().clock.skip(DAY);
    await signInTo(world(), tablet, person, { language, code });
    await at(tablet, TEXTS[language].account);
    await open(tablet, '/account/data/close');
    await tablet.seen(texts.close);
    await open(tablet, '/account/contacts/add-email');
    await fill(tablet.page, texts.newEmail, `later-${language}@example.net`);
    await press(tablet.page, texts.sendCode);
    await at(tablet, texts.confirmEmail);
  },
);

it.each(['en', 'fr'] as const)(
  'X3 %s: an old channel cancels the recovery while its thief has to wait',
  async (language) => {
    const texts = TEXTS[language];
    const person = await world().person({ locale: language });
    const [thief, owner] = [await world().visit(texts.locale), await world().visit(texts.locale)];
    const code = await recover(thief, person, language);
    await signInTo(world(), thief, person, { language, code });
    await at(thief, TEXTS[language].account);
    await waits(thief, '/account/contacts/add-email', language);
    await open(thief, '/account');

    const notice = await world().mail.waitFor(
      ({ recipients, subject }) => recipients.includes(person.email) && folded(subject) === texts.replaced,
    );
    await owner.page.goto(/https?:\/\/\S+\/not-me\/[\w-]+/.exec(notice.text)?.[0] ?? '');
    await owner.seen(texts.notMe);
    await fill(owner.page, texts.digits, /: (\d{2})\s/.exec(folded(notice.text))?.[1] ?? '');
    await press(owner.page, texts.block);
    await owner.seen(texts.blocked);
    await thief.page.locator('#banner').getByText(named(texts.ended)).waitFor();
    await open(thief, '/account/contacts/add-email');
    await at(thief, texts.signIn);
    await typePassword(thief.page, person, language);
    await at(thief, texts.blocked);
  },
);
