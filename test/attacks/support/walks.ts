import type { Locale } from '../../../src/domain/message.ts';
import { codeOf, PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from '../../web/recovery/browser.ts';
import type { PageOf } from '../../web/recovery/page.ts';
import { allow, ask, letterTo, smsCode, typePassword, WORDS } from '../../web/recovery/steps.ts';
import type { Application, Asked, World } from '../../web/recovery/world.ts';

const words = WORDS.en;
const STEP_MS = 30_000;

/** Password and the code of the authenticator app, back in the application. The clock moves on by one step, so that the next code is a new one. */
export async function signIn(
  world: World,
  application: Application,
  browser: Browser,
  person: Person,
  {
    password = PASSWORD,
    params = {},
    secret,
    locale = 'en',
  }: { password?: string; params?: Record<string, string>; secret?: string; locale?: Locale } = {},
): Promise<{ asked: Asked; page: PageOf }> {
  const asked = await application.open(browser, params);
  const page = await typePassword(browser, asked.page, person, password);
  world.later(STEP_MS);
  const code = secret === undefined ? person.code() : codeOf(secret, Date.now());
  const last = await browser.press(page, WORDS[locale].continue, { code });
  return { asked, page: await allow(browser, last, locale) };
}

/** As far as the page "What would you like to do?", by the e-mailed link in the browser that asked. */
export async function walkToChoice(world: World, browser: Browser, person: Person): Promise<PageOf> {
  await ask(browser, person.username);
  return browser.open((await letterTo(world, person)).link);
}

/** A recovery of the second factor, begun directly, as far as the page that registers a new one. */
export async function walkToRegister(
  world: World,
  browser: Browser,
  person: Person,
  password = PASSWORD,
): Promise<PageOf> {
  const page = await walkToSms(world, browser, person, password);
  return browser.press(page, words.continue, { code: await smsCode(world, person) });
}

/** The same, as far as the page that asks for the code by SMS. */
export async function walkToSms(world: World, browser: Browser, person: Person, password = PASSWORD): Promise<PageOf> {
  const page = await browser.press(await walkToChoice(world, browser, person), words.factor);
  return browser.press(page, words.signIn, { password });
}

/** A recovery of the password, begun directly, as far as the page for a new one. */
export async function walkToNewPassword(world: World, browser: Browser, person: Person): Promise<PageOf> {
  const page = await browser.press(await walkToChoice(world, browser, person), words.password);
  world.later(STEP_MS);
  return browser.press(page, words.continue, { code: person.code() });
}
