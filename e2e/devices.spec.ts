import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { authenticator } from './support/person.ts';
import { fill, follow, press, signInTo, typeCode, typePassword } from './support/steps.ts';
import { at, folded, named, type Visit } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const world = useWorld();

/** The row of the list that has this in it. */
const row = (page: Page, text: string) => page.locator('#devices > li').filter({ hasText: text });
const rows = async (page: Page) => (await page.locator('#devices > li').allInnerTexts()).map(folded);

async function open({ page }: Visit, text: string, manage = 'Manage'): Promise<void> {
  await page.goto(`${world().issuer}/account/devices`);
  await row(page, text)
    .getByRole('link', { name: named(manage) })
    .click();
}

it('S4 S7 M1 M7 two browsers of one account: what is added, named, switched off and removed in one is seen in the other', async () => {
  const person = await world().person();
  const [laptop, tablet] = [await world().visit(), await world().visit()];
  const keys = await laptop.passkeys();
  await signInTo(world(), laptop, person, { language: 'en', path: '/account/devices' });
  await laptop.seen('Devices');
  await signInTo(world(), tablet, person, { language: 'en', path: '/account/devices' });
  await at(tablet, 'Devices');
  expect(await rows(tablet.page)).toHaveLength(4);
  expect(await row(tablet.page, 'This browser').count()).toBe(1);

  await follow(laptop.page, 'Add a device');
  await laptop.seen('Add a device');
  await follow(laptop.page, 'Passkey');
  await laptop.seen('Add a passkey');
  await fill(laptop.page, 'Name (optional)', 'Laptop key');
  await press(laptop.page, 'Register a passkey');
  await at(laptop, 'Devices');
  expect(await laptop.page.getByRole('status').filter({ hasText: 'was added' }).innerText()).toContain('Laptop key');
  expect(await keys.held()).toHaveLength(1);

  await open(tablet, 'Laptop key');
  await tablet.seen('Laptop key');
  await fill(tablet.page, 'Name (optional)', 'Blue laptop');
  await press(tablet.page, 'Save the name');
  await at(tablet, 'Blue laptop');
  await follow(tablet.page, 'Switch off for now');
  await tablet.seen('Switch off “Blue laptop”?');
  await press(tablet.page, 'Switch it off');
  await at(tablet, 'Devices');

  await laptop.page.goto(`${world().issuer}/account/devices`);
  expect(folded(await row(laptop.page, 'Blue laptop').innerText())).toContain('Switched off');
  // Switched off it may come back: the browser keeps it.
  expect(await keys.held()).toHaveLength(1);
  await open(laptop, 'Blue laptop');
  await follow(laptop.page, 'Switch on again');
  await laptop.seen('Switch on “Blue laptop” again?');
  await press(laptop.page, 'Switch it on');
  await at(laptop, 'Devices');
  await open(laptop, 'Blue laptop');
  await follow(laptop.page, 'Remove');
  await laptop.seen('Remove “Blue laptop”?');
  await press(laptop.page, 'Remove it');
  await at(laptop, 'Devices');
  // The browser was told, and has let go of it.
  await expect.poll(() => keys.held()).toEqual([]);
  await tablet.page.goto(`${world().issuer}/account/devices`);
  expect(await rows(tablet.page)).toHaveLength(4);

  const mail = await world().mail.waitFor(
    ({ recipients, subject }) => recipients.includes(person.email) && /second factor was removed/.test(subject),
  );
  expect(mail.text).toContain('Blue laptop');
});

it('S4 a browser that is blocked in another one is out at once, and stays out', async () => {
  const person = await world().person();
  const [laptop, thief] = [await world().visit(), await world().visit()];
  await signInTo(world(), laptop, person, { language: 'en', path: '/account/devices' });
  await thief.page.goto(`${world().app}/sign-in`);
  await typePassword(thief.page, person);
  await typeCode(thief.page, person.authenticator?.code() ?? '');
  world().clock.skip(30_000);
  await press(thief.page, 'Allow');
  await thief.page.waitForURL((url) => url.origin === world().app);

  await laptop.page.goto(`${world().issuer}/account/devices`);
  await laptop.page
    .locator('#devices > li')
    .filter({ hasNotText: 'This browser' })
    .filter({ hasText: 'Signed in' })
    .getByRole('link', { name: 'Manage' })
    .click();
  await follow(laptop.page, 'Block for good');
  await laptop.seen(/^Block “.+”\?$/);
  await press(laptop.page, 'Block it');
  await at(laptop, 'Devices');
  expect(await row(laptop.page, 'Blocked').count()).toBe(1);

  await thief.page.goto(`${world().issuer}/account`);
  await thief.seen('Sign in to your account');
  await typePassword(thief.page, person);
  await typeCode(thief.page, person.authenticator?.code() ?? '');
  await thief.page.getByText('The owner of the account has blocked this browser.').first().waitFor();
  // The application heard of it: its own session is over as well.
  await expect
    .poll(async () => {
      await thief.page.goto(world().app);
      return thief.page.getByTestId('sub').count();
    })
    .toBe(0);
});

it('S4 M7 en français, sans JavaScript : une autre application d’authentification, puis la première est bloquée et le navigateur doit s’authentifier de nouveau', async () => {
  const person = await world().person({ locale: 'fr' });
  const [laptop, phone] = [await world().visit('fr-CH', { javaScriptEnabled: false }), await world().visit('fr-CH')];
  await signInTo(world(), phone, person, { language: 'fr', path: '/account/devices' });
  await phone.seen('Appareils');
  await signInTo(world(), laptop, person, { language: 'fr', path: '/account/devices' });
  await at(laptop, 'Appareils');
  await follow(laptop.page, 'Ajouter un appareil');
  await laptop.seen('Ajouter un appareil');
  await follow(laptop.page, "Application d'authentification");
  await laptop.seen("Ajouter une application d'authentification");
  const secret = (await laptop.page.getByTestId('totp-secret').innerText()).replaceAll(/\s/g, '');
  const app = authenticator(secret, world().clock);
  await fill(laptop.page, 'Nom (facultatif)', 'Nouveau téléphone');
  await typeCode(laptop.page, app.code(), 'fr');
  world().clock.skip(30_000);
  await laptop.seen('Appareils');
  expect(folded(await laptop.page.locator('main').innerText())).toContain(
    "L'appareil « Nouveau téléphone » a été ajouté.",
  );

  await open(phone, 'Sert à cette session', 'Gérer');
  await phone.seen("Application d'authentification");
  await follow(phone.page, 'Bloquer définitivement');
  const text = folded(await phone.page.locator('main').innerText());
  expect(text).toContain('2 sessions ouvertes avec cet appareil se ferment aussitôt');
  expect(text).toContain('Cet appareil a servi à ouvrir la session de ce navigateur : elle se fermera aussi.');
  await press(phone.page, 'Bloquer');
  await phone.seen('Connexion à votre compte');

  // The other browser is out as well, and comes back with the new app.
  await laptop.page.goto(`${world().issuer}/account/devices`);
  await typePassword(laptop.page, person, 'fr');
  await typeCode(laptop.page, app.code(), 'fr');
  await laptop.seen('Appareils');
  expect(folded(await row(laptop.page, 'Bloqué').innerText())).toContain("Application d'authentification");
  expect(folded(await row(laptop.page, 'Nouveau téléphone').innerText())).toContain('Sert à cette session');
});
