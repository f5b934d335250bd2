import { expect, it } from 'vitest';
import { authenticator } from './support/person.ts';
import {
  arrive,
  askForLink,
  fill,
  leaveApplication,
  press,
  recoveryMail,
  smsCode,
  typeCode,
  typePassword,
  WORDS,
} from './support/steps.ts';
import { useWorld } from './support/world.ts';

const world = useWorld();

it('B-09 signs in and recovers without JavaScript', async () => {
  const words = WORDS.en;
  const person = await world().person();
  const { page, seen, context } = await world().visit('en-GB', { javaScriptEnabled: false });
  await leaveApplication(world(), page);
  await typePassword(page, person);
  await typeCode(page, person.authenticator?.earlier() ?? '');
  await arrive(world(), page);

  await context.clearCookies();
  await leaveApplication(world(), page);
  await askForLink(page, person.username);
  await page.goto((await recoveryMail(world(), person)).link);
  await press(page, words.resetFactor);
  await fill(page, words.password, person.password);
  await press(page, words.signIn);
  await typeCode(page, await smsCode(world(), person));
  await seen('Register a new second factor');

  // The passkey needs JavaScript: its button says so instead of failing without a word.
  await page.getByRole('button', { name: /passkey/i }).click();
  await seen('Register a new second factor');
  expect(await page.getByRole('alert').first().innerText()).not.toBe('');

  const app = authenticator(await page.getByTestId('totp-secret').innerText(), world().clock);
  await typeCode(page, app.code());
  await seen('Your second factor was replaced');
  await page.getByRole('link', { name: /^Continue to/ }).click();
  await arrive(world(), page);
});
