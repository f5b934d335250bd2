import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright';
import { expect } from 'vitest';

/** A browser window of one person, and everything that went wrong in it. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Looks at the page as it is now: its heading, its language, no accessibility violation, nothing on the console. */
  readonly seen: (heading: string | RegExp) => Promise<void>;
  /**
   * A virtual authenticator of the platform, with resident keys and user verification. `touch(false)` keeps the finger away, so
   * that a sign-in page cannot use the passkey by itself; `held()`: the ids of the passkeys that it has.
   */
  readonly passkeys: () => Promise<{
    readonly touch: (present: boolean) => Promise<void>;
    readonly held: () => Promise<readonly string[]>;
  }>;
  readonly close: () => Promise<void>;
}

export async function openVisit(
  browser: Browser,
  locale: string,
  more: Pick<BrowserContextOptions, 'javaScriptEnabled' | 'userAgent' | 'viewport'>,
): Promise<Visit> {
  const context = await browser.newContext({ locale, ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return {
    page,
    context,
    seen: async (heading) => {
      const title = page.getByRole('heading', { level: 1 });
      // The page that a press leaves still has its heading for a moment.
      const read = async () => folded(await title.innerText());
      if (typeof heading === 'string') await expect.poll(read, { timeout: 10_000 }).toBe(heading);
      else await expect.poll(read, { timeout: 10_000 }).toMatch(heading);
      expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2));
      if (more.javaScriptEnabled !== false) {
        // Without frames the page is looked at in one go, which takes two thirds of the time.
        const inOneGo = page.frames().length === 1;
        const { violations } = await new AxeBuilder({ page }).setLegacyMode(inOneGo).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
      }
      // A page that answers 4xx is said on the console by the browser itself.
      expect(
        complaints.filter((line) => !/the server responded with a status of 4(03|09|10|22|29)/.test(line)),
      ).toEqual([]);
    },
    passkeys: async () => {
      const devtools = await context.newCDPSession(page);
      await devtools.send('WebAuthn.enable');
      const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      return {
        touch: async (enabled) => {
          await devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
        },
        held: async () => {
          const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId });
          return credentials.map(({ credentialId }) => credentialId);
        },
      };
    },
    close: () => context.close(),
  };
}

/** Until the page with this heading is there; `seen` looks at it more closely, once for each page. */
export function at({ page }: Pick<Visit, 'page'>, heading: string | RegExp): Promise<void> {
  const title = page.getByRole('heading', { level: 1 });
  return title.filter({ hasText: typeof heading === 'string' ? named(heading) : heading }).waitFor();
}

/** What the main part of the page says, in one line. */
export async function mainText({ page }: Pick<Visit, 'page'>): Promise<string> {
  return folded(await page.locator('main').innerText()).replaceAll(/\s+/g, ' ');
}

/** Where a folder is named, what people see is kept there to be looked at: at a desk and on a phone, where nothing may stick out. */
export async function look(page: Page, name: string): Promise<void> {
  const folder = process.env['REGAIN_SCREENSHOTS'];
  if (!folder) return;
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  const desk = page.viewportSize() ?? { width: 1280, height: 720 };
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  await page.screenshot({ path: `${folder}/${name}-phone.png`, fullPage: true });
  await page.setViewportSize(desk);
}

/** Typographic apostrophes and spaces as plain ones: what SPEC.md writes. */
export function folded(text: string): string {
  return text
    .replaceAll('’', "'")
    .replaceAll(/[\u00a0\u202f]/g, ' ')
    .trim();
}

/** The same as a pattern for accessible names. */
export function named(text: string): RegExp {
  const escaped = text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll("'", "['’]").replaceAll(' ', '[ \\u00a0\\u202f]')}$`);
}
