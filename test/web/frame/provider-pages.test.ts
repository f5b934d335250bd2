import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Client } from '../../../src/flows/ports/provider.ts';
import { createEngine } from '../../../src/oidc/engine.ts';
import { providerPages } from '../../../src/web/frame/provider-pages.ts';
import { MemoryKeys } from '../../oidc/support/keys.ts';
import {
  MemoryAccounts,
  MemoryApis,
  MemoryApplications,
  MemoryClients,
  MemoryRecords,
  MemorySessions,
} from '../../oidc/support/memory.ts';
import { startApp, type TestApp } from './app.ts';
import { referenceIn } from './browser.ts';

const COOKIE_KEY = Buffer.alloc(32, 7);

/** The real provider behind the frame, on records in memory. */
const records = new MemoryRecords();
const clients = new MemoryClients();
const sessions = new MemorySessions();
let failure: Error | undefined;
let app: TestApp;

const atlas: Client = clients.add(
  'atlas',
  null,
  { redirect_uris: ['http://app.example.test/callback'] },
  { name: 'Atlas <b>', organizationId: 'o-fr' },
);

beforeAll(async () => {
  app = await startApp({
    clients: [atlas],
    organizations: [{ id: 'o-fr', name: 'Société', locale: 'fr', supportUrl: null }],
    provider: (frame) => {
      const engine = createEngine({
        issuerUrl: 'http://localhost:3000',
        records: {
          ...bound(records),
          find: async (model, id) => {
            if (failure) throw failure;
            return records.find(model, id);
          },
        },
        clients,
        apis: new MemoryApis(),
        keys: new MemoryKeys(),
        cookieKeys: [COOKIE_KEY],
        dpopKey: COOKIE_KEY,
        accounts: new MemoryAccounts(),
        sessions,
        applications: new MemoryApplications(),
        endSession: async () => {},
        tellLater: async () => {},
        pages: providerPages(frame),
        events: { fault: () => {}, refused: () => {}, reused: () => {}, notTold: () => {}, signedOut: async () => {} },
        closed: [],
        now: Date.now,
      });
      return async (req, res) => (await engine).handle(req, res);
    },
  });
});
afterAll(() => app.stop());
beforeEach(() => {
  failure = undefined;
});

/** The same records, each function with its `this`. */
function bound(all: MemoryRecords) {
  return {
    upsert: all.upsert.bind(all),
    findByUid: all.findByUid.bind(all),
    findByUserCode: all.findByUserCode.bind(all),
    consume: all.consume.bind(all),
    destroy: all.destroy.bind(all),
    revokeByGrantId: all.revokeByGrantId.bind(all),
  };
}

