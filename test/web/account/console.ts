import { PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import type { World } from '../recovery/world.ts';

const STEP_MS = 30_000;

/** Opens a page of the console and signs in with password and app where that is asked. The clock moves on by one step, so that the next code is a new one. */
export async function openConsole(
  world: World,
  browser: Browser,
  person: Person,
  path = '/account',
  password: string = PASSWORD,
): Promise<PageOf> {
  const page = await browser.open(path);
  return page.path.startsWith('/sign-in/') ? signInAt(world, browser, person, page, password) : page;
}

/** Goes through the sign-in that stands before a page: name and password, then the code of the app. */
export async function signInAt(
  world: World,
  browser: Browser,
  person: Person,
  page: PageOf,
  password: string = PASSWORD,
): Promise<PageOf> {
  const named = 'username' in page.formWith().fields ? { username: person.username, password } : { password };
  const second = await browser.press(page, undefined, named);
  world.later(STEP_MS);
  return browser.press(second, undefined, { code: person.code() });
}

/** The digits of a code that went to an address to be confirmed. */
export async function mailedCode(world: World, address: string, subject = 'Your code to confirm'): Promise<string> {
  const { text } = await world.mail(address, subject);
  const code = /\b(\d{3})\s(\d{3})\b/.exec(text);
  if (!code) throw new Error(`no code in ${text}`);
  return `${code[1]}${code[2]}`;
}
