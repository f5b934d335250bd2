import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { grantRole } from '../src/flows/administration/roles.ts';
import type { Person } from './support/person.ts';
import { fill, follow, press, signInTo, typeCode, typePassword } from './support/steps.ts';
import { folded, look, named } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const world = useWorld();

async function admin(locale: 'en' | 'fr'): Promise<Person> {
  const person = await world().person({ locale });
  const request = { role: 'admin', organizationId: null } as const;
  await grantRole(world().regain.context.administration, person.username, request);
  return person;
}

const alert = async (page: Page) => folded(await page.getByRole('alert').innerText());
const secretOn = (page: Page) => page.getByTestId('client-secret').innerText();

it('an admin registers an application, mends a mistyped address, sees the secret once, and tries a sign-in', async () => {
  const [person, somebody] = [await admin('en'), await world().person()];
  const visit = await world().visit();
  const { page } = visit;
  await signInTo(world(), visit, person, { language: 'en', path: '/admin' });
  await follow(page, 'Administration');
  await follow(page, 'Applications');
  await visit.seen('Applications');
  await look(page, 'applications-en');
  await follow(page, 'New application');
  await visit.seen('New application');
  await look(page, 'new-en');
  await fill(page, 'Name', 'Corner shop');
  await page.getByLabel(named('By a secret')).check();
  const addresses = 'https://shop.example/cb#done\nhttp://shop.example/cb';
  await fill(page, 'Where people come back to', addresses);
  await press(page, 'Register the application');
  await visit.seen('New application');
  expect(await page.title()).toMatch(/^Error: /);
  expect(await alert(page)).toContain('“https://shop.example/cb#done” has a fragment. Leave out the #');
  expect(await alert(page)).toContain('“http://shop.example/cb” begins with http://');
  expect(await page.getByLabel(named('Where people come back to')).inputValue()).toBe(addresses);
  expect(await page.getByLabel(named('Name')).inputValue()).toBe('Corner shop');
  await look(page, 'wrong-en');
  await fill(page, 'Where people come back to', 'https://shop.example/cb');
  await press(page, 'Register the application');
  await visit.seen('Secret of Corner shop');
  await look(page, 'secret-en');
  const secret = await secretOn(page);
  expect(secret).toMatch(/^[\w-]{43}$/);
  await follow(page, 'Done');
  await visit.seen('Corner shop');
  expect(await page.content()).not.toContain(secret);
  await look(page, 'application-en');

  const address = await page.getByRole('link', { name: 'Try a sign-in' }).getAttribute('href');
  const other = await world().visit();
  await other.page.goto(new URL(address ?? '', world().issuer).href);
  await typePassword(other.page, somebody);
  await typeCode(other.page, somebody.authenticator?.code() ?? '');
  await other.seen('What Corner shop would receive');
  await look(other.page, 'told-en');
  expect(await other.page.getByText(`email: ${somebody.email}`).count()).toBe(1);
});

it('en français : un administrateur modifie une application, renouvelle son secret, la suspend puis la supprime', async () => {
  const [person, { administration }] = [await admin('fr'), world().regain.context];
  const visit = await world().visit('fr-CH');
  const { page } = visit;
  await signInTo(world(), visit, person, { language: 'fr', path: '/admin/applications' });
  await visit.seen('Applications');
  await page.goto(`${world().issuer}/admin/applications/${world().clientId}`);
  await visit.seen('Demo application');
  await look(page, 'application-fr');
  await follow(page, 'Modifier les réglages');
  await visit.seen('Modifier Demo application');
  await look(page, 'edit-fr');
  await page.getByLabel(/avertie de la fin/).fill('http://*.exemple.fr/fin');
  await press(page, 'Enregistrer les modifications');
  await visit.seen('Modifier Demo application');
  expect(await alert(page)).toContain('« http://*.exemple.fr/fin » contient un *.');
  await look(page, 'wrong-fr');
  await page.getByLabel(/avertie de la fin/).fill('https://exemple.fr/fin');
  await fill(page, 'Nom', 'Boutique');
  await press(page, 'Enregistrer les modifications');
  await visit.seen('Boutique');

  await follow(page, 'Nouveau secret');
  await visit.seen('Donner un nouveau secret à Boutique ?');
  expect(await page.getByText('L’ancien secret cesse dès que vous appuyez').count()).toBe(1);
  await look(page, 'rotate-fr');
  await fill(page, 'Motif', 'il figurait dans un ticket');
  await press(page, 'Créer un nouveau secret');
  await visit.seen('Secret de Boutique');
  expect(await secretOn(page)).toMatch(/^[\w-]{43}$/);
  await look(page, 'secret-fr');
  await follow(page, 'Terminé');
  await follow(page, 'Suspendre');
  await visit.seen('Suspendre Boutique ?');
  await fill(page, 'Motif', 'plus utilisée');
  await press(page, 'Suspendre');
  await visit.seen('Boutique');
  await look(page, 'suspended-fr');
  await expect.poll(async () => (await page.request.get(`${world().app}/sign-in`)).status()).toBe(400);
  await follow(page, 'Supprimer');
  await visit.seen('Supprimer définitivement Boutique ?');
  await fill(page, 'Motif', 'plus utilisée');
  await press(page, 'Supprimer définitivement');
  await visit.seen('Applications');
  expect(await administration.store.clients.find(world().clientId)).toBeUndefined();
});
