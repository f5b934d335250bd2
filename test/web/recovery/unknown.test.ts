import { beforeEach, expect, test } from 'vitest';
import type { Browser } from './browser.ts';
import { PageOf } from './page.ts';
import { type Seen, seen } from './seen.ts';
import { ask, letterTo, otherThan, WORDS } from './steps.ts';
import { useWorld } from './world.ts';

const world = useWorld();
const words = WORDS.en;
const MINUTE = 60_000;

// Each test has the caps of a quarter of an hour for itself.
beforeEach(() => world().later(16 * MINUTE));

/** Everything that somebody without the mailbox gets to see of a name. */
async function everythingSeen(browser: Browser, name: string, code = '000000'): Promise<Seen[]> {
  const { csrf } = await browser.open('/lost-credentials');
  const posted = await browser.request('/lost-credentials', {
    method: 'POST',
    body: new URLSearchParams({ username: name, _csrf: csrf }),
  });
  const first = new URL(posted.headers.get('location') ?? '', 'http://localhost:3000');
  const answer = new PageOf(first, posted.status, posted.headers, '');
  const page = await browser.open(first.href);
  const early = await browser.press(page, words.continue, { code: '12' });
  const pages = [page, early];
  for (let tries = 0; tries < 4; tries += 1) pages.push(await browser.press(page, words.continue, { code }));
  pages.push(await browser.post('/lost-credentials/sent/again', { _csrf: csrf }));
  world().later(MINUTE);
  pages.push(await browser.post('/lost-credentials/sent/again', { _csrf: csrf }));
  pages.push(await browser.press(page, words.continue, { code }));
  pages.push(await browser.open('/lost-credentials/choose'));
  pages.push(await browser.open('/lost-credentials/step'));
  return [seen(answer, name), ...pages.map((shown) => seen(shown, name))];
}

test('A11 known, unknown, suspended and without a verified address look the same, page after page', async () => {
  const known = await world().person();
  const suspended = await world().person();
  await world().suspend(suspended);
  const unverified = await world().invited();
  const strangest = '"><script>alert(1)</script>';
  const reference = await everythingSeen(world().browser(), 'nobody-at-all');
  expect(reference.map(({ status }) => status)).toEqual([303, 200, 422, 422, 422, 422, 422, 429, 200, 422, 200, 200]);
  for (const name of [known.username, known.email, suspended.username, suspended.email, unverified.email])
    expect(await everythingSeen(world().browser(), name), `for ${name}`).toEqual(reference);
  expect((await everythingSeen(world().browser(), strangest)).map(({ status }) => status)).toEqual(
    reference.map(({ status }) => status),
  );
  // It was not the same for all of them behind the pages.
  await letterTo(world(), known);
  // That a factor was added and the account suspended; no link.
  expect((await world().sentTo(suspended)).mails).toBe(2);
});

test('A11 with a mail server that is down nothing else is seen', async () => {
  const known = await world().person();
  await world().sentTo(known);
  const reference = await everythingSeen(world().browser(), 'nobody-here-either');
  world().mailSink.behave('later');
  const found = await everythingSeen(world().browser(), known.username);
  world().mailSink.behave('accept');
  expect(found).toEqual(reference);
});

test('A11 a recovery that was asked for too often looks like any other', async () => {
  const known = await world().person();
  for (let mails = 0; mails < 3; mails += 1) await ask(world().browser(), known.username);
  const capped = await everythingSeen(world().browser(), known.email);
  world().later(16 * MINUTE);
  expect(capped).toEqual(await everythingSeen(world().browser(), 'nobody-else'));
});

test('A11 wrong codes under one name of an account tell nothing about its other name', async () => {
  const known = await world().person();
  const [byName, byMail] = [world().browser(), world().browser()];
  await ask(byName, known.username);
  const { code } = await letterTo(world(), known);
  const page = await byName.open('/lost-credentials/sent');
  for (let tries = 0; tries < 8; tries += 1) await byName.press(page, words.continue, { code: otherThan(code) });
  expect((await byName.press(page, words.continue, { code: otherThan(code) })).status).toBe(429);
  await ask(byMail, known.email);
  const other = await byMail.press(await byMail.open('/lost-credentials/sent'), words.continue, { code: '000000' });
  expect(other.alert).toContain('4 tries');
});

test('A11 answers about names leave on a grid of time, whatever they took', async () => {
  const known = await world().person();
  const times: number[] = [];
  for (const name of [known.username, 'nobody-on-the-clock', known.email, 'nobody-else-on-it']) {
    const browser = world().browser();
    const { csrf } = await browser.open('/lost-credentials');
    const post = async (path: string, fields: Record<string, string>) => {
      const body = new URLSearchParams({ ...fields, _csrf: csrf });
      const began = performance.now();
      await browser.request(path, { method: 'POST', body });
      times.push(performance.now() - began);
    };
    await post('/lost-credentials', { username: name });
    await post('/lost-credentials/sent', { code: '000000' });
    world().later(MINUTE);
    await post('/lost-credentials/sent/again', {});
  }
  // Timers may fire a moment early.
  expect(Math.min(...times)).toBeGreaterThan(245);
});
