import type { Locale } from '../../../src/domain/message.ts';
import { codeOf, PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from './browser.ts';
import type { PageOf } from './page.ts';
import { ask, enrolShown, letterTo, WORDS, walkToNewFactor } from './steps.ts';
import type { World } from './world.ts';

/** "It wasn't me", as people read and press it. */
export const NOT_ME = {
  en: {
    block: 'Block my account',
    blocked: 'Your account is blocked',
    unblock: 'Unblock my account',
    open: 'Your account is open again',
    added: 'A second factor was added',
    browser: 'A new browser signed in',
  },
  fr: {
    block: 'Bloquer mon compte',
    blocked: 'Votre compte est bloqué',
    unblock: 'Débloquer mon compte',
    open: 'Votre compte est de nouveau ouvert',
    added: 'Un deuxième facteur a été ajouté',
    browser: 'Connexion à votre compte depuis un nouveau navigateur',
  },
} as const;

export interface Told {
  readonly link: string;
  readonly digits: string;
}

/** The link and the digits of the newest notice to this person whose subject has this in it. */
export async function noticeTo(world: World, { email }: Pick<Person, 'email'>, subject: string): Promise<Told> {
  const { text } = await world.mail(email, subject);
  const link = /http:\S+\/not-me\/[\w-]+/.exec(text)?.[0];
  const digits = /: (\d{2})\s/.exec(text.replaceAll('\u00a0', ' '))?.[1];
  if (!link || !digits) throw new Error(`nothing to contest in ${text}`);
  return { link, digits };
}

/** Opens the notice's page, types the digits and presses. */
export async function contestBy(browser: Browser, { link, digits }: Told, locale: Locale = 'en'): Promise<PageOf> {
  return browser.press(await browser.open(link), NOT_ME[locale].block, { digits });
}

/** Somebody with mailbox, password and SIM card replaces the second factor; the secret of their app. */
export async function takeOver(world: World, person: Person, locale: Locale = 'en'): Promise<string> {
  const thief = world.browser({ language: locale });
  await ask(thief, person.username);
  const { page, secret } = await enrolShown(thief, await walkToNewFactor(world, thief, person, locale), locale);
  if (page.heading !== WORDS[locale].replaced) throw new Error(`not replaced: ${page.heading}`);
  return secret;
}

/** As far as the choice that a fresh e-mail opens. */
export async function toChoice(world: World, browser: Browser, person: Person, locale: Locale = 'en'): Promise<PageOf> {
  await ask(browser, person.username);
  return browser.open((await letterTo(world, person, locale)).link);
}

/** The way back, as far as the new password: link, password, and the code of the app that was there before. */
export async function walkBack(
  world: World,
  browser: Browser,
  person: Person,
  { locale = 'en', password = PASSWORD }: { readonly locale?: Locale; readonly password?: string } = {},
): Promise<PageOf> {
  const words = WORDS[locale];
  let page = await browser.press(await toChoice(world, browser, person, locale), NOT_ME[locale].unblock);
  page = await browser.press(page, words.signIn, { password });
  world.later(30_000);
  return browser.press(page, words.continue, { code: codeOf(person.totp ?? '', Date.now()) });
}
