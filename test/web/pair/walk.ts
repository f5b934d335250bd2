import type { Person } from '../../support/people.ts';
import { ISSUER } from '../../support/ports.ts';
import { openConsole } from '../account/console.ts';
import { browserOf, FIREFOX, IPHONE } from '../account/device-pages.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { wordsOf } from '../recovery/page.ts';
import type { World } from '../recovery/world.ts';

export const PAIR = '/account/devices/pair';

export const WORDS = {
  en: {
    add: 'Add a device',
    byQr: 'A new phone, by QR code',
    show: 'Show the QR code',
    showAgain: 'Show a new QR code',
    scanTitle: 'Scan this with the new phone',
    addThis: 'Add this phone',
    cancel: 'Cancel',
    notMine: 'That is not my phone',
    continue: 'Continue',
    remove: 'Remove',
    codeTitle: 'Type this code on the other device',
    asking: 'Is this your new phone?',
    settingUp: 'Continue on the new phone',
    bring: 'Set up this phone',
    done: 'This phone was added',
    brought: 'Your new phone was added',
    over: 'This phone was not added',
    title: 'Add a new phone',
  },
  fr: {
    add: 'Ajouter un appareil',
    byQr: 'Un nouveau téléphone, par QR code',
    show: 'Afficher le QR code',
    showAgain: 'Afficher un nouveau QR code',
    scanTitle: 'À scanner avec le nouveau téléphone',
    addThis: 'Ajouter ce téléphone',
    cancel: 'Annuler',
    notMine: "Ce n'est pas mon téléphone",
    continue: 'Continuer',
    remove: 'Retirer',
    codeTitle: "Saisissez ce code sur l'autre appareil",
    asking: 'Est-ce votre nouveau téléphone ?',
    settingUp: 'Continuez sur le nouveau téléphone',
    bring: 'Configurer ce téléphone',
    done: 'Ce téléphone a été ajouté',
    brought: 'Votre nouveau téléphone a été ajouté',
    over: "Ce téléphone n'a pas été ajouté",
    title: 'Ajouter un nouveau téléphone',
  },
} as const;
export type Language = keyof typeof WORDS;

/** The device that is signed in, its new phone, and what the QR code of the first one leads to. */
export interface Two {
  readonly laptop: Browser;
  readonly phone: Browser;
  readonly shown: PageOf;
  readonly address: string;
}

/** Signs in, goes to the page, and shows the QR code. */
export async function showCode(world: World, person: Person, language: Language = 'en'): Promise<Two> {
  const laptop = browserOf(world, FIREFOX, undefined, language);
  const phone = browserOf(world, IPHONE, undefined, language);
  const start = await openConsole(world, laptop, person, PAIR);
  const shown = await laptop.press(start, WORDS[language].show);
  return { laptop, phone, shown, address: addressIn(shown) };
}

/** As far as the phone, which asks and shows its code. */
export async function claim(
  two: Pick<Two, 'phone' | 'address'>,
  language: Language = 'en',
): Promise<{ page: PageOf; code: string }> {
  const ask = await two.phone.open(two.address);
  const page = await two.phone.press(ask, WORDS[language].addThis);
  return { page, code: codeIn(page) };
}

/** As far as the page that sets the phone up. */
export async function confirm(two: Two, language: Language = 'en'): Promise<PageOf> {
  const { code } = await claim(two, language);
  await two.laptop.press(await two.laptop.open(PAIR), WORDS[language].continue, { code });
  return two.phone.open('/pair');
}

/** The address that the page shows as text, which is that of the QR code. */
export function addressIn(page: PageOf): string {
  const text = /data-testid="pairing-address">([^]*?)<\/code>/.exec(page.html)?.[1];
  const address = wordsOf(text ?? '').replaceAll(' ', '');
  if (!address.startsWith(`${ISSUER}/pair/`)) throw new Error(`no address in ${page.text}`);
  return address;
}

export function codeIn(page: PageOf): string {
  const code = /data-testid="pairing-code">(\d{4})</.exec(page.html)?.[1];
  if (!code) throw new Error(`no code in ${page.text}`);
  return code;
}

export const another = (code: string): string => (code === '0000' ? '1111' : '0000');
