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

const words = WORDS.en;

it('A22 an expired link says so and offers a new one', async () => {
  const person = await world().person();
  const { page, seen } = await world().visit();
  await leaveApplication(world(), page);
  await askForLink(page, person.username);
  const { link } = await recoveryMail(world(), person);
  world().clock.skip(5 * 60_000 + 1_000);
  await page.goto(link);
  await seen('This link is no longer valid');
  await page.getByRole('link', { name: 'Start again' }).click();
  await seen('Lost your credentials?');
});

it('wrong codes are told how many tries are left, and the last one ends the code, not the way', async () => {
  const person = await world().person();
  const { page, seen } = await world().visit();
  await leaveApplication(world(), page);
  await askForLink(page, person.username);
  await page.goto((await recoveryMail(world(), person)).link);
  await press(page, words.resetFactor);
  await fill(page, words.password, 'not the password');
  await press(page, words.signIn);
  await seen('Sign in to your account');
  expect(await page.getByRole('alert').innerText()).toContain('not the password');
  await fill(page, words.password, person.password);
  await press(page, words.signIn);
  const right = await smsCode(world(), person);
  const wrong = right === '000000' ? '111111' : '000000';
  await typeCode(page, wrong);
  await seen('Enter the 6-digit code.');
  expect(await page.getByRole('alert').innerText()).toMatch(/4 tries/);
  await typeCode(page, 'letters');
  expect(await page.getByRole('alert').innerText()).toMatch(/6 digits/);
  for (let typed = 0; typed < 4; typed += 1) await typeCode(page, wrong);
  await seen('Enter the 6-digit code.');
  await typeCode(page, right);
  expect(await page.getByRole('alert').innerText()).not.toBe('');
  await seen('Enter the 6-digit code.');

  world().clock.skip(3 * 60_000);
  await page.goto(page.url());
  await page.getByRole('button', { name: 'Send it again' }).click();
  await world().sms.waitFor(
    (message) => message.to === person.phone && !message.text.endsWith(right) && /#\d{6}$/.test(message.text),
  );
  await typeCode(page, await smsCode(world(), person));
  await seen('Register a new second factor');
});

it('T8 an abandoned recovery has changed nothing', async () => {
  const person = await world().person();
  const { page, seen } = await world().visit();
  await leaveApplication(world(), page);
  await askForLink(page, person.username);
  await page.goto((await recoveryMail(world(), person)).link);
  await press(page, words.resetFactor);
  await fill(page, words.password, person.password);
  await press(page, words.signIn);
  await typeCode(page, await smsCode(world(), person));
  await seen('Register a new second factor');

  const other = await world().visit();
  await leaveApplication(world(), other.page);
  await typePassword(other.page, person);
  await typeCode(other.page, person.authenticator?.code() ?? '');
  await arrive(world(), other.page);
  expect(await other.page.getByTestId('acr').innerText()).toBe('urn:regain:acr:2');
});

it('T2 an unknown account looks like a known one', async () => {
  const person = await world().person();
  const shown = [];
  for (const name of [person.username, 'nobody-has-this-name']) {
    const { page, seen } = await world().visit();
    await page.goto(`${world().issuer}/lost-credentials`);
    await fill(page, words.username, name);
    await press(page, words.submit);
    await seen('Check your e-mail');
    await typeCode(page, '000000');
    await seen('Check your e-mail');
    const text = await page.locator('main').innerText();
    shown.push(text.replaceAll(name, 'NAME').replaceAll(/\d:\d\d/g, 'TIME'));
  }
  expect(shown[1]).toBe(shown[0]);
});
