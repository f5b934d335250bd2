import { expect, it } from 'vitest';
import { follow, press, signInTo, typeCode, typePassword, WORDS } from './support/steps.ts';
import { folded, mainText, named } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const world = useWorld();

it('S13 the phone is gone: switched off after the password, it ends in the other browser; a passkey goes on, and it is switched on again', async () => {
  const person = await world().person();
  const [phone, laptop] = [await world().visit(), await world().visit()];
  const keys = await laptop.passkeys();
  await signInTo(world(), laptop, person, { language: 'en', path: '/account/devices' });
  await follow(laptop.page, 'Add a device');
  await follow(laptop.page, 'Passkey');
  await press(laptop.page, 'Register a passkey');
  await laptop.seen('Devices');
  await signInTo(world(), phone, person, { language: 'en', path: '/account/devices' });

  await laptop.context.clearCookies();
  await keys.touch(false);
  await laptop.page.goto(`${world().issuer}/account/devices`);
  await typePassword(laptop.page, person);
  await laptop.seen('Second factor');
  await press(laptop.page, 'My phone is lost: switch it off');
  await laptop.seen('Switch off your lost phone');
  expect(await mainText(laptop)).toContain('Every verified address and phone of your account is told.');
  expect(await laptop.page.getByLabel('Authenticator app').isChecked()).toBe(true);
  expect(await laptop.page.getByLabel('Passkeys').isChecked()).toBe(false);
  // Looking at it did nothing: the phone is still signed in.
  await phone.page.reload();
  await phone.seen('Devices');

  await press(laptop.page, 'Switch it off');
  await laptop.seen('Your phone is switched off');
  expect(await laptop.page.getByRole('status').innerText()).toContain('Switched off: Authenticator app.');
  await phone.page.goto(`${world().issuer}/account/devices`);
  await phone.seen('Sign in to your account');
  await typePassword(phone.page, person);
  await phone.seen('Second factor');
  expect(await phone.page.getByLabel('Code').count()).toBe(0);

  await keys.touch(true);
  await follow(laptop.page, 'Go on signing in');
  await press(laptop.page, 'Use a passkey');
  await laptop.seen('Devices');
  const app = laptop.page.locator('#devices > li').filter({ hasText: 'Authenticator app' });
  expect(folded(await app.innerText())).toContain('Switched off');
  const told = await world().mail.waitFor(
    ({ recipients, subject }) => recipients.includes(person.email) && /lost/i.test(subject),
  );
  expect(told.text).toContain('/not-me/');
  await world().sms.waitFor(({ to, text }) => to === person.phone && /lost/.test(text));

  // It was under the sofa.
  await app.getByRole('link', { name: 'Manage' }).click();
  await follow(laptop.page, 'Switch on again');
  await press(laptop.page, 'Switch it on');
  const tablet = await world().visit();
  await tablet.page.goto(`${world().issuer}/account/devices`);
  await typePassword(tablet.page, person);
  await press(tablet.page, 'Use an authenticator app');
  await typeCode(tablet.page, person.authenticator?.code() ?? '');
  await tablet.seen('Devices');
});

it('S13 le téléphone est perdu, et rien d’autre: désactivé après le mot de passe, sans JavaScript, puis le chemin du retour', async () => {
  const person = await world().person({ locale: 'fr' });
  const [phone, home] = [await world().visit('fr-CH'), await world().visit('fr-CH', { javaScriptEnabled: false })];
  await signInTo(world(), phone, person, { language: 'fr', path: '/account/devices' });
  await home.page.goto(`${world().issuer}/account`);
  await home.seen('Connexion à votre compte');
  expect(await mainText(home)).toContain('Pour accéder à votre compte');
  await typePassword(home.page, person, 'fr');
  await home.seen('Deuxième facteur');
  await press(home.page, "J'ai perdu mon téléphone : désactivez-le");
  await home.seen('Désactiver votre téléphone perdu');
  expect(await mainText(home)).toContain(
    'Il vous faut : votre messagerie, votre mot de passe et un code par SMS à votre numéro',
  );
  await follow(home.page, 'Ne rien désactiver');
  await home.seen('Deuxième facteur');
  await press(home.page, "J'ai perdu mon téléphone : désactivez-le");
  await press(home.page, 'Désactiver');
  await home.seen('Votre téléphone est désactivé');

  await phone.page.goto(`${world().issuer}/account`);
  await phone.seen('Connexion à votre compte');
  await typePassword(phone.page, person, 'fr');
  await phone.seen("Votre deuxième facteur n'est plus utilisable");
  await world().mail.waitFor(({ recipients, subject }) => recipients.includes(person.email) && /perdu/.test(subject));

  await follow(home.page, WORDS.fr.lost);
  await home.seen("Vos moyens d'identification sont perdus ?");
  expect(await home.page.getByLabel(named(WORDS.fr.username)).inputValue()).toBe(person.username);
});
