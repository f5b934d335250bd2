import { expect, it } from 'vitest';
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

it('T1–T8 a lost phone: password, SMS, a new passkey in its place, and back in the application', async () => {
  const words = WORDS.en;
  const person = await world().person();
  const { page, seen, passkeys } = await world().visit();
  await passkeys();

  await leaveApplication(world(), page);
  await seen('Sign in to your account');
  await askForLink(page, person.email);
  await seen('Check your e-mail');

  // The short code, typed into the page that waits, instead of the link.
  await fill(page, words.code, (await recoveryMail(world(), person)).code);
  await press(page, words.continue);
  await seen('What would you like to do?');
  await press(page, words.resetFactor);
  await seen('Sign in to your account');
  await fill(page, words.password, person.password);
  await press(page, words.signIn);
  await seen('Enter the 6-digit code.');
  await typeCode(page, await smsCode(world(), person));

  await seen('Register a new second factor');
  await page.getByRole('button', { name: /passkey/i }).click();
  await seen('Your second factor was replaced');
  await page.getByRole('link', { name: /^Continue to/ }).click();
  await arrive(world(), page);
  expect(await page.getByTestId('acr').innerText()).toBe('urn:regain:acr:1');
  const amr = await page.getByTestId('amr').innerText();
  expect(amr).toContain('pwd');
  expect(amr).not.toContain('mfa');

  // Where more is asked, the new factor is asked once.
  await page.goto(`${world().app}/sign-in?acr=phr`);
  await seen('Second factor');
  await press(page, 'Use a passkey');
  await arrive(world(), page);
  expect(await page.getByTestId('acr').innerText()).toBe('phr');
});

it('S17 signs in with a passkey alone, and beside a password', async () => {
  const person = await world().person({ totp: false });
  const { page, seen, passkeys, context } = await world().visit();
  const { touch } = await passkeys();
  await leaveApplication(world(), page);
  await typePassword(page, person);
  await seen('Register a new second factor');
  await page.getByRole('button', { name: /passkey/i }).click();
  await seen('Your second factor is registered');
  await arrive(world(), page);
  expect(await page.getByTestId('acr').innerText()).toBe('urn:regain:acr:1');

  await context.clearCookies();
  await touch(false);
  await leaveApplication(world(), page);
  await typePassword(page, person);
  await touch(true);
  await seen('Second factor');
  await press(page, 'Use a passkey');
  await arrive(world(), page);
  expect(await page.getByTestId('acr').innerText()).toBe('phr');

  // The name field offers the passkey by itself.
  await context.clearCookies();
  await leaveApplication(world(), page);
  await arrive(world(), page);
  expect(await page.getByTestId('sub').innerText()).toBe(person.sub);
  expect(await page.getByTestId('amr').innerText()).toContain('user');
});
