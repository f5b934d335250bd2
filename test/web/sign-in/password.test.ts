import { describe, expect, test } from 'vitest';
import { delayAfter } from '../../../src/domain/back-off.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import { suspendAccount } from '../../../src/flows/administration/suspend-account.ts';
import { signInPages } from '../../../src/web/pages/sign-in/index.ts';
import { fold, type PageBrowser, type Shown } from '../../support/page-browser.ts';
import { addOrganization, addPerson, PASSWORD } from '../../support/people.ts';
import { useSite } from '../../support/site.ts';

const site = useSite({ pages: signInPages });

/** A browser at the first page of a sign-in. */
async function arrive(
  changes: Parameters<ReturnType<typeof site>['interactions']['begin']>[1] = {},
  headers: Record<string, string> = {},
): Promise<{ browser: PageBrowser; path: string; uid: string }> {
  const browser = site().browser(headers);
  const { uid } = site().interactions.begin(browser, changes);
  const path = `/sign-in/${uid}`;
  await browser.open(path);
  return { browser, path, uid };
}

const wrong = (username: string) => ({ username, password: 'not the right one' });

describe('T1', () => {
  test.each([
    [
      'en',
      ['Sign in to your account', 'Username or email', 'Password', 'Sign in', 'Lost credentials?', 'Contact support'],
    ],
    [
      'fr',
      [
        'Connexion à votre compte',
        'Utilisateur ou e-mail',
        'Mot de passe',
        "S'authentifier",
        "Moyens d'identification perdus ?",
        'Contacter le support',
      ],
    ],
  ] as const)('%s: heading, fields, button and links as in the text', async (locale, texts) => {
    const { browser, path } = await arrive({ request: { ui_locales: locale } });
    const { page } = browser;
    expect(page.status).toBe(200);
    const [heading, username, password, button, lost, support] = texts;
    expect(page.html).toContain(`<html lang="${locale}">`);
    expect(fold(/<h1>(.*?)<\/h1>/.exec(page.html)?.[1] ?? '')).toBe(heading);
    expect(fold(/<label for="f-username">(.*?)<\/label>/.exec(page.html)?.[1] ?? '')).toBe(username);
    expect(fold(/<label for="f-password">(.*?)<\/label>/.exec(page.html)?.[1] ?? '')).toBe(password);
    expect(page.html).toMatch(/<input id="f-username" name="username"[^>]* autocomplete="username webauthn"/);
    expect(page.html).toMatch(
      /<input id="f-password" name="password" type="password"[^>]* autocomplete="current-password"/,
    );
    expect(fold(/<button class="button primary"[^>]*>([^]*?)<\/button>/.exec(page.html)?.[1] ?? '')).toBe(button);
    expect(browser.link(lost)).toBe(`${path}/lost-credentials`);
    expect(browser.link(support)).toBe('/support');
  });

  test('names the application, and leads back to it', async () => {
    const { browser, uid } = await arrive({ client: { name: 'Atlas' } });
    expect(browser.page.text).toContain('To continue to Atlas');
    const shown = await browser.press('Go back to Atlas');
    expect(site().interactions.aborted).toContain(uid);
    expect(shown.path).toBe(`/auth/${uid}`);
  });

  test('the hint of the application stands in the field', async () => {
    const { browser } = await arrive({ request: { login_hint: 'ada@example.com' } });
    expect(browser.page.html).toMatch(/name="username"[^>]* value="ada@example.com"/);
  });
});