const authorize = (changes: Record<string, string>) => {
  const request = {
    client_id: 'atlas',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: 'http://app.example.test/callback',
    code_challenge: randomBytes(32).toString('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  };
  return `/auth?${new URLSearchParams(request).toString()}`;
};
const WRONG_REDIRECT = { redirect_uri: 'https://evil.example/' };

describe.each([
  ['invalid_client', authorize({ client_id: 'nobody' }), 'We do not know this application', 'Nous ne connaissons pas'],
  ['invalid_redirect_uri', authorize(WRONG_REDIRECT), 'We cannot send you back', 'Nous ne pouvons pas vous renvoyer'],
  ['invalid_request', '/auth', 'asked for something that we do not', 'que nous ne comprenons pas'],
  ['no such interaction', `/auth/${'x'.repeat(43)}`, 'This page is no longer open', 'Cette page n’est plus ouverte'],
])('%s', (_, path, english, french) => {
  test('a page in both languages: what happened, what to do, a reference that is in the log', async () => {
    for (const [language, title] of [
      ['en', english],
      ['fr', french],
    ] as const) {
      const response = await app.get(path, { accept: 'text/html', cookie: `regain_language=${language}` });
      const html = await response.text();
      expect(response.status).toBe(400);
      expect(response.headers.get('content-language')).toBe(language);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(/<h1>(.*?)<\/h1>/.exec(html)?.[1]).toContain(title);
      expect(html).toContain('role="alert"');
      expect(html).not.toContain('evil.example/"');
      expect(app.log()).toContain(referenceIn(html));
    }
  });

  test('as JSON where that is preferred', async () => {
    const response = await app.get(path, { accept: 'application/json' });
    expect(await response.json()).toMatchObject({
      error: expect.stringMatching(/^invalid_/),
      error_description: expect.any(String),
      reference: response.headers.get('x-request-id'),
    });
  });
});

const wronglyRedirected = async (changes: Record<string, string>) =>
  (
    await app.get(authorize({ ...WRONG_REDIRECT, ...changes }), { accept: 'text/html', 'accept-language': 'de' })
  ).text();

test('the page speaks the language that the application asked for, in the colours of its organization', async () => {
  expect(await wronglyRedirected({ ui_locales: 'en fr' })).toContain('<html lang="en">');
  const html = await wronglyRedirected({});
  expect(html).toContain('<html lang="fr">');
  expect(html).toMatch(/<title>Erreur.: .* – Société<\/title>/);
  expect(html).toContain('<p class="soft" lang="en">invalid_redirect_uri: ');
});

test('the way on still leads to the sign-in page: nothing of the frame is in the provider’s way', async () => {
  const response = await app.get(authorize({}), { accept: 'text/html' });
  expect([response.status, response.headers.get('location')]).toEqual([303, expect.stringMatching(/\/sign-in\//)]);
});

test.each(['/nothing-here', '/token', '/AUTH/a/b'])('%s: no route of anybody: our page, 404', async (path) => {
  const french = await app.get(path, { accept: 'text/html', 'accept-language': 'fr' });
  expect(french.status).toBe(404);
  expect(await french.text()).toContain('<h1>Cette page n’existe pas</h1>');
  expect(french.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await (await app.get(path, { accept: 'application/json' })).json()).toMatchObject({ error: 'not_found' });
});

describe('a fault behind the provider', () => {
  test('the database is away: 503, in a moment again, nothing told of it', async () => {
    failure = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7'), { code: 'ECONNREFUSED' });
    const signature = createHmac('sha1', COOKIE_KEY).update('regain_resume=abc').digest('base64url');
    const response = await app.get(`/auth/${'x'.repeat(43)}`, {
      accept: 'text/html',
      cookie: `regain_resume=abc; regain_resume.sig=${signature}`,
    });
    const html = await response.text();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(html).not.toContain('10.0.0.7');
    expect(app.log()).toContain(referenceIn(html));
  });
});

const signOutPage = async (which: 'confirm' | 'confirm here' | 'done' | 'done here', language: string) => {
  const asking = await startApp({
    provider: (frame) => async (req, res) => {
      const pages = providerPages(frame);
      const client = which.endsWith('here') ? undefined : atlas;
      const form = { action: '/session/end/confirm', xsrf: '"><script>', client, uiLocales: language };
      const shown = which.startsWith('confirm')
        ? await pages.confirmSignOut({ req, res }, form)
        : await pages.signedOut({ req, res }, client);
      res.writeHead(shown.status, { ...shown.headers }).end(shown.body);
    },
  });
  try {
    return await (await asking.get('/session/end', { 'accept-language': language })).text();
  } finally {
    await asking.stop();
  }
};

describe('signing out', () => {
  test('is asked, with the application’s name, by the provider’s own form', async () => {
    const html = await signOutPage('confirm', 'en');
    expect(html).toContain('<h1>Sign out?</h1>');
    expect(html).toContain('Atlas &lt;b&gt; asks to sign you out.');
    expect(html).toContain('<form method="post" action="/session/end/confirm">');
    expect(html).toContain('<input type="hidden" name="xsrf" value="&#34;&gt;&lt;script&gt;">');
    expect(html).toMatch(/<button class="button primary" type="submit" name="logout" value="yes">Sign out<\/button>/);
    expect(html).toMatch(/<button class="quiet" type="submit">Stay signed in<\/button>/);
    expect(await signOutPage('confirm', 'fr')).toContain('>Se déconnecter</button>');
  });

  test('without an application "stay" is a link: the page after the form would say "signed out"', async () => {
    expect(await signOutPage('confirm here', 'en')).toMatch(/<a class="quiet" href="\/">Stay signed in<\/a>/);
  });

  test('afterwards it says what was ended: everything, or the application’s session only', async () => {
    expect(await signOutPage('done here', 'en')).toContain('<h1>You are signed out</h1>');
    const html = await signOutPage('done', 'en');
    expect(html).toContain('<h1>You are signed out of Atlas &lt;b&gt;</h1>');
    expect(html).toContain('Here you are still signed in.');
  });
});
