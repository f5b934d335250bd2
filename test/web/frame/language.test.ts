import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { render } from '../../../src/web/frame/answer.ts';
import { chooseLocale, type LanguageVotes } from '../../../src/web/frame/locale.ts';
import { page } from '../../../src/web/frame/page.ts';
import { startApp, type TestApp } from './app.ts';
import { openBrowser } from './browser.ts';

const knowingPage = page('/knowing', {
  get: async (ctx) => {
    const account = ctx.query('account');
    await ctx.knowing({
      uiLocales: ctx.query('ui'),
      account: account === 'fr' || account === 'en' ? account : undefined,
      organizationId: ctx.query('organization'),
    });
    return render('support/support', ctx.t('help:support_title'));
  },
});

const HERE = 'http://localhost:3000/language/fr';

let app: TestApp;
beforeAll(async () => {
  const french = { id: 'o-fr', name: 'Société Générique', locale: 'fr' as const, supportUrl: 'https://aide.example' };
  app = await startApp({ pages: [knowingPage], organizations: [french] });
});
afterAll(() => app.stop());

const shown = async (path: string, headers: Record<string, string> = {}) => {
  const response = await app.get(path, headers);
  const lang = /<html lang="(\w+)">/.exec(await response.text())?.[1];
  expect(response.headers.get('content-language')).toBe(lang);
  return lang;
};

describe('the language of a page: choice, ui_locales, account, Accept-Language, organization', () => {
  const french = { 'accept-language': 'fr-CH, fr;q=0.9, en;q=0.8' };
  const chosen = { cookie: 'regain_language=fr' };

  test('each beats what comes after it', async () => {
    expect(await shown('/knowing')).toBe('en');
    expect(await shown('/knowing?organization=o-fr')).toBe('fr');
    expect(await shown('/knowing?organization=o-fr', { 'accept-language': 'en-US' })).toBe('en');
    expect(await shown('/knowing', french)).toBe('fr');
    expect(await shown('/knowing?account=en', french)).toBe('en');
    expect(await shown('/knowing?account=en&ui=fr-CA%20en', french)).toBe('fr');
    expect(await shown('/knowing?ui=en&account=en', { ...chosen, 'accept-language': 'en' })).toBe('fr');
  });

  test('what nobody here speaks is passed over, never an error', async () => {
    expect(await shown('/knowing?ui=de%20xx-%20fr%20en')).toBe('fr');
    expect(await shown('/knowing?ui=de&account=fr')).toBe('fr');
    expect(await shown('/knowing', { 'accept-language': 'de, *;q=0.1' })).toBe('en');
    expect(await shown('/knowing', { 'accept-language': ';;;q=x,' })).toBe('en');
    expect(await shown('/knowing', { cookie: 'regain_language=de' })).toBe('en');
    expect(await shown('/knowing?organization=nobody')).toBe('en');
  });

  test('caches are told what it depends on', async () => {
    expect((await app.get('/help')).headers.get('vary')).toBe('Accept-Language, Cookie');
  });

  test('as a table: whoever speaks first decides', () => {
    const votes = ['chosen', 'uiLocales', 'account', 'accepted'] as const;
    for (const [at, first] of votes.entries()) {
      const others = Object.fromEntries(votes.slice(at).map((vote) => [vote, 'en']));
      const all: LanguageVotes = { ...others, organization: 'en', [first]: 'fr' };
      expect([first, chooseLocale(all)]).toEqual([first, 'fr']);
    }
  });
});

test('an organization’s page shows its name, and its own way to support', async () => {
  const html = await (await app.get('/knowing?organization=o-fr')).text();
  expect(html).toContain('<title>Contacter le support – Société Générique</title>');
  expect(html).toContain('<a href="https://aide.example">Support</a>');
});

describe('the link to the other language', () => {
  test('is on the page, in its own language, and leads back to it with its query', async () => {
    const html = await (await app.get('/knowing?ui=en')).text();
    expect(html).toContain('<a href="/language/fr?return=%2Fknowing%3Fui%3Den" lang="fr" hreflang="fr">Français</a>');
  });

  test('changes the visitor’s own cookie for a year, and goes back', async () => {
    const browser = openBrowser(app);
    const response = await browser.get('/language/fr?return=%2Fknowing%3Fui%3Den');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/knowing?ui=en');
    expect(browser.cookies.get('regain_language')).toBe('fr');
    expect(await (await browser.get('/knowing?ui=en')).text()).toContain('<html lang="fr">');
  });

  test('A27 leads to no other site', async () => {
    const tricks = [
      'https://evil.example/',
      '//evil.example/x',
      '/\\evil.example/x',
      '\\\\evil.example',
      '/.//evil.example',
      '/..//evil.example',
      '/%2e%2e//evil.example',
      '/\t/evil.example',
      '/\n/evil.example',
      'javascript:alert(1)',
      '@evil.example',
      ':80@evil.example',
      '.evil.example',
    ];
    const led = await Promise.all(
      tricks.map(async (trick) => {
        const response = await app.get(`/language/fr?return=${encodeURIComponent(trick)}`);
        return [trick, response.status, response.headers.get('location')] as const;
      }),
    );
    // control characters are refused outright; all else stays here
    const elsewhere = led.filter(([, status, to]) => {
      const stays = to !== null && /^\/(?![/\\])/.test(to) && new URL(to, HERE).origin === new URL(HERE).origin;
      return !(status === 303 && stays) && !(status === 400 && to === null);
    });
    expect(elsewhere).toEqual([]);
  });

  test('knows two languages', async () => {
    expect((await app.get('/language/de')).status).toBe(404);
    expect((await app.get('/language/fr?return=/help&return=/x')).status).toBe(400);
  });
});