describe('a wrong password', () => {
  test('is said without telling which of the two was wrong; the name stays, the password does not', async () => {
    const person = await addPerson(site());
    const { browser, path } = await arrive();
    const shown = await browser.post(path, wrong(person.username));
    expect(shown.status).toBe(422);
    expect(shown.html).toContain('<title>Error: Sign in to your account');
    expect(shown.html).toMatch(/role="alert"/);
    expect(shown.text).toContain('This username and this password do not match');
    expect(shown.html).toMatch(new RegExp(`name="username"[^>]* value="${person.username}"`));
    expect(shown.html).not.toContain('not the right one');
    expect(site().interactions.finished).toEqual([]);
  });

  test('A11 a name that nobody has looks the same: status, headers, body', async () => {
    const person = await addPerson(site());
    const suspended = await addPerson(site());
    await suspendAccount(site().administration, suspended.username);
    const without = await addPerson(site(), { totp: false });
    const names = [person.username, 'nobody-has-it', suspended.username, without.username, person.email];
    const shown = await Promise.all(
      names.map(async (name) => {
        const { browser, path, uid } = await arrive();
        return bare(await browser.post(path, wrong(name)), name, uid);
      }),
    );
    for (const one of shown) expect(one).toEqual(shown[0]);
  });

  test('A26 is slowed down after five, says until when, and recovery stays open', async () => {
    const person = await addPerson(site());
    const { browser, path } = await arrive();
    for (let n = 0; n < 5; n += 1) await browser.post(path, wrong(person.username));
    const shown = await browser.post(path, wrong(person.username));
    expect(shown.status).toBe(429);
    expect(shown.text).toContain('There were too many tries. Try again in 30 seconds.');
    expect(browser.link('Lost credentials?')).toBe(`${path}/lost-credentials`);

    const right = await browser.post(path, { username: person.username, password: PASSWORD });
    expect(right.status).toBe(429);
    site().clock.now += 30_000;
    const later = await browser.post(path, { username: person.username, password: PASSWORD });
    expect(later.text).toContain('Second factor');
  });

  test('a longer wait is said in minutes and by the clock, in French too', async () => {
    const person = await addPerson(site());
    const { browser, path } = await arrive({ request: { ui_locales: 'fr' } });
    for (let failures = 0; failures < 9; failures += 1) {
      site().clock.now += delayAfter(failures) * 1000;
      await browser.post(path, wrong(person.username));
    }
    const shown = await browser.post(path, wrong(person.username));
    expect(shown.status).toBe(429);
    const until = new Date(Math.ceil((site().clock.now + 480_000) / 60_000) * 60_000);
    const clock = `${until.getUTCHours()} h ${String(until.getUTCMinutes()).padStart(2, '0')}`;
    expect(shown.text).toContain(`Réessayez dans 8 minutes, à ${clock} (UTC).`);
    site().clock.now += 479_500;
    expect((await browser.post(path, wrong(person.username))).text).toContain('dans 1 seconde');
  });
});

test('empty fields have their own words, and count no try', async () => {
  const person = await addPerson(site());
  const { browser, path } = await arrive();
  for (let n = 0; n < 7; n += 1) {
    const shown = await browser.post(path, { username: ' ', password: '' });
    expect(shown.status).toBe(422);
    expect(shown.text).toContain('Enter your username or your e-mail address.');
    expect(shown.text).toContain('Enter your password.');
    const half = await browser.post(path, { username: person.username, password: '' });
    expect(half.text).not.toContain('Enter your username');
    expect(half.html).toMatch(new RegExp(`name="username"[^>]* value="${person.username}"`));
  }
  const right = await browser.post(path, { username: person.username, password: PASSWORD });
  expect(right.text).toContain('Second factor');
});

test('the e-mail address and another writing of the name do as well', async () => {
  const person = await addPerson(site());
  for (const username of [person.email, ` ${person.username.toUpperCase()} `]) {
    const { browser, path } = await arrive();
    const shown = await browser.post(path, { username, password: PASSWORD });
    expect(shown.text).toContain('Second factor');
  }
});

