import { expect, it } from 'vitest';
import {
  arrive,
  askForLink,
  fill,
  leaveApplication,
  press,
  recoveryMail,
  typeCode,
  typePassword,
  WORDS,
} from './support/steps.ts';
import { folded } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const world = useWorld();

it('T10 a lost password: the link and the second factor set a new one, and the factor stays', async () => {
  const words = WORDS.en;
  const person = await world().person();
  const { page, seen } = await world().visit();
  await leaveApplication(world(), page);
  await askForLink(page, person.username);
  await page.goto((await recoveryMail(world(), person)).link);
  await seen('What would you like to do?');
  await press(page, words.resetPassword);

  await seen('Second factor');
  await typeCode(page, person.authenticator?.earlier() ?? '');
  await seen('Choose a new password');

  for (const [typed, said] of [
    ['short', 'too short'],
    ['password1234', 'lists'],
    [person.username, 'name'],
  ] as const) {
    await fill(page, 'New password', typed);
    await press(page, 'Set the new password');
    await seen('Choose a new password');
    expect(await page.getByRole('alert').innerText()).toContain(said);
    expect(await page.title()).toMatch(/^Error: /);
  }
  const password = 'a quiet new harbour';
  await fill(page, 'New password', password);
  await press(page, 'Set the new password');
  await seen('Your password was reset');

  // There is no session: the person signs in, with the old second factor.
  await page.getByRole('link', { name: /^Sign in to/ }).click();
  await seen('Sign in to your account');
  await typePassword(page, person);
  expect(await page.getByRole('alert').innerText()).not.toBe('');
  await typePassword(page, { ...person, password });
  await seen('Second factor');
  await typeCode(page, person.authenticator?.code() ?? '');
  await arrive(world(), page);
  expect(await page.getByTestId('acr').innerText()).toBe('urn:regain:acr:2');
  const notice = await world().mail.waitFor(
    (message) => message.recipients.includes(person.email) && /password/i.test(folded(message.subject)),
  );
  expect(notice.text).toContain('/not-me/');
});

it('sets a password by the link alone where there never was a second factor', async () => {
  const person = await world().person({ totp: false, phone: false });
  const { page, seen } = await world().visit();
  await page.goto(`${world().issuer}/lost-credentials`);
  await fill(page, WORDS.en.username, person.username);
  await press(page, WORDS.en.submit);
  await page.goto((await recoveryMail(world(), person)).link);
  await seen('What would you like to do?');
  expect(await page.getByRole('button', { name: WORDS.en.resetFactor }).count()).toBe(0);
  await press(page, WORDS.en.resetPassword);
  await seen('Choose a new password');
  await fill(page, 'New password', 'a quiet new harbour');
  await press(page, 'Set the new password');
  await seen('Your password was reset');
});
