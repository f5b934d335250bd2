import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import type { Interaction } from '../../../src/flows/ports/interactions.ts';
import { signInPages } from '../../../src/web/pages/sign-in/index.ts';
import { challengeOn, type Shown } from '../../support/page-browser.ts';
import { addOrganization, addPerson, type Person } from '../../support/people.ts';
import { ISSUER } from '../../support/ports.ts';
import { useSite } from '../../support/site.ts';
import { arrive, type Changes, resultsOf } from './arrive.ts';

const site = useSite({ pages: signInPages });

const afterPassword = (person: Person, changes: Changes = {}) => arrive(site(), person, changes);
const results = (interaction: Interaction) => resultsOf(site(), interaction);
const oneCode = (page: Shown) => page.html.match(/name="code"/g)?.length;

describe('an authenticator app', () => {
  test.each([
    ['en', 'Second factor', 'Continue'],
    ['fr', 'Deuxième facteur', 'Continuer'],
  ] as const)(
    '%s: one code field, one button; the right code goes on to the application',
    async (locale, heading, button) => {
      const person = await addPerson(site(), { locale });
      const { browser, interaction } = await afterPassword(person);
      expect(browser.page.html).toContain(`<h1>${heading}</h1>`);
      expect(browser.page.html).toMatch(/<label for="f-code">Code<\/label>/);
      expect(browser.page.html).toMatch(/name="code"[^>]* inputmode="numeric" autocomplete="one-time-code"/);
      expect(oneCode(browser.page)).toBe(1);
      site().clock.now += 30_000;
      const code = person.code();
      const shown = await browser.press(button, { code: `${code.slice(0, 3)} ${code.slice(3)}` });
      expect(shown.path).toBe(`/auth/${interaction.uid}`);
      const [result] = results(interaction);
      expect(result?.result.login).toMatchObject({
        accountId: person.id,
        acr: 'urn:regain:acr:2',
        amr: ['pwd', 'otp', 'mfa'],
      });
      expect(result?.result.journeyId).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  test('a wrong code, no code and half a code are told apart; the field is empty again', async () => {
    const person = await addPerson(site());
    const { browser, path, interaction } = await afterPassword(person);
    const right = person.code();
    const wrongCode = right === '123456' ? '654321' : '123456';
    const shown = await browser.post(`${path}/totp`, { code: wrongCode });
    expect(shown.status).toBe(422);
    expect(shown.html).toContain('<title>Error: Second factor');
    expect(shown.html).toMatch(/role="alert"/);
    expect(shown.text).toContain('This code is not right. Enter the one that your app shows now.');
    expect(shown.html).not.toContain(wrongCode);
    expect((await browser.post(`${path}/totp`, { code: ' ' })).text).toContain('Enter the code.');
    expect((await browser.post(`${path}/totp`, { code: '12345' })).text).toContain('A code has 6 digits.');
    expect(results(interaction)).toEqual([]);
  });

  test('A15 a code is taken once: the second time it says to wait for the next', async () => {
    const person = await addPerson(site());
    const first = await afterPassword(person);
    const code = person.code();
    await first.browser.post(`${first.path}/totp`, { code });
    expect(results(first.interaction)).toHaveLength(1);

    const second = await afterPassword(person);
    const shown = await second.browser.post(`${second.path}/totp`, { code });
    expect(shown.status).toBe(422);
    expect(shown.text).toContain('This code was used already. Wait until your app shows the next one');
    expect(results(second.interaction)).toEqual([]);
    site().clock.now += 30_000;
    await second.browser.post(`${second.path}/totp`, { code: person.code() });
    expect(results(second.interaction)).toHaveLength(1);
  });

  test('too many wrong codes are slowed down, and other ways stay open', async () => {
    const person = await addPerson(site(), { passkey: true });
    const { browser, path } = await afterPassword(person);
    await browser.post(`${path}/method`, { method: 'totp' });
    for (let n = 0; n < 5; n += 1) await browser.post(`${path}/totp`, { code: '000000' });
    const shown = await browser.post(`${path}/totp`, { code: person.code() });
    expect(shown.status).toBe(429);
    expect(shown.text).toContain('Try again in 30 seconds.');
    expect((await browser.press('Use a passkey')).status).toBe(200);
  });
});

describe('several methods', () => {
  test('one is shown, the others are buttons with their exact names; the one used is shown first next time', async () => {
    const person = await addPerson(site(), { passkey: true });
    const { browser, path, interaction } = await afterPassword(person);
    expect(oneCode(browser.page)).toBe(1);
    await browser.press('Use a passkey');
    expect(browser.page.path).toBe(path);
    expect(oneCode(browser.page)).toBeUndefined();
    const shown = await browser.post(`${path}/passkey`, { response: asserted(person, browser.page) });
    expect(shown.path).toBe(`/auth/${interaction.uid}`);
    expect(results(interaction)[0]?.result.login).toMatchObject({ accountId: person.id, acr: 'phr' });

    const next = await afterPassword(person);
    expect(next.browser.page.html).toContain('data-passkey="authenticate"');
    await next.browser.press('Use an authenticator app');
    expect(oneCode(next.browser.page)).toBe(1);
  });

  test('a passkey of somebody else, an old challenge and no answer at all are refused in words', async () => {
    const person = await addPerson(site(), { passkey: true });
    const stranger = await addPerson(site(), { passkey: true });
    const { browser, path, interaction } = await afterPassword(person);
    await browser.press('Use a passkey');
    const before = browser.page;
    await browser.press('Use an authenticator app');
    await browser.press('Use a passkey');
    for (const response of [asserted(person, before), asserted(stranger, browser.page), '{}', '[1', 'null']) {
      const shown = await browser.post(`${path}/passkey`, { response });
      expect(shown.status).toBe(422);
      expect(shown.text).toContain('Your passkey was not accepted.');
    }
    const { text } = await browser.press('Use a passkey');
    expect(text).toContain('A passkey needs JavaScript');
    expect(results(interaction)).toEqual([]);
  });
});

test('a passkey alone from the username field signs in', async () => {
  const person = await addPerson(site(), { passkey: true });
  const browser = site().browser();
  const interaction = site().interactions.begin(browser);
  const path = `/sign-in/${interaction.uid}`;
  await browser.open(path);
  expect(browser.page.html).toContain('data-passkey="conditional"');
  const response = asserted(person, browser.page);
  const shown = await browser.post(`${path}/passkey`, { response });
  expect(shown.path).toBe(`/auth/${interaction.uid}`);
  expect(results(interaction)[0]?.result.login).toMatchObject({ accountId: person.id, acr: 'phr' });

  const again = site().browser();
  const other = site().interactions.begin(again);
  await again.open(`/sign-in/${other.uid}`);
  const replayed = await again.post(`/sign-in/${other.uid}/passkey`, { response });
  expect(replayed.status).toBe(422);
  expect(results(other)).toEqual([]);
});

describe('a code by SMS, where the policy counts it', () => {
  const withSms: Policy = {
    ...PRESETS['password-sms'],
    secondFactor: { required: true, kinds: ['totp', 'passkey', 'sms-code'] },
  };

  async function chosen(locale: 'en' | 'fr' = 'en') {
    const organizationId = await addOrganization(site(), withSms);
    const person = await addPerson(site(), { organizationId, locale });
    const arrived = await afterPassword(person, { client: { organizationId } });
    await arrived.browser.press(locale === 'en' ? 'Use a code by SMS' : 'Utiliser un code par SMS');
    return { ...arrived, person };
  }

  test.each([
    ['en', 'Enter the 6-digit code.', 'A code was sent by SMS to your phone.', 'Continue'],
    ['fr', 'Saisir le code à 6 chiffres.', 'Un code SMS a été envoyé sur votre téléphone.', 'Continuer'],
  ] as const)('%s: T6 texts, the number masked; the code signs in', async (locale, enter, sent, button) => {
    const { browser, interaction, person } = await chosen(locale);
    expect(browser.page.text).toContain(enter);
    expect(browser.page.text).toContain(sent);
    expect(browser.page.text).toContain(`•• ${person.phone.slice(-2)}`);
    expect(browser.page.html).not.toContain(person.phone.slice(-5));
    await browser.press(button, { code: await lastCode(person) });
    expect(results(interaction)[0]?.result.login).toMatchObject({ acr: 'urn:regain:acr:2-sms' });
  });

  test('tries are counted and told; a dead code says how to get another', async () => {
    const { browser, path, person, interaction } = await chosen();
    const right = await lastCode(person);
    const wrongCode = right === '111111' ? '222222' : '111111';
    expect((await browser.post(`${path}/sms`, { code: wrongCode })).text).toContain('4 tries left.');
    for (let n = 0; n < 2; n += 1) await browser.post(`${path}/sms`, { code: wrongCode });
    expect((await browser.post(`${path}/sms`, { code: wrongCode })).text).toContain('1 try left.');
    expect((await browser.post(`${path}/sms`, { code: wrongCode })).text).toContain('Press “Send it again”');
    site().clock.now += 60_000;
    expect((await browser.post(`${path}/sms`, { code: right })).text).toContain('Press “Send it again”');
    expect(results(interaction)).toEqual([]);
  });

  test('A23 looking at the page sends nothing; again is possible after a minute, and says so', async () => {
    const { browser, path, person } = await chosen();
    for (let n = 0; n < 3; n += 1) await browser.open(path);
    expect(await sentTo(person)).toBe(1);
    expect(browser.page.html).toMatch(/<button class="link" type="submit" disabled data-wait="60"/);
    const early = await browser.post(`${path}/sms/again`);
    expect(early.status).toBe(429);
    expect(early.text).toContain('You can have another code in 60 seconds.');
    site().clock.now += 60_000;
    await browser.open(path);
    await browser.press('Send it again');
    expect(browser.page.path).toBe(path);
    expect(await sentTo(person)).toBe(2);
  });

  test('when a cap is full no code goes out; the page says when to try again', async () => {
    const { browser, path, person } = await chosen();
    for (let n = 0; n < 2; n += 1) {
      site().clock.now += 60_000;
      await browser.post(`${path}/sms/again`);
    }
    expect(await sentTo(person)).toBe(3);
    site().clock.now += 60_000;
    const full = await browser.post(`${path}/sms/again`);
    expect(full.status).toBe(429);
    expect(full.text).toMatch(/You can have another code in 10 minutes, at \d\d:\d\d \(UTC\)\./);

    const other = await afterPassword(person, { client: { organizationId: 'default', admitsOthers: true } });
    await other.browser.press('Use a code by SMS');
    expect(other.browser.page.text).toContain('No code was sent');
    expect(other.browser.page.html).not.toContain('name="code"');
    expect(await sentTo(person)).toBe(3);
  });
});

/** What the person's passkey answers to the page. */
function asserted(person: Person, page: Shown): string {
  const challenge = challengeOn(page);
  return JSON.stringify(person.passkey?.assert({ challenge, origin: ISSUER, rpId: 'localhost', counter: 1 }));
}

async function messagesTo(person: Person) {
  const { database } = site();
  const rows = await database.db
    .selectFrom('outbox')
    .select('id')
    .where('account_id', '=', person.id)
    .where('channel', '=', 'sms')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const opened = await Promise.all(rows.map(({ id }) => database.outbox.open(id)));
  return opened.flatMap((message) =>
    message?.channel === 'sms' && message.content.template === 'code' ? [message.content.code] : [],
  );
}

const sentTo = async (person: Person) => (await messagesTo(person)).length;
const lastCode = async (person: Person) => (await messagesTo(person)).at(-1) ?? '';
