import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { addressesOf } from '../../../src/web/frame/address.ts';
import { json, render, seeOther } from '../../../src/web/frame/answer.ts';
import { page } from '../../../src/web/frame/page.ts';
import { startApp, type TestApp } from './app.ts';
import { openBrowser } from './browser.ts';
import { formPage } from './form-page.ts';

const pages = [
  formPage(),
  page('/leads', { get: (ctx) => seeOther(ctx.query('to') ?? '/form') }),
  page('/visitor', { get: ({ visitor }) => json({ ...visitor }) }),
  page('/agent', { get: ({ visitor }) => render('test/form', 'A form', { said: visitor.userAgent }) }),
  page('/sign-in/:uid', { get: ({ params }) => json(params) }),
];

describe('A8 headers that claim another host', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ pages, issuer: 'https://id.example.com' });
  });
  afterAll(() => app.stop());

  test.each(['/form', '/leads', '/nothing-here', '/assets/none', '/language/fr?return=/form', '/'])(
    'leave no trace in the answer to %s',
    async (path) => {
      const answer = await app.raw(
        [
          `GET ${path} HTTP/1.1`,
          'Host: evil.example:666',
          'X-Forwarded-Host: evil.example',
          'X-Forwarded-Proto: gopher',
          'Forwarded: host=evil.example;proto=gopher',
          'Connection: close',
          '\r\n',
        ].join('\r\n'),
      );
      expect(answer).toMatch(/^HTTP\/1\.1 [2-4]/);
      expect(answer).not.toMatch(/evil|gopher/);
    },
  );

  test('a whole address as the request line neither', async () => {
    const answer = await app.raw('GET http://evil.example/leads HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 303/);
    expect(answer).toMatch(/\r\nlocation: \/form\r\n/i);
  });
});

describe('an issuer with a path', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ pages, issuer: 'http://localhost:3000/id' });
  });
  afterAll(() => app.stop());

  test('has its links, its redirects and its cookies below it', async () => {
    const browser = openBrowser(app);
    const response = await browser.get('/id/form');
    const html = await response.text();
    const links = [...html.matchAll(/\b(?:href|src|action)="([^"]*)"/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(6);
    expect(links.filter((link) => !/^(\/id\/|#)/.test(link))).toEqual([]);
    expect(response.headers.getSetCookie()[0]).toContain('path=/id;');
    expect((await browser.get('/id/leads')).headers.get('location')).toBe('/id/form');
    expect((await browser.get('/id/language/fr?return=/form')).headers.get('location')).toBe('/id/form');
    expect((await browser.get('/id/assets/regain.css')).status).toBe(200);
  });

  test.each(['/form', '/', '/idx/form', '/health/live'])('%s is not below it: our page for that', async (path) => {
    const response = await app.get(path);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('This page does not exist');
  });
});

describe('where a page may lead', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ pages });
  });
  afterAll(() => app.stop());
  const lead = (to: string) => app.get(`/leads?to=${encodeURIComponent(to)}`);

  test('to a path of ours and to an address of the issuer', async () => {
    expect((await lead('/form?a=b#c')).headers.get('location')).toBe('/form?a=b#c');
    expect((await lead('http://localhost:3000/auth/abc')).headers.get('location')).toBe('/auth/abc');
  });

  test.each([
    'https://evil.example/',
    'http://localhost:3001/',
    'javascript:alert(1)',
    'http://a@localhost:3000/',
    'x',
  ])('to %s: a fault of ours, not a redirect', async (to) => {
    const response = await lead(to);
    expect(response.status).toBe(500);
    expect(response.headers.has('location')).toBe(false);
  });

  test('an address of the issuer’s host that is not below its path is another site', () => {
    const addresses = addressesOf(new URL('https://example.com/id'));
    expect(addresses.local('https://example.com/idx/auth')).toBeUndefined();
    expect(addresses.local('https://example.com/')).toBeUndefined();
    expect(addresses.local('https://example.com/id/auth')).toBe('/id/auth');
  });
});

describe('A28 who is at the other end', () => {
  let app: TestApp;
  afterEach(() => app.stop());
  test('the user agent is cut, cleaned and escaped', async () => {
    app = await startApp({ pages });
    const raw = (path: string) =>
      app.raw(
        `GET ${path} HTTP/1.1\r\nHost: x\r\nUser-Agent: <script>a\tb${'x'.repeat(999)}\r\nConnection: close\r\n\r\n`,
      );
    const { userAgent } = JSON.parse((await raw('/visitor')).split('\r\n\r\n')[1] ?? '{}');
    expect(userAgent).toHaveLength(256);
    expect(userAgent).toMatch(/^<script>a bx+$/);
    expect(await raw('/agent')).not.toContain('<script>a');
  });

  test('the address is the connection’s, whatever X-Forwarded-For says', async () => {
    app = await startApp({ pages });
    const response = await app.get('/visitor', { 'x-forwarded-for': '198.51.100.7' });
    expect(await response.json()).toMatchObject({ ip: '127.0.0.1' });
  });

  test('behind two trusted hops it is the one that the outer of them saw', async () => {
    app = await startApp({ pages, trustProxy: 2 });
    const ip = async (forwarded: string) =>
      /"ip":"([^"]*)"/.exec(await (await app.get('/visitor', { 'x-forwarded-for': forwarded })).text())?.[1];
    expect(await ip('203.0.113.66, 198.51.100.7, 192.0.2.1')).toBe('198.51.100.7');
    expect(await ip('::ffff:198.51.100.7, 192.0.2.1')).toBe('198.51.100.7');
    expect(await ip('<script>, 192.0.2.1')).toBe('127.0.0.1');
  });
});

test('names in a path are text; what cannot be is not found', async () => {
  const app = await startApp({ pages });
  try {
    expect(await (await app.get('/sign-in/a%2Fb%20c')).json()).toEqual({ uid: 'a/b c' });
    expect((await app.get('/sign-in/a%00b')).status).toBe(404);
    expect((await app.get('/sign-in/%zz')).status).toBe(200);
  } finally {
    await app.stop();
  }
});
