import { afterAll, expect, test } from 'vitest';
import type { Route } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import { PASSWORD } from '../../support/people.ts';
import { ask, enrolShown, letterTo, smsCode, WORDS } from './steps.ts';
import { useWorld } from './world.ts';

const world = useWorld();
const words = WORDS.en;
const DAY = 86_400;
const sms = PRESETS['password-sms'];
const having = (route: Omit<Route, 'id'>) =>
  world().policy({ ...sms, routes: { ...sms.routes, 'reset-second-factor': [{ id: 'tried', ...route }] } });
afterAll(() => world().policy(sms));

test('one of three: whoever has lost the app takes the code by SMS, and is asked for no more', async () => {
  await having({ proofs: ['email-code', 'password'], anyOf: { count: 1, of: ['totp', 'passkey', 'sms-code'] } });
  const person = await world().person();
  const browser = world().browser();
  await ask(browser, person.username);
  let page = await browser.press(await browser.open((await letterTo(world(), person)).link), words.factor);
  page = await browser.press(page, words.signIn, { password: PASSWORD });
  expect(page.heading).toBe('Second factor');
  expect(page.steps.map((step) => step.replace(/ .*/, ''))).toEqual(['E-mail', 'Password', 'Authenticator', 'New']);
  page = await browser.press(page, 'Use a code by SMS');
  expect(page.steps.map((step) => step.replace(/ .*/, ''))).toEqual(['E-mail', 'Password', 'SMS', 'New']);
  page = await browser.press(page, words.continue, { code: await smsCode(world(), person) });
  page = (await enrolShown(browser, page)).page;
  expect(page.heading).toBe('Your second factor was replaced');
});

test('a number that is too young says from when it counts', async () => {
  await having({ proofs: ['email-code', 'password', 'sms-code'], heldFor: { 'sms-code': 30 * DAY } });
  const person = await world().person();
  const opened = async () => {
    const browser = world().browser();
    await ask(browser, person.username);
    return browser.open((await letterTo(world(), person)).link);
  };
  const young = await opened();
  expect([young.buttons.includes(words.factor), young.text.includes('counts')]).toEqual([false, true]);
  world().later(31 * DAY * 1000);
  expect((await opened()).buttons).toContain(words.factor);
});
