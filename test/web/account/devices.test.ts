import { describe, expect, it } from 'vitest';
import { signIn } from '../../attacks/support/walks.ts';
import { codeOf } from '../../support/people.ts';
import { ISSUER } from '../../support/ports.ts';
import { createSoftwareAuthenticator } from '../../support/software-authenticator.ts';
import { rowsOf } from '../recovery/rows.ts';
import { typePassword, WORDS } from '../recovery/steps.ts';
import { CALLBACK, useWorld } from '../recovery/world.ts';
import { openConsole, signInAt } from './console.ts';
import { browserOf, FIREFOX, heldBy, IPHONE, LIST, listed, openAct, openDevice } from './device-pages.ts';

const MINUTE = 60_000;
const words = WORDS.en;

const world = useWorld();

describe('the list', () => {
  it('has everything in it: kind, name, state, when and roughly where added, last used, and which is here', async () => {
    const person = await world().person({ passkey: true });
    const laptop = browserOf(world(), FIREFOX, '203.0.113.9');
    const phone = browserOf(world(), IPHONE, '2001:db8:1:2:3::4');
    await openConsole(world(), phone, person, LIST);
    world().later(120 * MINUTE);
    const page = await openConsole(world(), laptop, person, LIST);
    expect([page.status, page.heading]).toEqual([200, 'Devices']);
    const texts = listed(page).map(({ text }) => text);
    expect(texts).toEqual([
      'Firefox on Linux This browser Signed in Last signed in just now from 203.0.113.9 First used just now from 203.0.113.9 Manage',
      'Authenticator app Used to sign in here On It shows 6-digit codes. Added 2 hours ago Last used just now Manage',
      'Passkey On Fingerprint, face or screen lock. Added 2 hours ago Not used to sign in yet Manage',
      `${person.phone} For recovery Phone: gets codes by SMS when you recover your account. Confirmed 2 hours ago Manage`,
      'Safari on iPhone Signed in Last signed in 2 hours ago from 2001:db8:1:2::/64 First used 2 hours ago from 2001:db8:1:2::/64 Manage',
    ]);
    expect(page.link('Devices')).toBe(LIST);
  });

  it('is in French for those who read French', async () => {
    const person = await world().person({ locale: 'fr' });
    const page = await openConsole(world(), browserOf(world(), FIREFOX, undefined, 'fr'), person, LIST);
    expect([page.lang, page.heading]).toEqual(['fr', 'Appareils']);
    expect(page.text).toContain("Application d'authentification Sert à cette session Actif");
    expect(page.text).toContain("Dernière connexion à l'instant depuis");
  });

  it('a session in a browser that is not known is a row as well, and can be ended', async () => {
    const person = await world().person();
    const [laptop, other] = [browserOf(world(), FIREFOX), browserOf(world(), IPHONE)];
    await openConsole(world(), other, person);
    await openConsole(world(), laptop, person);
    const known = await world().ports.store.devices.of(person.id);
    const gone = known.find(({ userAgent }) => userAgent === IPHONE);
    await world().ports.store.devices.forget(person.id, gone?.id ?? '');
    const asked = await openAct(laptop, 'A browser that keeps nothing', 'Sign it out');
    expect(asked.heading).toBe('Sign out “Safari on iPhone”?');
    const done = await laptop.press(asked);
    expect([done.path, done.text.includes('“Safari on iPhone” was signed out.')]).toEqual([LIST, true]);
    expect(listed(done)).toHaveLength(3);
    expect((await other.open('/account')).heading).toBe('Sign in to your account');
  });

  it('GET changes nothing, on any of these pages', async () => {
    const person = await world().person({ passkey: true });
    const browser = browserOf(world(), FIREFOX);
    const page = await openConsole(world(), browser, person, LIST);
    const before = await rowsOf(world(), person.id);
    for (const { href } of listed(page).slice(0, 3)) {
      for (const below of ['', '/name', '/off', '/on', '/block', '/remove', '/sign-out'])
        expect((await browser.open(`${href}${below}`)).status).toBe(200);
    }
    for (const path of ['', '/add', '/add/app', '/add/passkey', '/nothing', '/nothing/off'])
      expect((await browser.open(`${LIST}${path}`)).status).toBe(200);
    expect(await rowsOf(world(), person.id)).toBe(before);
  });
});

