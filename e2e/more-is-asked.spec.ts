import { beforeAll, expect, it } from 'vitest';
import type { Policy } from '../src/domain/policy.ts';
import { PRESETS } from '../src/domain/presets.ts';
import { putInForce } from '../test/support/policy.ts';
import { authenticator } from './support/person.ts';
import {
  arrive,
  fill,
  follow,
  leaveApplication,
  press,
  recoveryMail,
  smsCode,
  typeCode,
  typePassword,
  WORDS,
} from './support/steps.ts';
import { folded } from './support/visit.ts';
import { useWorld } from './support/world.ts';

const world = useWorld();
beforeAll(async () => {
  const preset = PRESETS['password-sms'];
  const kinds: Policy['secondFactor']['kinds'] = ['totp', 'passkey', 'sms-code'];
  await putInForce(world().regain.context.administration, 'default', {
    ...preset,
    secondFactor: { required: true, kinds },
  });
});

it('takes a code by SMS where the policy counts it, says its risk, and asks for more where the application does', async () => {
  const person = await world().person();
  const { page, seen } = await world().visit();
  await leaveApplication(world(), page);
  await typePassword(page, person);
  await seen('Second factor');
  expect(await page.getByLabel('Code').count()).toBe(1);
  await press(page, 'Use a code by SMS');
  expect(folded(await page.locator('main').innerText())).toContain('A code was sent by SMS to your phone.');
  await typeCode(page, await smsCode(world(), person));
  await arrive(world(), page);
  expect(await page.getByTestId('acr').innerText()).toBe('urn:regain:acr:2-sms');

  await page.goto(`${world().app}/sign-in?acr=urn:regain:acr:2`);
  await seen('Second factor');
  await typeCode(page, person.authenticator?.code() ?? '');
  await arrive(world(), page);
  expect(await page.getByTestId('acr').innerText()).toBe('urn:regain:acr:2');
  expect(await page.getByTestId('amr').innerText()).toContain('otp');
});

it('remembers the second factor used last, and asks again where the application wants a fresh proof', async () => {
  const person = await world().person();
  const { page, seen, context } = await world().visit();
  await leaveApplication(world(), page);
  await typePassword(page, person);
  await press(page, 'Use a code by SMS');
  await typeCode(page, await smsCode(world(), person));
  await arrive(world(), page);

  await context.clearCookies({ name: /^_session|session/ });
  await leaveApplication(world(), page);
  await typePassword(page, person);
  await seen('Second factor');
  expect(await page.getByRole('button', { name: 'Use an authenticator app' }).count()).toBe(1);
  await typeCode(page, await smsCode(world(), person));
  await arrive(world(), page);

  await page.goto(`${world().app}/sign-in?max_age=0`);
  await seen('Sign in to your account');
});

it('a recovery begun inside a step-up ends in the application, with what was asked asked once', async () => {
  const person = await world().person();
  const { page, seen } = await world().visit();
  await leaveApplication(world(), page);
  await typePassword(page, person);
  await press(page, 'Use a code by SMS');
  await typeCode(page, await smsCode(world(), person));
  await arrive(world(), page);
  await page.goto(`${world().app}/sign-in?acr=urn:regain:acr:2`);
  await seen('Second factor');
  await follow(page, WORDS.en.lost);
  await fill(page, WORDS.en.username, person.username);
  await press(page, WORDS.en.submit);
  await page.goto((await recoveryMail(world(), person)).link);
  await press(page, WORDS.en.resetFactor);
  await fill(page, WORDS.en.password, person.password);
  await press(page, WORDS.en.signIn);
  await seen('Enter the 6-digit code.');
  await typeCode(page, await smsCode(world(), person));
  await seen('Register a new second factor');
  const app = authenticator(await page.getByTestId('totp-secret').innerText(), world().clock);
  await typeCode(page, app.earlier());
  await page.getByRole('link', { name: /^Continue to/ }).click();

  // The session that the step-up began in is gone; the application's wish for more is not: the new app is asked once.
  await seen('Second factor');
  await typeCode(page, app.again());
  expect(await page.getByRole('alert').first().innerText()).toContain('next');
  await typeCode(page, app.code());
  await arrive(world(), page);
  expect(await page.getByTestId('acr').innerText()).toBe('urn:regain:acr:2');
});
