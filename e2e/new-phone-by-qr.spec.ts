import jsqr from 'jsqr';
import type { Page } from 'playwright';
import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import { authenticator } from './support/person.ts';
import { fill, follow, press, typeCode, typePassword } from './support/steps.ts';
import { folded, openVisit, type Visit } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const WORDS = {
  en: {
    locale: 'en-GB',
    devices: 'Devices',
    addDevice: 'Add a device',
    byQr: 'A new phone, by QR code',
    title: 'Add a new phone',
    show: 'Show the QR code',
    showAgain: 'Show a new QR code',
    scan: 'Scan this with the new phone',
    ask: 'Add this phone?',
    addThis: 'Add this phone',
    cancel: 'Cancel',
    code: 'Type this code on the other device',
    asking: 'Is this your new phone?',
    phone: 'Safari on iPhone',
    notMine: 'That is not my phone',
    settingUp: 'Continue on the new phone',
    bring: 'Set up this phone',
    passkey: 'Register a passkey',
    done: 'This phone was added',
    brought: 'Your new phone was added',
    old: 'Authenticator app',
    remove: 'Remove',
    over: 'This phone was not added',
    declined: 'It was cancelled on the phone. Nothing was changed.',
    signIn: 'Sign in',
    signInTitle: 'Sign in to your account',
    account: 'Your account',
  },
  fr: {
    locale: 'fr-CH',
    devices: 'Appareils',
    addDevice: 'Ajouter un appareil',
    byQr: 'Un nouveau téléphone, par QR code',
    title: 'Ajouter un nouveau téléphone',
    show: 'Afficher le QR code',
    showAgain: 'Afficher un nouveau QR code',
    scan: 'À scanner avec le nouveau téléphone',
    ask: 'Ajouter ce téléphone ?',
    addThis: 'Ajouter ce téléphone',
    cancel: 'Annuler',
    code: "Saisissez ce code sur l'autre appareil",
    asking: 'Est-ce votre nouveau téléphone ?',
    phone: 'Safari sur iPhone',
    notMine: "Ce n'est pas mon téléphone",
    settingUp: 'Continuez sur le nouveau téléphone',
    bring: 'Configurer ce téléphone',
    passkey: "Enregistrer une clé d'accès",
    done: 'Ce téléphone a été ajouté',
    brought: 'Votre nouveau téléphone a été ajouté',
    old: "Application d'authentification",
    remove: 'Retirer',
    over: "Ce téléphone n'a pas été ajouté",
    declined: "L'opération a été annulée sur le téléphone. Rien n'a été modifié.",
    signIn: "S'authentifier",
    signInTitle: 'Connexion à votre compte',
    account: 'Votre compte',
  },
} as const;

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1';

const world = useWorld();

const main = async (page: Page) => folded(await page.locator('main').innerText());

/** What the camera of the phone reads on the other screen. */
async function scanned(page: Page): Promise<string> {
  const { data, width, height } = PNG.sync.read(await page.locator('.qr-code').screenshot());
  return jsqr.default(new Uint8ClampedArray(data), width, height)?.data ?? 'nothing';
}

/** The heading alone: the whole page was looked at in the other language. */
const headed = async ({ page }: Visit, heading: string): Promise<void> => {
  await expect
    .poll(async () => folded(await page.getByRole('heading', { level: 1 }).innerText()), { timeout: 10_000 })
    .toBe(heading);
};

const onPhone = (locale: string, more: { javaScriptEnabled?: boolean } = {}): Promise<Visit> =>
  openVisit(world().browser, locale, { userAgent: IPHONE, viewport: { width: 390, height: 844 }, ...more });

