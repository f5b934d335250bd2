import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDemoApplication } from '../../src/demo/application.ts';
import { mayTransfer } from '../../src/demo/transfer.ts';
import { freePort } from '../support/sinks.ts';
import { byTestId, openBrowser } from './browser.ts';
import { startProvider } from './provider.ts';

let provider: Awaited<ReturnType<typeof startProvider>>;
let application: Awaited<ReturnType<typeof startDemoApplication>>;
let browser: ReturnType<typeof openBrowser>;

beforeAll(async () => {
  const port = await freePort();
  const client = { id: 'demo', secret: 'a secret: with/odd characters', url: `http://localhost:${port}` };
  provider = await startProvider(client);
  const settings = { issuer: provider.issuer, clientId: client.id, clientSecret: client.secret };
  application = await startDemoApplication({ ...settings, port, host: '127.0.0.1' });
});
afterAll(async () => {
  await application.close();
  await provider.close();
});
beforeEach(() => {
  browser = openBrowser();
  provider.seen.length = 0;
  provider.state.refuse = false;
  provider.state.acr = 'urn:regain:acr:2';
});

const signIn = (query = '') => browser.visit(`${application.url}/sign-in${query}`);

/** The parameters with which the provider is asked. */
const asked = async (query: string) => {
  const answer = await fetch(`${application.url}/sign-in${query}`, { redirect: 'manual' });
  return Object.fromEntries(new URL(answer.headers.get('location') ?? '').searchParams);
};

describe('signing in', () => {
  test('shows what the provider said: sub, acr, amr and all claims, escaped', async () => {
    const page = await signIn();
    expect(page.url.href).toBe(`${application.url}/`);
    expect(byTestId(page.html, 'sub')).toBe('alice');
    expect(byTestId(page.html, 'acr')).toBe('urn:regain:acr:2');
    expect(byTestId(page.html, 'amr')).toBe('pwd otp mfa');
    expect(byTestId(page.html, 'auth_time')).toMatch(/^\d{10}$/);
    expect(byTestId(page.html, 'email')).toBe('alice@example.org');
    expect(page.html).toContain('Signed in as Alice Archer &lt;b&gt;');
  });

  test('asks with PKCE S256, state and nonce, all of them new each time', async () => {
    await signIn();
    browser = openBrowser();
    await signIn();
    expect(provider.seen).toHaveLength(2);
    const [first, second] = provider.seen;
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(first?.[name]).toMatch(/^[\w-]{43}$/);
      expect(first?.[name]).not.toBe(second?.[name]);
    }
    expect(first).toMatchObject({ code_challenge_method: 'S256', response_type: 'code' });
  });

  test('asks for more, for a fresh proof, and in a language', async () => {
    expect(await asked('?acr=urn:regain:acr:2')).toMatchObject({ acr_values: 'urn:regain:acr:2', ui_locales: 'en' });
    expect(await asked('?max_age=0')).toMatchObject({ max_age: '0' });
    expect(await asked('?lang=fr')).toMatchObject({ ui_locales: 'fr' });
    await signIn('?max_age=0');
    const page = await signIn('?lang=fr');
    expect(page.html).toContain('<html lang="fr">');
    expect(page.html).toContain('Se déconnecter');
  });

  test('a refusal is said in words, with a way on', async () => {
    provider.state.refuse = true;
    const page = await signIn();
    expect(page.status).toBe(403);
    expect(page.html).toContain('access_denied: not &lt;b&gt;today&lt;/b&gt;');
    expect(page.html).toContain('href="/sign-in?lang=en"');
  });

  test('a code for another browser, a made-up state and a second use are not taken', async () => {
    const other = openBrowser();
    const departure = await fetch(`${application.url}/sign-in`, { redirect: 'manual' });
    const state = new URL(departure.headers.get('location') ?? '').searchParams.get('state');
    for (const query of [`code=stolen&state=${state}`, 'code=x&state=made-up', 'code=x', 'state=a&state=b']) {
      const page = await other.visit(`${application.url}/callback?${query}`);
      expect([page.status, page.html]).toEqual([400, expect.stringContaining('begun in another browser')]);
    }
    const done = await signIn();
    expect(done.status).toBe(200);
    const again = await browser.visit(
      `${application.url}/callback?code=x&state=${String(provider.seen[0]?.['state'])}`,
    );
    expect(again.status).toBe(400);
  });

  test('a new session each time: an old cookie is worth nothing afterwards', async () => {
    await signIn();
    const old = browser.jar.get('demo_session') ?? '';
    await signIn();
    expect(browser.jar.get('demo_session')).not.toBe(old);
    browser.jar.set('demo_session', old);
    const page = await browser.visit(application.url);
    expect(byTestId(page.html, 'sub')).toBeUndefined();
  });
});

