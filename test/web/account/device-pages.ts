import { Witness } from '../../attacks/support/browsers.ts';
import { addPasskey, type Person } from '../../support/people.ts';
import { createSoftwareAuthenticator } from '../../support/software-authenticator.ts';
import type { Browser } from '../recovery/browser.ts';
import { type PageOf, wordsOf } from '../recovery/page.ts';
import type { World } from '../recovery/world.ts';

export const LIST = '/account/devices';
export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
export const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1';

/** A browser that says what it is. */
export const browserOf = (world: World, userAgent: string, ip?: string, language = 'en'): Browser =>
  new Witness(world.origin, { 'user-agent': userAgent }, { ...(ip !== undefined && { ip }), language });

/** Second factors as they are stored. */
export const heldBy = async (world: World, { id }: Pick<Person, 'id'>) =>
  ((await world.ports.store.accounts.load(id))?.credentials ?? []).filter(({ kind }) => kind !== 'password');

export const idOf = async (world: World, person: Person, wanted: 'totp' | 'passkey'): Promise<string> =>
  (await heldBy(world, person)).find(({ kind }) => kind === wanted)?.id ?? '';

/** One more passkey, on its owner's word. */
export const anotherPasskey = (world: World, { id }: Person): Promise<void> =>
  addPasskey({ ...world.running.context, clock: { now: 0 }, close: async () => {} }, id, createSoftwareAuthenticator());

/** The rows of the list, as they are read, and where each leads. */
export const listed = (page: PageOf): readonly { readonly text: string; readonly href: string }[] =>
  page.html
    .split(/<li id="devices-\d+">/)
    .slice(1)
    .map((html) => html.split('</li>')[0] ?? '')
    .map((html) => ({ text: wordsOf(html), href: /href="([^"]*)"/.exec(html)?.[1] ?? '' }));

/** The page of the device whose row has this in it. */
export async function openDevice(browser: Browser, text: string): Promise<PageOf> {
  const page = await browser.open(LIST);
  const row = listed(page).find((one) => one.text.includes(text));
  if (!row) throw new Error(`no ${text} in ${page.text}`);
  return browser.open(row.href);
}

/** The page before something is done with it. */
export async function openAct(browser: Browser, text: string, act: string): Promise<PageOf> {
  const page = await openDevice(browser, text);
  return browser.open(page.link(act));
}
