import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from './app.ts';
import { formPage } from './form-page.ts';

let http: TestApp;
let https: TestApp;
beforeAll(async () => {
  http = await startApp({ pages: [formPage()] });
  https = await startApp({ pages: [formPage()], issuer: 'https://id.example.com' });
});
afterAll(() => Promise.all([http.stop(), https.stop()]));

const policyOf = (response: Response) =>
  new Map(
    (response.headers.get('content-security-policy') ?? '').split(';').map((directive) => {
      const [name = '', ...values] = directive.trim().split(/\s+/);
      return [name, values.join(' ')] as const;
    }),
  );
const nonceOf = (response: Response) => /'nonce-([^']+)'/.exec(policyOf(response).get('script-src') ?? '')?.[1] ?? '';

// a page, a redirect, an asset, JSON, what is not found, what the provider answers
const PATHS = ['/form', '/', '/assets/regain.css', '/health/live', '/assets/none', '/anything-of-the-provider'];

describe.each(PATHS)('%s', (path) => {
  test('has the headers of ASVS 3.4 and a reference number', async () => {
    const response = await http.get(path);
    const { headers } = response;
    expect(Object.fromEntries([...policyOf(response)].filter(([name]) => !/^(style|script)-src$/.test(name)))).toEqual({
      'default-src': "'none'",
      'img-src': "'self' data:",
      'font-src': "'none'",
      'connect-src': "'self'",
      'base-uri': "'none'",
      'frame-ancestors': "'none'",
      'object-src': "'none'",
    });
    expect(policyOf(response).get('script-src')).toMatch(/^'self' 'nonce-[A-Za-z0-9+/]{22}=='$/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('permissions-policy')).toContain('publickey-credentials-get=(self)');
    expect(headers.get('x-request-id')).toMatch(/^R-/);
    expect(headers.has('x-powered-by')).toBe(false);
  });

  test('is never stored, save an asset', async () => {
    const stored = path === '/assets/regain.css' ? 'no-cache' : 'no-store';
    expect((await http.get(path)).headers.get('cache-control')).toBe(stored);
  });

  test('tells browsers to come back by https only where the issuer is there', async () => {
    const held = 'max-age=31536000; includeSubDomains';
    expect((await https.get(path)).headers.get('strict-transport-security')).toBe(held);
    expect((await http.get(path)).headers.has('strict-transport-security')).toBe(false);
  });
});

test('what the provider publishes may be kept', async () => {
  expect((await http.get('/.well-known/openid-configuration')).headers.has('cache-control')).toBe(false);
  expect((await http.get('/jwks')).headers.has('cache-control')).toBe(false);
});

test('the nonce is another one each time, and every script of the page carries it', async () => {
  const [one, two] = [await http.get('/form'), await http.get('/form')];
  expect(nonceOf(one)).not.toBe(nonceOf(two));
  const scripts = (await one.text()).match(/<script\b[^>]*>/g) ?? [];
  expect(scripts.length).toBeGreaterThan(0);
  for (const script of scripts) expect(script).toContain(`nonce="${nonceOf(one)}"`);
});

test('HEAD answers as GET does, without the page', async () => {
  const got = await http.get('/form');
  const head = await fetch(`${http.origin}/form`, { method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(await head.text()).toBe('');
  expect(head.headers.get('content-type')).toBe(got.headers.get('content-type'));
  // the nonce and the CSRF token are as long each time
  expect(head.headers.get('content-length')).toBe(String((await got.arrayBuffer()).byteLength));
});

const cookieOf = async (app: TestApp, path = '/form') => (await app.get(path)).headers.getSetCookie()[0] ?? '';

describe('cookies', () => {
  test('on https: Secure with the prefix __Host-, whatever the connection is', async () => {
    expect(await cookieOf(https)).toMatch(/^__Host-regain_form=[\w-]{43}; path=\/; samesite=lax; secure; httponly$/i);
  });

  test('on http: the same without', async () => {
    expect(await cookieOf(http)).toMatch(/^regain_form=[\w-]{43}; path=\/; samesite=lax; httponly$/i);
  });

  test('below a path of the issuer: __Secure-, since __Host- would reach the whole host', async () => {
    const below = await startApp({ pages: [formPage()], issuer: 'https://example.com/id' });
    try {
      expect(await cookieOf(below, '/id/form')).toMatch(
        /^__Secure-regain_form=[\w-]{43}; path=\/id; samesite=lax; secure; httponly$/i,
      );
    } finally {
      await below.stop();
    }
  });
});