describe('a page that asks for more (RFC 9470)', () => {
  test('asks for two factors and a recent proof, and does nothing without', async () => {
    provider.state.acr = 'urn:regain:acr:1';
    await signIn();
    for (const method of ['GET', 'POST']) {
      const weak = await browser.visit(`${application.url}/transfer`, { method });
      expect([weak.status, byTestId(weak.html, 'acr')]).toEqual([403, 'urn:regain:acr:1']);
      expect(weak.html).toContain('href="/sign-in?for=transfer&amp;lang=en"');
    }
    const { claims, max_age } = await asked('?for=transfer');
    expect(max_age).toBe('300');
    expect(JSON.parse(claims ?? '')).toEqual({
      id_token: { acr: { essential: true, values: ['urn:regain:acr:2', 'phr'] } },
    });
  });

  test('opens after the step-up, in the same place', async () => {
    const open = await browser.visit(`${application.url}/transfer`);
    expect(open.url.href).toBe(`${application.url}/transfer`);
    expect(open.html).toContain('Transfer now');
    const done = await browser.visit(`${application.url}/transfer`, { method: 'POST' });
    expect(done.html).toContain('no money moves');
  });
});

describe('mayTransfer', () => {
  const claims = { acr: 'urn:regain:acr:2', auth_time: 1_000 };
  test.each([
    [{ ...claims, acr: 'phr' }, 1_300, true],
    [claims, 1_301, false],
    [{ ...claims, acr: 'urn:regain:acr:2-sms' }, 1_000, false],
    [{ acr: 'phr' }, 1_000, false],
  ])('%j at %i: %s', (given, seconds, may) => {
    expect(mayTransfer({ claims: given }, seconds * 1000)).toBe(may);
  });
});

describe('ending', () => {
  test('signing out here ends the session of the provider too (its page asks) and tells back', async () => {
    await signIn();
    const page = await browser.visit(`${application.url}/sign-out`, { method: 'POST' });
    expect(page.url.origin).toBe(provider.issuer);
    expect(page.url.searchParams.get('post_logout_redirect_uri')).toBe(`${application.url}/`);
    expect(byTestId((await browser.visit(application.url)).html, 'sub')).toBeUndefined();
  });

  test('a back-channel logout of the provider ends the session here, and the page says so once', async () => {
    await signIn();
    const bystander = openBrowser();
    await bystander.visit(`${application.url}/sign-in`);
    const secret = /name="xsrf" value="([^"]+)"/;
    const question = await browser.visit(`${provider.issuer}/session/end`);
    const body = new URLSearchParams({ xsrf: secret.exec(question.html)?.[1] ?? '', logout: 'yes' });
    await browser.visit(`${provider.issuer}/session/end/confirm`, { method: 'POST', body });
    const page = await browser.visit(application.url);
    expect(byTestId(page.html, 'sub')).toBeUndefined();
    expect(page.html).toContain('told this application that the session has ended');
    expect((await browser.visit(application.url)).html).not.toContain('has ended');
    expect(byTestId((await bystander.visit(application.url)).html, 'sub')).toBe('alice');
  });

  test.each(['logout_token=a.b.c', 'logout_token=', '', 'logout_token=a&logout_token=b', 'x=1'])(
    'a logout token that does not hold ends nothing: %j',
    async (body) => {
      await signIn();
      const response = await fetch(`${application.url}/backchannel-logout`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(response.status).toBe(400);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(byTestId((await browser.visit(application.url)).html, 'sub')).toBe('alice');
    },
  );
});

test('the home page, in both languages', async () => {
  const english = await openBrowser('en').visit(application.url);
  const french = await openBrowser('fr-CH').visit(application.url);
  expect(english.html).toContain('>Sign in with Regain</a>');
  expect(french.html).toContain('>S’authentifier avec Regain</a>');
  expect((await browser.visit(`${application.url}/nowhere`)).status).toBe(404);
  for (const asset of ['regain.css', 'demo.css', 'icon.svg']) {
    expect((await fetch(`${application.url}/assets/${asset}`)).status).toBe(200);
  }
});

test('when the provider is away the page says so, and it works once it is back', async () => {
  const port = await freePort();
  const settings = { issuer: `http://localhost:${await freePort()}`, clientId: 'demo', clientSecret: 's' };
  const alone = await startDemoApplication({ ...settings, port, host: '127.0.0.1' });
  const page = await browser.visit(`${alone.url}/sign-in`);
  await alone.close();
  expect([page.status, page.html]).toEqual([502, expect.stringContaining('cannot be reached')]);
});
