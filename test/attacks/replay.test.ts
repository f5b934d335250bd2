import { beforeAll, beforeEach, expect, test } from 'vitest';
import { codeOf, type Person } from '../support/people.ts';
import { allow, enrolShown, typePassword, WORDS } from '../web/recovery/steps.ts';
import { type Application, CALLBACK, useWorld } from '../web/recovery/world.ts';
import { type Door, postOnly, strangers } from './support/browsers.ts';
import { toNextStep } from './support/clock.ts';
import { audited } from './support/rows.ts';
import { walkToChoice, walkToRegister } from './support/walks.ts';

const STEP = 30_000;
const words = WORDS.en;

const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});
beforeEach(() => toNextStep(world()));

/** A browser that is asked for the code of the app. */
async function asked(person: Person, browser = world().browser()): Promise<Door> {
  const page = await typePassword(browser, (await app.open(browser)).page, person);
  return { browser, page, path: `${page.path}/totp` };
}

/** Where a code leads: into the application, or what the page says. */
async function tried({ browser, page }: Door, code: string): Promise<string> {
  const shown = await allow(browser, await browser.press(page, words.continue, { code }));
  return shown.url.href.startsWith(CALLBACK) ? 'in' : shown.alert;
}

test('A15 a code is taken once; the one before it, and itself again, by nobody; the next one is', async () => {
  const person = await world().person();
  const [before, now, next] = [person.code(), person.code(STEP), person.code(2 * STEP)];
  const doors = await Promise.all([1, 2, 3].map(() => asked(person)));
  const [first, second, third] = doors;
  if (!first || !second || !third) throw new Error('three doors');
  world().later(STEP);
  expect(await tried(first, now)).toBe('in');
  expect(await tried(second, now)).toContain('used');
  expect(await tried(second, before)).toContain('used');
  // Ahead of its time it is nothing yet.
  expect(await tried(second, next)).toContain('not right');
  world().later(STEP);
  expect(await tried(second, next)).toBe('in');
  expect(await tried(third, now)).toContain('used');
  expect(await audited(world(), person.id, 'sign-in.succeeded')).toBe(2);
});

test('A15 one code in twelve browsers at once: one of them gets in', async () => {
  const person = await world().person();
  const doors: Door[] = [];
  for (const browser of strangers(world(), 12)) doors.push(await asked(person, browser));
  world().later(STEP);
  const code = person.code();
  const answers = await Promise.all(doors.map(({ browser, page, path }) => postOnly(browser, page, path, { code })));
  const arrived = answers.filter(({ location }) => /\/auth\/[\w-]+$/.test(location));
  expect(arrived).toHaveLength(1);
  expect(await audited(world(), person.id, 'sign-in.succeeded')).toBe(1);
});

test('A15 a code that signed in proves nothing in a recovery, and the reverse', async () => {
  const person = await world().person();
  const door = await asked(person);
  const recovering = world().browser();
  const factor = await recovering.press(await walkToChoice(world(), recovering, person), words.password);
  world().later(STEP);
  const code = person.code();
  expect(await tried(door, code)).toBe('in');
  const refused = await recovering.press(factor, words.continue, { code });
  expect([refused.status, refused.alert]).toEqual([422, expect.stringContaining('used')]);
  world().later(STEP);
  const accepted = person.code();
  expect((await recovering.press(factor, words.continue, { code: accepted })).heading).toBe('Choose a new password');
  expect(await tried(await asked(person), accepted)).toContain('used');
});

test('A15 the code that confirmed a new app is spent', async () => {
  const person = await world().person();
  const browser = world().browser();
  const { secret } = await enrolShown(browser, await walkToRegister(world(), browser, person));
  const spent = codeOf(secret, Date.now());
  const door = await asked(person);
  expect(await tried(door, spent)).toContain('used');
  world().later(STEP);
  expect(await tried(door, codeOf(secret, Date.now()))).toBe('in');
});
