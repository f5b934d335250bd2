import { expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { signInPages } from '../../../src/web/pages/sign-in/index.ts';
import { challengeOn, type PageBrowser, type Shown } from '../../support/page-browser.ts';
import { addOrganization, addPerson, codeOf, PASSWORD, type Person } from '../../support/people.ts';
import { ISSUER } from '../../support/ports.ts';
import { useSite } from '../../support/site.ts';
import { createSoftwareAuthenticator } from '../../support/software-authenticator.ts';

const site = useSite({ pages: signInPages });

/** A person without any second factor, after the right password. */
async function arrive(locale: 'en' | 'fr' = 'en'): Promise<{
  person: Person;
  browser: PageBrowser;
  path: string;
  uid: string;
}> {
  const person = await addPerson(site(), { totp: false, locale });
  const browser = site().browser();
  const { uid } = site().interactions.begin(browser);
  const path = `/sign-in/${uid}`;
  await browser.open(path);
  await browser.post(path, { username: person.username, password: PASSWORD });
  return { person, browser, path, uid };
}

const secretOn = ({ html }: Shown): string =>
  (/data-testid="totp-secret">([^]*?)<\/code>/.exec(html)?.[1] ?? '').replaceAll(/<[^>]*>/g, '');
const factorsOf = async ({ id }: Person) =>
  (await site().ports.store.accounts.load(id))?.credentials.filter(({ kind }) => kind !== 'password') ?? [];
const resultOf = (uid: string) => site().interactions.finished.find((one) => one.uid === uid)?.result;

test.each([
  [
    'en',
    [
      'Register a new second factor',
      'If you have not done so yet, please download an authenticator app from your store.',
      'Scan the QR code below with the app',
      'Continue',
    ],
  ],
  [
    'fr',
    [
      'Enregistrer un nouveau deuxième facteur',
      "Si vous ne l'avez pas encore fait, veuillez télécharger une application d'authentification depuis votre store.",
      "Scannez le QR code ci-dessous avec l'application",
      'Continuer',
    ],
  ],
] as const)(
  '%s: T7 texts, store links, QR code and bare secret; the app’s first code opens the session',
  async (locale, texts) => {
    const { person, browser, path, uid } = await arrive(locale);
    expect(browser.page.path).toBe(`${path}/new-factor`);
    for (const text of texts) expect(browser.page.text).toContain(text);
    expect(browser.link('App Store')).toMatch(/^https:\/\/apps\.apple\.com\//);
    expect(browser.link('Google Play')).toMatch(/^https:\/\/play\.google\.com\//);
    expect(browser.page.html).toMatch(/<div class="qr-code"[^>]*><svg /);
    const secret = secretOn(browser.page);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);

    expect(browser.cookie('regain_device')).toBeUndefined();
    const shown = await browser.press(texts[3], { code: codeOf(secret, site().clock.now) });
    expect(shown.path).toBe(`/auth/${uid}`);
    expect(await factorsOf(person)).toMatchObject([{ kind: 'totp', state: 'active' }]);
    // DESIGN rule 7: what was enrolled in this journey proves nothing in it.
    expect(resultOf(uid)?.login).toMatchObject({ accountId: person.id, acr: 'urn:regain:acr:1', amr: ['pwd'] });
    expect(browser.cookie('regain_device')).toBeDefined();
  },
);

test('a wrong code keeps the secret, makes no known device, and counts for nothing', async () => {
  const { person, browser, path, uid } = await arrive();
  const secret = secretOn(browser.page);
  const right = codeOf(secret, site().clock.now);
  const shown = await browser.press('Continue', { code: right === '111111' ? '222222' : '111111' });
  expect(shown.status).toBe(422);
  expect(shown.text).toContain('This code does not match the key above.');
  expect(secretOn(shown)).toBe(secret);
  expect(browser.cookie('regain_device')).toBeUndefined();
  expect((await browser.post(`${path}/new-factor/totp`, { code: '' })).text).toContain('Enter the code.');
  expect(await factorsOf(person)).toEqual([]);
  expect(resultOf(uid)).toBeUndefined();
  await browser.open(browser.link('Français'));
  expect(browser.page.path).toBe(`${path}/new-factor`);
  expect(secretOn(browser.page)).toBe(secret);
});

test('the code that enrolled it is spent: the next sign-in asks for a new one', async () => {
  const { person, browser } = await arrive();
  const secret = secretOn(browser.page);
  const code = codeOf(secret, site().clock.now);
  await browser.press('Continue', { code });
  const { uid } = site().interactions.begin(browser);
  await browser.open(`/sign-in/${uid}`);
  await browser.post(`/sign-in/${uid}`, { username: person.username, password: PASSWORD });
  const replayed = await browser.press('Continue', { code });
  expect(replayed.text).toContain('This code was used already.');
  site().clock.now += 30_000;
  await browser.press('Continue', { code: codeOf(secret, site().clock.now) });
  expect(resultOf(uid)?.login?.acr).toBe('urn:regain:acr:2');
});

test('a passkey instead', async () => {
  const { person, browser, path, uid } = await arrive();
  const challenge = challengeOn(browser.page, 'register');
  const authenticator = createSoftwareAuthenticator();
  const at = { origin: ISSUER, rpId: 'localhost' };
  const foreign = authenticator.register({ ...at, challenge: Buffer.from('another').toString('base64url') });
  const refused = await browser.post(`${path}/new-factor/passkey`, { response: JSON.stringify(foreign) });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('This passkey could not be registered.');
  expect((await browser.press('Register a passkey')).text).toContain('A passkey needs JavaScript');
  const response = JSON.stringify(authenticator.register({ ...at, challenge }));
  await browser.post(`${path}/new-factor/passkey`, { response });
  expect(await factorsOf(person)).toMatchObject([{ kind: 'passkey' }]);
  expect(resultOf(uid)?.login?.acr).toBe('urn:regain:acr:1');
});

test('twice at once enrols one factor', async () => {
  const { person, browser, path } = await arrive();
  const code = codeOf(secretOn(browser.page), site().clock.now);
  const body = () => ({ method: 'POST', body: new URLSearchParams({ _csrf: browser.csrf, code }) });
  await Promise.all([1, 2, 3].map(() => browser.request(`${path}/new-factor/totp`, body())));
  expect(await factorsOf(person)).toHaveLength(1);
});

test('no second factor is asked for where the policy wants none', async () => {
  const policy = {
    ...PRESETS['password-sms'],
    secondFactor: { ...PRESETS['password-sms'].secondFactor, required: false },
  };
  const organizationId = await addOrganization(site(), policy);
  const person = await addPerson(site(), { organizationId, totp: false });
  const browser = site().browser();
  const { uid } = site().interactions.begin(browser, { client: { organizationId } });
  await browser.open(`/sign-in/${uid}`);
  const shown = await browser.post(`/sign-in/${uid}`, { username: person.username, password: PASSWORD });
  expect(shown.path).toBe(`/auth/${uid}`);
  expect(resultOf(uid)?.login).toMatchObject({ accountId: person.id, acr: 'urn:regain:acr:1' });
});