it('a name is given, shown in its place, and taken back; one that is too long stays in its field', async () => {
  const person = await world().person();
  const browser = browserOf(world(), FIREFOX);
  await openConsole(world(), browser, person, LIST);
  const page = await openDevice(browser, 'Authenticator app');
  const long = 'x'.repeat(61);
  const refused = await browser.press(page, 'Save the name', { name: long });
  expect([refused.status, refused.formWith('Save the name').fields['name']]).toEqual([422, long]);
  expect(refused.alert).toContain('60 characters are the most');
  const named = await browser.press(refused, 'Save the name', { name: 'Anna’s <phone>' });
  expect([named.path, named.heading]).toEqual([page.path, "Anna's <phone>"]);
  expect(named.text).toContain("Done It is called “Anna's <phone>” now.");
  expect(named.html).not.toContain('<phone>');
  const again = await browser.open(named.path);
  expect(again.text).not.toContain('It is called');
  const back = await browser.press(again, 'Save the name', { name: '' });
  expect(back.heading).toBe('Authenticator app');
  const here = await browser.press(await openDevice(browser, 'This browser'), 'Save the name', { name: 'Work' });
  expect(listed(await browser.open(LIST))[0]?.text).toContain('Work This browser Signed in Firefox on Linux');
  expect(here.heading).toBe('Work');
});

it('switched off in one browser, it signs in nowhere; switched on again, it does; every address is told by its name', async () => {
  const person = await world().person({ passkey: true });
  const [laptop, other] = [browserOf(world(), FIREFOX), browserOf(world(), IPHONE)];
  await openConsole(world(), laptop, person, LIST);
  await openConsole(world(), other, person);
  const passkey = await openDevice(laptop, 'Passkey');
  await laptop.press(passkey, 'Save the name', { name: 'Key ring' });
  const asked = await openAct(laptop, 'Key ring', 'Switch off for now');
  expect(asked.heading).toBe('Switch off “Key ring”?');
  expect(asked.text).toContain('No session was opened with it.');
  expect(asked.text).toContain(
    'How you get in afterwards You sign in as before, with your password and your authenticator app.',
  );
  const done = await laptop.press(asked, 'Switch it off');
  expect([done.path, done.text.includes('“Key ring” is switched off.')]).toEqual([LIST, true]);
  // What happens in one is seen in the other.
  expect(listed(await other.open(LIST)).map(({ text }) => text)).toContainEqual(
    expect.stringContaining('Key ring Switched off'),
  );
  const { text } = await world().mail(person.email, 'A device was switched off');
  expect(text).toContain('Key ring');

  const fresh = world().browser();
  const page = await typePassword(fresh, await fresh.open(LIST), person);
  expect(page.buttons).not.toContain('Use a passkey');

  await laptop.press(await openAct(laptop, 'Key ring', 'Switch on again'), 'Switch it on');
  const once = world().browser();
  expect((await typePassword(once, await once.open(LIST), person)).buttons).toContain('Use a passkey');
  await world().mail(person.email, 'A device was switched on again');
});