test('a suspended account learns it after the right password only, with the way to support', async () => {
  const person = await addPerson(site());
  await suspendAccount(site().administration, person.username);
  const { browser, path } = await arrive();
  const shown = await browser.post(path, { username: person.username, password: PASSWORD });
  expect(shown.status).toBe(403);
  expect(shown.text).toContain('Your account is blocked');
  expect(browser.link('Contact support')).toBe('/support');
  expect(site().interactions.finished).toEqual([]);
});

test('A37 an account of another organization is not let in where the application does not admit it', async () => {
  const organizationId = await addOrganization(site(), PRESETS['password-sms']);
  const person = await addPerson(site(), { organizationId });
  const { browser, path } = await arrive();
  const shown = await browser.post(path, { username: person.username, password: PASSWORD });
  expect(shown.status).toBe(422);
  expect(shown.text).toContain('This account cannot be used for Atlas');

  const admitted = await arrive({ client: { admitsOthers: true } });
  const there = await admitted.browser.post(admitted.path, { username: person.username, password: PASSWORD });
  expect(there.text).toContain('Second factor');
});

test('A28 markup, direction marks and very long text stay text', async () => {
  const hostile = `"><script>alert(1)</script>\u202e<b>&amp;`;
  const { browser, path } = await arrive({ client: { name: '<img src=x onerror=alert(2)>' } });
  expect(browser.page.html).not.toContain('<img');
  const shown = await browser.post(path, wrong(hostile));
  expect(shown.status).toBe(422);
  expect(shown.html).not.toContain('<script>alert');
  expect(shown.html).not.toContain('<img');
  expect(shown.html).toContain('value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
  const long = await browser.post(path, wrong('é'.repeat(2000)));
  expect(long.status).toBe(422);
  const tooLong = await browser.post(path, wrong('a'.repeat(5000)));
  expect(tooLong.status).toBe(400);
});

const lang = ({ html }: Shown) => /<html lang="(..)">/.exec(html)?.[1];

describe('language', () => {
  test('the person’s choice before ui_locales before the account before the browser’s', async () => {
    const french = await addPerson(site(), { locale: 'fr' });
    const { browser, path } = await arrive({}, { 'accept-language': 'en' });
    expect(lang(browser.page)).toBe('en');
    await browser.post(path, { username: french.username, password: PASSWORD });
    expect(lang(browser.page)).toBe('fr');
    await browser.open(browser.link('English'));
    expect(browser.page.path).toBe(path);
    expect(lang(browser.page)).toBe('en');

    const asked = await arrive({ request: { ui_locales: 'de fr-CA' } }, { 'accept-language': 'en' });
    expect(lang(asked.browser.page)).toBe('fr');
    const english = await addPerson(site(), { locale: 'en' });
    await asked.browser.post(asked.path, { username: english.username, password: PASSWORD });
    expect(lang(asked.browser.page)).toBe('fr');
  });

  test('after an error the link to the other language leads to the page, not to a form', async () => {
    const { browser, path } = await arrive();
    await browser.post(path, wrong('somebody'));
    await browser.open(browser.link('Français'));
    expect(browser.page.path).toBe(path);
    expect(browser.page.text).toContain('Connexion à votre compte');
  });
});

/** A page without what is random in it or was typed. */
function bare(shown: Shown, typed: string, uid: string) {
  const html = shown.html
    .replaceAll(/name="_csrf" value="[^"]*"/g, '')
    .replaceAll(/nonce="[^"]*"/g, '')
    .replaceAll(/challenge&#34;:&#34;[^&]*/g, '')
    .replaceAll(uid, 'UID')
    .replaceAll(typed, 'TYPED');
  const headers = [...shown.headers].filter(([name]) => !['date', 'content-length', 'x-request-id'].includes(name));
  const plain = headers.map(([name, value]) => [
    name,
    value
      .replaceAll(/'nonce-[^']*'/g, '')
      .replaceAll(/=[\w-]{43,}/g, '=V')
      .replaceAll(/expires=[^;]*/g, ''),
  ]);
  return { status: shown.status, headers: plain, html };
}
