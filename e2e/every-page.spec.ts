import { describe, expect, it } from 'vitest';
import { askForLink, leaveApplication, press, typeCode, typePassword, WORDS } from './support/steps.ts';
import { useWorld } from './support/world.ts';

const world = useWorld();

const ANY = /\S/;

describe.each(['en-GB', 'fr-CH'] as const)(
  '%s: every page stands the tests of accessibility and of a quiet console',
  (locale) => {
    it.each([
      '/help',
      '/help/second-factor',
      '/help/password',
      '/help/passkeys',
      '/support',
      '/privacy',
      '/accessibility',
      '/lost-credentials',
      '/lost-credentials/over',
      '/not-me/a-link-that-nobody-sent-aaaaaaaaaaaaaaaaaaa',
      '/invitation/a-link-that-nobody-sent-aaaaaaaaaaaaaaa',
      '/session/end',
      '/device',
      '/account',
      '/.well-known/change-password',
    ])('%s', async (path) => {
      const { page, seen } = await world().visit(locale);
      await page.goto(`${world().issuer}${path}`);
      await seen(ANY);
    });

    it.each(['/nothing-here', '/auth', '/auth?client_id=unknown&response_type=code', '/sign-in/gone'])(
      '%s is an error page with a reference number',
      async (path) => {
        const { page } = await world().visit(locale);
        const answer = await page.goto(`${world().issuer}${path}`);
        expect(answer?.status()).toBeGreaterThanOrEqual(400);
        expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2));
        expect(await page.locator('main').innerText()).toMatch(/R-[0-9A-Z]{4}-[0-9A-Z]{4}/);
      },
    );

    it('sign-in, its errors, second factor, consent, account, sign-out', async () => {
      const language = locale === 'en-GB' ? 'en' : 'fr';
      const words = WORDS[language];
      const person = await world().person({ locale: language });
      const { page, seen } = await world().visit(locale);
      await leaveApplication(world(), page);
      await press(page, words.signIn);
      await seen(ANY);
      expect(await page.getByRole('alert').first().innerText()).not.toBe('');
      await typePassword(page, { ...person, password: 'not this one' }, language);
      await seen(ANY);
      expect(await page.getByLabel(words.username).inputValue()).toBe(person.username);
      await typePassword(page, person, language);
      await seen(ANY);
      await typeCode(page, 'abc', language);
      await seen(ANY);
      await typeCode(page, person.authenticator?.code() ?? '', language);
      await page.getByRole('button', { name: words.allow, exact: true }).waitFor();
      await seen(ANY);
      await press(page, words.allow);
      await page.waitForURL((url) => url.origin === world().app);
      await page.goto(`${world().issuer}/account`);
      await seen(language === 'en' ? 'Your account' : 'Votre compte');
      await page.goto(`${world().issuer}/session/end`);
      await seen(ANY);
    });

    it('speaks the other language at the press of its link, wherever that is', async () => {
      const language = locale === 'en-GB' ? 'en' : 'fr';
      const person = await world().person({ locale: language });
      const { page } = await world().visit(locale);
      await leaveApplication(world(), page);
      await page.getByRole('link', { name: language === 'en' ? 'Français' : 'English' }).click();
      const other = language === 'en' ? 'fr' : 'en';
      await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(other);
      await askForLink(page, person.username, other);
      expect(await page.locator('html').getAttribute('lang')).toBe(other);
    });
  },
);

it('weighs at most 30 KB at the first visit', async () => {
  const { page } = await world().visit();
  const sizes: Promise<{ responseBodySize: number }>[] = [];
  page.on('requestfinished', (request) => {
    if (request.url().startsWith(world().issuer) && !request.redirectedTo()) sizes.push(request.sizes());
  });
  await leaveApplication(world(), page);
  await page.waitForLoadState('networkidle');
  const bytes = (await Promise.all(sizes)).reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
  expect(bytes).toBeGreaterThan(2_000);
  expect(bytes).toBeLessThan(30_000);
});
