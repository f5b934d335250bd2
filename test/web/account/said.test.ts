import { expect, it } from 'vitest';
import type { Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import { useWorld } from '../recovery/world.ts';
import { openConsole } from './console.ts';
import { idOf, LIST } from './device-pages.ts';

const world = useWorld();
const KEY = 'regain_said';

/** Somebody has named their app and closed the page before it said so. */
async function named(name: string): Promise<{ readonly person: Person; readonly browser: Browser }> {
  const person = await world().person();
  const browser = world().browser();
  const path = `${LIST}/${await idOf(world(), person, 'totp')}`;
  const page = await openConsole(world(), browser, person, path);
  const body = new URLSearchParams({ _csrf: page.csrf, name }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const done = await browser.request(`${path}/name`, { method: 'POST', body, headers });
  expect([done.status, browser.cookie(KEY)]).toEqual([303, expect.any(String)]);
  return { person, browser };
}

it('what was done is said once, on the next page', async () => {
  const { browser } = await named('Phone of Zoé');
  expect((await browser.open('/account')).html).toContain('“Phone of Zoé”');
  expect((await browser.open('/account')).html).not.toContain('Phone of Zoé');
});

it('and to nobody else who is signed in to this browser by then', async () => {
  const { browser } = await named('Phone of Zoé');
  const next = world().browser();
  await openConsole(world(), next, await world().person());
  for (const [key, cookie] of browser.jar) if (cookie.name === KEY) next.jar.set(key, cookie);
  expect((await next.open('/account')).html).not.toContain('Phone of Zoé');
  // It is gone with that.
  expect(next.cookie(KEY)).toBeUndefined();
});
