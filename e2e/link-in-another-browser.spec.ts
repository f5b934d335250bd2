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

it('goes on where the link was opened, and says how to go back; the page that waits learns of it', async () => {
  const words = WORDS.en;
  const person = await world().person();
  const desktop = await world().visit();
  await leaveApplication(world(), desktop.page);
  await askForLink(desktop.page, person.username);
  await desktop.seen('Check your e-mail');

  const phone = await world().visit();
  await phone.page.goto((await recoveryMail(world(), person)).link);
  await phone.seen('What would you like to do?');
  await press(phone.page, words.resetFactor);
  await fill(phone.page, words.password, person.password);
  await press(phone.page, words.signIn);
  await typeCode(phone.page, await smsCode(world(), person));
  await phone.seen('Register a new second factor');
  const app = authenticator(await phone.page.getByTestId('totp-secret').innerText(), world().clock);
  await typeCode(phone.page, app.earlier());
  await phone.seen('Your second factor was replaced');
  expect(await phone.page.getByRole('link', { name: /^Continue to/ }).count()).toBe(0);
  expect(await phone.page.locator('main').innerText()).toMatch(/Go back to your application/);
  // No session came of it, in neither browser (ATTACKS A2).
  await leaveApplication(world(), phone.page);
  await phone.seen('Sign in to your account');

  await desktop.page.reload();
  await desktop.seen('This recovery is finished');
  await desktop.page.getByRole('link', { name: 'Sign in' }).click();
  await desktop.seen('Sign in to your account');
  await typePassword(desktop.page, person);
  await desktop.seen('Second factor');
  await typeCode(desktop.page, app.code());
  await arrive(world(), desktop.page);
});
