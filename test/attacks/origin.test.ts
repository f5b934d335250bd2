import { beforeAll, describe, expect, test } from 'vitest';
import { ISSUER } from '../support/ports.ts';
import { ask, letterTo, typePassword, WORDS } from '../web/recovery/steps.ts';
import { type Application, CALLBACK, useWorld } from '../web/recovery/world.ts';
import { Witness } from './support/browsers.ts';
import { EVIL, POISONS, type Poison, startPoisoner } from './support/poisoner.ts';

const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});

/** A browser whose requests are poisoned on the way, and what it got must not say so anywhere. */
async function poisoned(poison: Poison, work: (browser: Witness) => Promise<void>): Promise<void> {
  const poisoner = await startPoisoner(world().origin, poison);
  const browser = new Witness(poisoner.origin);
  try {
    await work(browser);
  } finally {
    await poisoner.close();
  }
  expect(browser.seen.length).toBeGreaterThan(0);
  for (const { url, status, headers, body } of browser.seen) {
    const cookies = headers.getSetCookie();
    const said = [status, ...[...headers].map(([name, value]) => `${name}: ${value}`), body].join('\n');
    expect([url, said.includes(EVIL)]).toEqual([url, false]);
    expect([url, cookies.filter((cookie) => /;\s*domain=/i.test(cookie))]).toEqual([url, []]);
    // Of an http issuer: nothing on the way makes it an https one.
    expect([url, cookies.filter((cookie) => /;\s*secure/i.test(cookie))]).toEqual([url, []]);
  }
}

describe.each(Object.entries(POISONS))('A8 %s', (_, poison) => {
  test('e-mailed links, pages and cookies are the issuer’s', async () => {
    const person = await world().person();
    await poisoned(poison, async (browser) => {
      expect((await ask(browser, person.username)).path).toBe('/lost-credentials/sent');
      const { link, mail } = await letterTo(world(), person);
      expect(link.startsWith(`${ISSUER}/lost-credentials/link/`)).toBe(true);
      expect(mail.raw).not.toContain(EVIL);
      expect((await browser.open(link)).heading).toBe('What would you like to do?');
    });
  });

  test('discovery, redirects and the end of a sign-in are the issuer’s', async () => {
    const person = await world().person();
    await poisoned(poison, async (browser) => {
      const answer = await browser.request('/.well-known/openid-configuration', {
        headers: { accept: 'application/json' },
      });
      const found: Record<string, unknown> = Object(await answer.json());
      expect(found['issuer']).toBe(ISSUER);
      const addresses = Object.entries(found).filter(([name]) => /_(endpoint|uri)$/.test(name));
      expect(addresses.length).toBeGreaterThan(5);
      for (const [name, address] of addresses)
        expect([name, String(address).startsWith(`${ISSUER}/`)]).toEqual([name, true]);

      const asked = await app.open(browser);
      expect(asked.page.heading).toBe('Sign in to your account');
      const factor = await typePassword(browser, asked.page, person);
      const consent = await browser.press(factor, WORDS.en.continue, { code: person.code() });
      const back = await browser.press(consent, WORDS.en.allow);
      expect(back.url.href.startsWith(CALLBACK)).toBe(true);
      expect((await asked.tokens(back)).claims()?.iss).toBe(ISSUER);
    });
  });
});

test('A8 an address of two hosts, none, or another scheme gets a page of ours, and leads nowhere', async () => {
  const targets = [`//${EVIL}/account`, `https://${EVIL}/nothing`, '*', `ftp://${EVIL}/`, `/\\${EVIL}`, `//${EVIL}`];
  for (const target of targets) {
    const poisoner = await startPoisoner(world().origin, { headers: {}, target: () => target });
    const answer = await new Witness(poisoner.origin).request('/');
    await poisoner.close();
    expect([target, answer.status, answer.headers.get('location')]).toEqual([target, 404, null]);
    expect(await answer.text()).not.toMatch(/(?:href|src|action)="[^"]*\/\/evil/);
  }
});
