import type { Locale } from '../../../src/domain/message.ts';
import { codeOf, PASSWORD, type Person } from '../../support/people.ts';
import { ISSUER } from '../../support/ports.ts';
import type { ReceivedMail } from '../../support/sinks.ts';
import type { Browser } from './browser.ts';
import type { PageOf } from './page.ts';
import type { World } from './world.ts';

/** What people read and press, apostrophes and spaces folded. */
export const WORDS = {
  en: {
    lost: 'Lost credentials?',
    submit: 'Submit',
    signIn: 'Sign in',
    continue: 'Continue',
    again: 'Send it again',
    password: 'Reset my password',
    factor: 'Reset my second authentication factor',
    both: 'I have lost both',
    setPassword: 'Set the new password',
    allow: 'Allow',
    subject: 'Reset your credentials',
    replaced: 'Your second factor was replaced',
    reset: 'Your password was reset',
    registered: 'Your second factor is registered',
  },
  fr: {
    lost: "Moyens d'identification perdus ?",
    submit: 'Soumettre',
    signIn: "S'authentifier",
    continue: 'Continuer',
    again: "Renvoyer l'e-mail",
    password: 'Réinitialiser mon mot de passe',
    factor: "Réinitialiser mon deuxième facteur d'authentification",
    both: "J'ai perdu les deux",
    setPassword: 'Définir le nouveau mot de passe',
    allow: 'Autoriser',
    subject: 'Réinitialiser vos moyens de connexion',
    replaced: 'Votre deuxième facteur a été remplacé',
    reset: 'Votre mot de passe a été réinitialisé',
    registered: 'Votre deuxième facteur est enregistré',
  },
} as const satisfies Record<Locale, Record<string, string>>;

/** What an e-mail brings: the link of the recovery and its short code. */
export interface Letter {
  readonly link: string;
  readonly code: string;
  readonly mail: ReceivedMail;
}

/** "Lost credentials?", the name, "Submit", directly at the address. */
export async function ask(browser: Browser, name: string): Promise<PageOf> {
  return browser.press(await browser.open('/lost-credentials'), undefined, { username: name });
}

export async function letterTo(world: World, { email }: Pick<Person, 'email'>, locale: Locale = 'en'): Promise<Letter> {
  const mail = await world.mail(email, WORDS[locale].subject);
  const link = /http:\S+\/lost-credentials\/link\/[\w-]+/.exec(mail.text)?.[0];
  const code = /\b(\d{3})\s(\d{3})\b/.exec(mail.text);
  if (!link?.startsWith(ISSUER) || !code) throw new Error(`no link or code in ${mail.text}`);
  return { link, code: `${code[1]}${code[2]}`, mail };
}

export async function smsCode(world: World, { phone }: Pick<Person, 'phone'>): Promise<string> {
  return (await world.sms(phone, /#\d{6}$/)).text.slice(-6);
}

/** A recovery of the second factor, as far as the page that registers a new one. */
export async function walkToNewFactor(
  world: World,
  browser: Browser,
  person: Person,
  locale: Locale = 'en',
): Promise<PageOf> {
  const words = WORDS[locale];
  const { link } = await letterTo(world, person, locale);
  let page = await browser.press(await browser.open(link), words.factor);
  page = await browser.press(page, words.signIn, { password: PASSWORD });
  return browser.press(page, words.continue, { code: await smsCode(world, person) });
}

/** Registers the app whose secret the page shows. */
export async function enrolShown(
  browser: Browser,
  page: PageOf,
  locale: Locale = 'en',
): Promise<{ page: PageOf; secret: string; code: string }> {
  const secret = page.totpSecret;
  const code = codeOf(secret, Date.now());
  const done = await browser.press(page, WORDS[locale].continue, { code });
  return { page: done, secret, code };
}

/** Username and password on the sign-in page. */
export async function typePassword(
  browser: Browser,
  page: PageOf,
  { username }: Pick<Person, 'username'>,
  password: string = PASSWORD,
  locale: Locale = 'en',
): Promise<PageOf> {
  return browser.press(page, WORDS[locale].signIn, { username, password });
}

/** Goes on from the check-up after a first second factor, and allows what the application asks for, where it asks. */
export async function allow(browser: Browser, page: PageOf, locale: Locale = 'en'): Promise<PageOf> {
  const words = WORDS[locale];
  const asked = page.heading === words.registered ? await browser.press(page) : page;
  return asked.buttons.includes(words.allow) ? browser.press(asked, words.allow) : asked;
}

/** A code that is not this one. */
export const otherThan = (code: string): string => (code === '000000' ? '111111' : '000000');