describe('adding', () => {
  it('an app: from the list to the list, in a browser without JavaScript; it signs in from then on', async () => {
    const person = await world().person();
    const browser = browserOf(world(), IPHONE);
    const list = await openConsole(world(), browser, person, LIST);
    const choose = await browser.open(list.link('Add a device'));
    expect(choose.links.map(({ text }) => text)).toEqual(expect.arrayContaining(['Authenticator app', 'Passkey']));
    expect(choose.text).not.toContain('SMS');
    const page = await browser.open(choose.link('Authenticator app'));
    const secret = page.totpSecret;
    const wrong = await browser.press(page, words.continue, { code: codeOf(secret, Date.now() - 3_600_000) });
    expect([wrong.status, wrong.totpSecret]).toEqual([422, secret]);
    const empty = await browser.press(wrong, words.continue, { code: '', name: 'Kitchen' });
    expect(empty.alert).toContain('Enter the code.');
    expect(empty.formWith().fields['name']).toBe('Kitchen');
    expect(page.formWith().fields['name']).toBe('iPhone');
    const done = await browser.press(empty, words.continue, { code: codeOf(secret, Date.now()) });
    expect([done.path, done.text.includes('“Kitchen” was added.')]).toEqual([LIST, true]);
    expect(done.text).toContain(
      'Kitchen On Authenticator app: it shows 6-digit codes. Added just now with Safari on iPhone from',
    );
    await world().mail(person.email, 'Another second factor was added');
    const elsewhere = world().browser();
    const { page: back } = await signIn(world(), await world().application('Notes'), elsewhere, person, { secret });
    expect(back.url.href).toContain(CALLBACK);
  });

  it('a passkey: named after this browser, or by what it is when it was made on another device', async () => {
    const person = await world().person();
    const browser = browserOf(world(), FIREFOX);
    await openConsole(world(), browser, person, LIST);
    for (const [attachment, name] of [
      ['platform', 'Passkey of Firefox on Linux'],
      ['cross-platform', 'Passkey'],
    ] as const) {
      const page = await browser.open(`${LIST}/add/passkey`);
      const { challenge } = page.passkeyOptions;
      const made = createSoftwareAuthenticator().register({ challenge, origin: ISSUER, rpId: 'localhost' });
      const response = JSON.stringify({ ...made, authenticatorAttachment: attachment });
      const none = await browser.press(page, 'Register a passkey');
      expect(none.alert).toContain('JavaScript');
      const done = await browser.press(page, 'Register a passkey', { response });
      expect([done.path, done.text.includes(`“${name}” was added.`)]).toEqual([LIST, true]);
    }
    const labels = (await heldBy(world(), person)).filter(({ kind }) => kind === 'passkey').map(({ label }) => label);
    expect(labels).toEqual(['Passkey of Firefox on Linux', '']);
    const [again] = [await browser.open(`${LIST}/add/passkey`)];
    expect(again.formWith('Register a passkey').fields['name']).toBe('Passkey of Firefox on Linux 2');
  });
});

it('after a passkey is gone for good this browser is told once which ones are left; after other things it is not', async () => {
  const person = await world().person({ passkey: true });
  const browser = browserOf(world(), FIREFOX);
  await openConsole(world(), browser, person, LIST);
  const off = await browser.press(await openAct(browser, 'Passkey', 'Switch off for now'), 'Switch it off');
  expect(off.html).not.toContain('data-accepted');
  const done = await browser.press(await openAct(browser, 'Passkey', 'Remove'), 'Remove it');
  const told = /data-accepted="([^"]*)"/.exec(done.html)?.[1]?.replaceAll('&#34;', '"') ?? '{}';
  expect(JSON.parse(told)).toEqual({
    rpId: 'localhost',
    userId: expect.stringMatching(/^[\w-]{43}$/),
    allAcceptedCredentialIds: [],
  });
  expect(done.html).toContain('passkeys-signal.js');
  const page = await browser.open(`${LIST}/add/passkey`);
  expect(page.html).toContain(JSON.parse(told).userId);
  const reloaded = await browser.open(LIST);
  expect(reloaded.html).not.toMatch(/data-accepted|passkeys-signal|was removed/);
});

it('what was said for one account is not shown to another', async () => {
  const [person, other] = [await world().person({ passkey: true }), await world().person()];
  const browser = browserOf(world(), FIREFOX);
  await openConsole(world(), browser, person, LIST);
  const gone = await browser.press(await openAct(browser, 'Authenticator app', 'Switch off for now'), 'Switch it off');
  const page = await signInAt(world(), browser, other, gone);
  expect(page.heading).toBe('Devices');
  expect(page.text).not.toContain('switched off');
});

it('says where passkeys are added and seen, to whoever asks (W3C Passkey Endpoints)', async () => {
  const response = await world().browser().request('/.well-known/passkey-endpoints');
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  expect(await response.json()).toEqual({ enroll: `${ISSUER}${LIST}/add`, manage: `${ISSUER}${LIST}` });
});
