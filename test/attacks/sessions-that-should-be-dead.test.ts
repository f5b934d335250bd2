import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Person } from '../support/people.ts';
import type { Browser } from '../web/recovery/browser.ts';
import type { PageOf } from '../web/recovery/page.ts';
import { allow, ask, enrolShown, letterTo, typePassword, WORDS, walkToNewFactor } from '../web/recovery/steps.ts';
import { type Application, CALLBACK, useWorld } from '../web/recovery/world.ts';
import { signIn } from './support/walks.ts';

const words = WORDS.en;
const MINUTE = 60_000;

const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});
beforeEach(() => world().later(16 * MINUTE));

/** From a page of a sign-in: a recovery of one's own, up to a last step that is refused. */
async function setOtherRecoveryGoing(browser: Browser, from: PageOf, person: Person): Promise<void> {
  await browser.press(await browser.open(from.link(words.lost)), undefined, { username: person.username });
  const page = await browser.press(await browser.open((await letterTo(world(), person)).link), words.password);
  expect((await browser.press(page, words.setPassword, { password: 'short' })).status).toBe(422);
}

test('A19 a step-up left open when the owner recovers opens nothing, whatever else its browser recovers', async () => {
  const [owner, thief] = [await world().person({ passkey: true }), await world().person({ totp: false })];
  const [home, away] = [world().browser(), world().browser()];
  const asked = await app.open(away, { acr_values: 'phr' });
  const page = await typePassword(away, asked.page, owner);
  const parked = await away.press(page, words.continue, { code: owner.code() });
  expect(parked.buttons).toContain('Skip this step');

  await setOtherRecoveryGoing(away, parked, thief);

  await ask(home, owner.username);
  const done = await enrolShown(home, await walkToNewFactor(world(), home, owner));
  expect(done.page.heading).toBe(words.replaced);

  const left = await away.post(`${parked.path}/decline`, { _csrf: parked.csrf });
  expect((await allow(away, left)).url.href).not.toContain(CALLBACK);
  expect((await away.open('/account')).heading).toBe('Sign in to your account');
});

test('a step-up left open opens nothing after a sign-out', async () => {
  const [person, other] = [await world().person({ passkey: true }), await world().person({ totp: false })];
  const browser = world().browser();
  const { asked, page } = await signIn(world(), app, browser, person);
  expect((await asked.tokens(page)).claims()?.sub).toBe(person.id);
  const parked = (await app.open(browser, { acr_values: 'phr' })).page;
  expect(parked.buttons).toContain('Skip this step');
  await setOtherRecoveryGoing(browser, parked, other);
  await browser.press(await browser.open('/session/end'));
  const left = await browser.post(`${parked.path}/decline`, { _csrf: parked.csrf });
  expect((await allow(browser, left)).url.href).not.toContain(CALLBACK);
  expect((await browser.open('/account')).heading).toBe('Sign in to your account');
});
