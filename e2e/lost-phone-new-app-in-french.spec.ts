import jsqr from 'jsqr';
import type { Locator } from 'playwright';
import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import { authenticator } from './support/person.ts';
import {
  arrive,
  askForLink,
  leaveApplication,
  press,
  recoveryMail,
  smsCode,
  typeCode,
  typePassword,
  WORDS,
} from './support/steps.ts';
import { folded } from './support/visit.ts';
import { useWorld } from './support/world.ts';

/** What a phone's camera reads. */
async function scanned(picture: Locator): Promise<string> {
  const { data, width, height } = PNG.sync.read(await picture.screenshot());
  return jsqr.default(new Uint8ClampedArray(data), width, height)?.data ?? 'nothing';
}

const world = useWorld();

it('T1–T8 le téléphone est perdu: mot de passe, SMS, nouvelle application, retour dans l’application', async () => {
  const words = WORDS.fr;
  const person = await world().person({ locale: 'fr' });
  const { page, seen } = await world().visit('fr-CH');

  await leaveApplication(world(), page);
  await seen('Connexion à votre compte');
  await askForLink(page, person.username, 'fr');
  await seen('Consultez vos e-mails');

  const mail = await recoveryMail(world(), person);
  expect(mail.subject).toBe(words.mailSubject);
  await page.goto(mail.link);
  expect(page.url()).not.toContain(mail.link.split('/').at(-1));
  await seen('Que souhaitez-vous faire ?');
  await press(page, words.resetFactor);

  await seen('Connexion à votre compte');
  await page.getByLabel('Mot de passe').fill(person.password);
  await press(page, words.signIn);

  await seen('Saisir le code à 6 chiffres.');
  expect(folded(await page.locator('main').innerText())).toContain('Un code SMS a été envoyé sur votre téléphone.');
  await typeCode(page, await smsCode(world(), person), 'fr');

  await seen('Enregistrer un nouveau deuxième facteur');
  const secret = await page.getByTestId('totp-secret').innerText();
  const app = authenticator(secret, world().clock);
  expect(await scanned(page.locator('.qr-code'))).toContain(`secret=${secret}`);
  await typeCode(page, app.earlier(), 'fr');

  await seen('Votre deuxième facteur a été remplacé');
  await page.getByRole('link', { name: /^Continuer vers/ }).click();
  await arrive(world(), page, 'fr');
  expect(await page.getByTestId('sub').innerText()).toBe(person.sub);
  expect(await page.getByTestId('acr').innerText()).toBe('urn:regain:acr:1');

  // The old app is dead, the new one signs in.
  const other = await world().visit('fr-CH');
  await leaveApplication(world(), other.page);
  await typePassword(other.page, person, 'fr');
  await other.seen('Deuxième facteur');
  await typeCode(other.page, person.authenticator?.code() ?? '', 'fr');
  expect(await other.page.getByRole('alert').innerText()).not.toBe('');
  await typeCode(other.page, app.code(), 'fr');
  await arrive(world(), other.page, 'fr');
  expect(await other.page.getByTestId('acr').innerText()).toBe('urn:regain:acr:2');

  const told = await world().mail.waitFor(
    (message) => message.recipients.includes(person.email) && /remplacé/.test(message.subject),
  );
  expect(told.text).toContain('/not-me/');
  await world().sms.waitFor((message) => message.to === person.phone && /remplacé/.test(message.text));
});