it.each(['en', 'fr'] as const)(
  'S8 in %s: the phone scans, its code is typed, it brings a passkey, and the old app goes',
  async (language) => {
    const words = WORDS[language];
    const person = await world().person({ locale: language });
    const laptop = await world().visit(words.locale);
    const phone = await onPhone(words.locale);
    const see = (visit: Visit, heading: string) => (language === 'fr' ? visit.seen(heading) : headed(visit, heading));
    await laptop.page.goto(`${world().issuer}/account/devices`);
    await typePassword(laptop.page, person, language);
    await typeCode(laptop.page, person.authenticator?.code() ?? '', language);
    await headed(laptop, words.devices);
    await follow(laptop.page, words.addDevice);
    await follow(laptop.page, words.byQr);
    await see(laptop, words.title);
    await press(laptop.page, words.show);
    await see(laptop, words.scan);

    // Cancelled on the phone, the other page says so by itself.
    await phone.page.goto(await scanned(laptop.page));
    await see(phone, words.ask);
    await press(phone.page, words.cancel);
    await see(phone, words.over);
    await see(laptop, words.title);
    expect(await main(laptop.page)).toContain(words.declined);

    await press(laptop.page, words.showAgain);
    await see(laptop, words.scan);
    const address = await scanned(laptop.page);
    expect(address.startsWith(`${world().issuer}/pair/`)).toBe(true);
    expect((await laptop.page.getByTestId('pairing-address').innerText()).replaceAll(/\s/g, '')).toBe(address);
    await phone.page.goto(address);
    await see(phone, words.ask);
    expect(phone.page.url()).toBe(`${world().issuer}/pair`);
    expect(await main(phone.page)).toContain(`${person.email.charAt(0)}•••@e•••.org`);
    await press(phone.page, words.addThis);
    await see(phone, words.code);
    const code = await phone.page.getByTestId('pairing-code').innerText();
    expect(code).toMatch(/^\d{4}$/);

    await see(laptop, words.asking);
    expect(await main(laptop.page)).toContain(words.phone);
    await typeCode(laptop.page, code, language);
    await see(laptop, words.settingUp);
    await see(phone, words.bring);
    await phone.passkeys();
    await press(phone.page, words.passkey);
    await see(phone, words.done);

    await see(laptop, words.brought);
    await laptop.page.getByLabel(new RegExp(`^${words.old.replace("'", "['’]")}$`)).check();
    await press(laptop.page, words.remove);
    // Its session stood on the old app.
    await headed(laptop, words.signInTitle);

    // The phone has no session by that; it signs in with what it has brought, and that alone is two factors.
    await follow(phone.page, words.signIn);
    await headed(phone, words.account);
    await phone.page.goto(`${world().issuer}/account/devices`);
    await headed(phone, words.devices);
    const listed = await main(phone.page);
    expect(listed).toContain('iPhone');
    expect(listed).not.toContain(words.old);
    await phone.close();
  },
);

it('somebody else was faster: their code is not the one on the own phone, and pressing or typing turns them away', async () => {
  const words = WORDS.en;
  const person = await world().person();
  const laptop = await world().visit(words.locale);
  await laptop.page.goto(`${world().issuer}/account/devices/pair`);
  await typePassword(laptop.page, person);
  await typeCode(laptop.page, person.authenticator?.code() ?? '');
  await press(laptop.page, words.show);
  await headed(laptop, words.scan);
  const address = await scanned(laptop.page);
  const thief = await world().visit(words.locale);
  await thief.page.goto(address);
  await press(thief.page, words.addThis);
  await headed(thief, words.code);
  const theirs = await thief.page.getByTestId('pairing-code').innerText();

  const phone = await onPhone(words.locale);
  await phone.page.goto(address);
  await headed(phone, words.over);
  expect(await main(phone.page)).toContain('was used already');
  await headed(laptop, words.asking);
  expect(await main(laptop.page)).not.toContain(words.phone);
  await typeCode(laptop.page, theirs === '1234' ? '4321' : '1234');
  await headed(laptop, words.title);
  expect(await main(laptop.page)).toContain('another phone has scanned your screen');
  await headed(thief, words.over);
  await phone.close();
});

it('without JavaScript on either side: a link goes on, and an authenticator app is brought', async () => {
  const words = WORDS.en;
  const person = await world().person();
  const laptop = await world().visit(words.locale, { javaScriptEnabled: false });
  const phone = await onPhone(words.locale, { javaScriptEnabled: false });
  await laptop.page.goto(`${world().issuer}/account/devices/pair`);
  await typePassword(laptop.page, person);
  await typeCode(laptop.page, person.authenticator?.code() ?? '');
  await press(laptop.page, words.show);
  await phone.page.goto(await scanned(laptop.page));
  await press(phone.page, words.addThis);
  const code = await phone.page.getByTestId('pairing-code').innerText();
  await follow(laptop.page, 'I have scanned it: go on');
  await headed(laptop, words.asking);
  await fill(laptop.page, 'Code', code);
  await press(laptop.page, 'Continue');
  await follow(phone.page, 'I have typed it: go on');
  await headed(phone, words.bring);
  const app = authenticator(await phone.page.getByTestId('totp-secret').innerText(), world().clock);
  await typeCode(phone.page, app.code());
  await headed(phone, words.done);
  await follow(laptop.page, 'I have done it: go on');
  await headed(laptop, words.brought);
  expect(await main(laptop.page)).toContain('“iPhone”');
  await phone.close();
});
