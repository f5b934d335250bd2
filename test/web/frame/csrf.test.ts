import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCsrf } from '../../../src/web/frame/csrf.ts';
import { startApp, type TestApp } from './app.ts';
import { openBrowser } from './browser.ts';
import { formPage } from './form-page.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ pages: [formPage(), formPage('/other')] });
});
afterAll(() => app.stop());

describe('A27 a form from elsewhere', () => {
  test('our own form is taken, with the token of this browser, on any of our pages', async () => {
    const browser = openBrowser(app);
    const token = await browser.tokenFrom('/form');
    expect(await (await browser.post('/form', { name: 'Amélie', _csrf: token })).json()).toEqual({ name: 'Amélie' });
    expect((await browser.post('/other', { name: 'Amélie', _csrf: token })).status).toBe(200);
  });

  test('no token, an empty one, one that was changed: refused with a page that says what to do', async () => {
    const browser = openBrowser(app);
    const token = await browser.tokenFrom('/form');
    const [salt = '', mac = ''] = token.split('.');
    const bad = ['', 'x', `${salt}.`, `.${mac}`, `${salt}.${mac.slice(0, -1)}`, `${salt}x.${mac}`, `${mac}.${salt}`];
    for (const wrong of bad) {
      const { status } = await browser.post('/form', { name: 'x', _csrf: wrong });
      expect([wrong, status]).toEqual([wrong, 403]);
    }
    const missing = await browser.post('/form?a=b', { name: 'x' });
    expect(missing.status).toBe(403);
    const page = await missing.text();
    expect(page).toContain('Please send this form again');
    expect(page).toContain('<a href="/form?a=b">Open the page again</a>');
  });

  test('login CSRF: a token of another browser, or without the cookie it hangs on', async () => {
    const attacker = openBrowser(app);
    const token = await attacker.tokenFrom('/form');
    const victim = openBrowser(app);
    expect((await victim.post('/form', { name: 'x', _csrf: token })).status).toBe(403);
    await victim.tokenFrom('/form');
    expect((await victim.post('/form', { name: 'x', _csrf: token })).status).toBe(403);
  });

  test('a right token that the browser says another site sent', async () => {
    const browser = openBrowser(app);
    const fields = { name: 'x', _csrf: await browser.tokenFrom('/form') };
    const sent = async (headers: Record<string, string>) => (await browser.post('/form', fields, headers)).status;
    expect(await sent({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await sent({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await sent({ origin: 'https://evil.example' })).toBe(403);
    expect(await sent({ origin: 'http://localhost:3001' })).toBe(403);
    expect(await sent({ 'sec-fetch-site': 'same-origin', origin: 'null' })).toBe(200);
    expect(await sent({ origin: 'http://localhost:3000' })).toBe(200);
  });

  test('the token differs in each page and the cookie does not', async () => {
    const browser = openBrowser(app);
    const first = await browser.tokenFrom('/form');
    const seed = browser.cookies.get('regain_form');
    expect(await browser.tokenFrom('/form')).not.toBe(first);
    expect(browser.cookies.get('regain_form')).toBe(seed);
  });

  test('a cookie that we could not have issued is replaced', async () => {
    const browser = openBrowser(app);
    browser.cookies.set('regain_form', 'chosen-by-somebody');
    const token = await browser.tokenFrom('/form');
    expect(browser.cookies.get('regain_form')).toMatch(/^[\w-]{43}$/);
    expect((await browser.post('/form', { name: 'x', _csrf: token })).status).toBe(200);
  });

  test('pages without a form set no cookie', async () => {
    expect((await app.get('/help')).headers.getSetCookie()).toEqual([]);
  });
});

test('a token made under an older master key holds as long as that key is known', () => {
  const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const token = createCsrf([older]).token('seed');
  expect(createCsrf([newer, older]).holds('seed', token)).toBe(true);
  expect(createCsrf([newer]).holds('seed', token)).toBe(false);
});
