import { expect, it } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import type { NewCredential } from '../../../src/flows/ports.ts';
import { PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { useWorld } from '../recovery/world.ts';

const world = useWorld();

/** A passkey that a computer's browser registered, in its built-in authenticator. */
const laptop = (id: string): NewCredential => ({
  id,
  kind: 'passkey',
  label: 'Laptop',
  webauthnId: id,
  publicKey: Buffer.of(1),
  signCount: 0,
  transports: ['internal'],
  synced: false,
  unsettledUntil: null,
  addedFrom: { ip: '203.0.113.9', userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36' },
});

/** Opens a page of the console in a browser that is signed in nowhere, and signs in with password and app. */
async function signedIn(browser: Browser, person: Person, path: string): Promise<PageOf> {
  const asked = await browser.open(path);
  const second = await browser.press(asked, undefined, { username: person.username, password: PASSWORD });
  return browser.press(second, undefined, { code: person.code() });
}

it('stands behind the sign-in, and comes back to the page that was asked for', async () => {
  const browser = world().browser();
  const person = await world().person();
  expect((await browser.open('/account/if-you-lose')).path).toMatch(/^\/sign-in\//);
  expect((await signedIn(world().browser(), person, '/account/if-you-lose')).path).toBe('/account/if-you-lose');
});

it('says for each thing whether and how its owner gets back in, and leads to the one next step', async () => {
  const browser = world().browser();
  const person = await world().person();
  const page = await signedIn(browser, person, '/account/if-you-lose');
  expect(page.heading).toBe('If you lose …');
  expect(page.text).toContain('If you lose your phone You need your number back');
  expect(page.text).toContain('If you forget your password You get back in alone');
  expect(page.text).toContain(`a link sent to ${person.email}`);

  const step = await browser.open(page.link('See the one step that helps most'));
  expect(step.heading).toBe('Add a passkey on another device');
  expect(step.text).toContain('you would have to wait until your number works again: If you lose your phone');
  expect(step.link('Add a passkey on another device')).toBe('/account/devices/add');
  expect(step.link('Not now')).toBe('/account');
});

it('is in French for those who read French', async () => {
  const browser = world().browser({ language: 'fr' });
  const person = await world().person({ locale: 'fr' });
  const page = await signedIn(browser, person, '/account/if-you-lose');
  expect(page.lang).toBe('fr');
  expect(page.heading).toBe('Si vous perdez…');
  expect(page.text).toContain('Si vous oubliez votre mot de passe Vous revenez sans aide');
  const step = await browser.open('/account/check-up');
  expect(step.heading).toBe("Ajouter une clé d'accès sur un autre appareil");
  expect(step.link('Pas maintenant')).toBe('/account');
});

it('has nothing to propose where a passkey of its own place was added', async () => {
  const browser = world().browser();
  const person = await world().person();
  await world().ports.store.transaction((tx) => tx.credentials.add(person.id, laptop(world().ports.crypto.uuid())));
  const page = await signedIn(browser, person, '/account/check-up');
  expect(page.heading).toBe('You are well prepared');
  expect(page.text).toContain('If you lose all your devices at once You need your number back');
  expect(page.link('Back to your account')).toBe('/account');
});

it('says when a number will count that is no first one', async () => {
  const { ports } = world();
  // Given up just now, and heard of still: the next one is no first one.
  const person = await world().person();
  await ports.store.transaction((tx) => tx.credentials.add(person.id, laptop(ports.crypto.uuid())));
  const browser = world().browser();
  await signedIn(browser, person, '/account/check-up');
  const held = (await ports.store.accounts.load(person.id))?.contacts.find(({ kind }) => kind === 'phone');
  await browser.press(await browser.open(`/account/contacts/${held?.id}/remove`));
  const another = await browser.open('/account/check-up');
  expect(another.heading).toBe('Add a phone number');
  expect(another.text).toContain('It counts for getting back in after 7 days.');
});

it('says so when the organization has not switched recovery on', async () => {
  const person = await world().person();
  await world().policy(PRESETS.off);
  const page = await signedIn(world().browser(), person, '/account/if-you-lose');
  await world().policy(PRESETS['password-sms']);
  expect(page.text).toContain('Your organization has not switched on recovery by yourself.');
  expect(page.text).toContain('If you forget your password Only with help');
});
