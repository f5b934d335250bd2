import { beforeAll, expect, test } from 'vitest';
import type { Browser } from '../web/recovery/browser.ts';
import { type Application, useWorld } from '../web/recovery/world.ts';
import { postOnly, strangers } from './support/browsers.ts';
import { mannWhitney } from './support/mann-whitney.ts';

const ROUNDS = 24;
const MINUTE = 60_000;
const world = useWorld();
let app: Application;
let names: Record<string, string>;
beforeAll(async () => {
  app = await world().application('Notes');
  const suspended = await world().person();
  await world().suspend(suspended);
  const known = (await world().person()).username;
  names = { known, unknown: 'nobody-has-it', suspended: suspended.username };
});

/** Milliseconds per kind of name, tried in turn, each time by browsers that were never here, with the caps refilled between rounds. */
async function timed(
  attempt: (browser: Browser, name: string) => Promise<() => Promise<unknown>>,
): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    world().later(61 * MINUTE);
    const browsers = strangers(world(), 3);
    for (const [at, [kind, name]] of Object.entries(names).entries()) {
      const post = await attempt(browsers[at] ?? world().browser(), name);
      const began = performance.now();
      await post();
      (times[kind] ??= []).push(performance.now() - began);
    }
  }
  return times;
}

/** Six comparisons at one in a hundred would fail now and then by chance; three times in a row they do not. */
function pairs(times: Record<string, number[]>): [string, number][] {
  const kinds = Object.keys(times);
  return kinds.flatMap((a, at) =>
    kinds.slice(at + 1).map((b): [string, number] => [`${a}, ${b}`, mannWhitney(times[a] ?? [], times[b] ?? []).p]),
  );
}

test('A11 the clock does not tell a name that exists: asking for a link, mails on their way', {
  retry: 2,
}, async () => {
  const times = await timed(async (browser, name) => {
    const page = await browser.open('/lost-credentials');
    return () => postOnly(browser, page, '/lost-credentials', { username: name });
  });
  expect(pairs(times).filter(([, p]) => p <= 0.01)).toEqual([]);
});

test('A11 the clock does not tell a name that exists: a wrong password', { retry: 2 }, async () => {
  const times = await timed(async (browser, name) => {
    const { page } = await app.open(browser);
    return () => postOnly(browser, page, page.path, { username: name, password: 'not the password' });
  });
  expect(pairs(times).filter(([, p]) => p <= 0.01)).toEqual([]);
});
