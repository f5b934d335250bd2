import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import type { Person } from '../support/people.ts';
import { mailedCode, openConsole, signInAt } from '../web/account/console.ts';
import type { Browser } from '../web/recovery/browser.ts';
import type { PageOf } from '../web/recovery/page.ts';
import { ask, letterTo, smsCode, typePassword, WORDS } from '../web/recovery/steps.ts';
import { useWorld } from '../web/recovery/world.ts';
import { audited, rows } from './support/rows.ts';
import { walkToChoice, walkToSms } from './support/walks.ts';

const ADD = '/account/contacts/add-email';
const SIGN_IN = 'Sign in to your account';
const DAY = 86_400_000;
const words = WORDS.en;
const world = useWorld();
let made = 0;
const newEmail = () => `changed${(made += 1)}@example.net`;
const newPhone = () => `+4178${String(7_000_000 + (made += 1))}`;
const contacts = async ({ id }: Person) => (await world().ports.store.accounts.load(id))?.contacts ?? [];
const contactId = async (person: Person, value: string) =>
  (await contacts(person)).find((contact) => contact.value === value)?.id ?? '';

/** An owner signed in to the console, past all caps. */
async function atConsole(): Promise<{ person: Person; browser: Browser }> {
  await rows(world(), sql`delete from rate_limits`);
  const person = await world().person();
  const browser = world().browser();
  await openConsole(world(), browser, person);
  return { person, browser };
}

async function add(browser: Browser, kind: 'email' | 'phone', value: string, at?: string): Promise<PageOf> {
  const form = await browser.open(at ?? `/account/contacts/add-${kind}`);
  const asked = await browser.press(form, 'Send a code', { [kind]: value });
  const code = kind === 'email' ? await mailedCode(world(), value) : await smsCode(world(), { phone: value });
  return browser.press(asked, 'Confirm', { code });
}

const CHANGES: Record<string, (browser: Browser, person: Person) => Promise<unknown>> = {
  'an address was added': (browser) => add(browser, 'email', newEmail()),
  'a number was replaced': async (browser, person) =>
    add(browser, 'phone', newPhone(), `/account/contacts/${await contactId(person, person.phone)}/replace`),
  'a number was removed': async (browser, person) => {
    const page = await browser.open(`/account/contacts/${await contactId(person, person.phone)}/remove`);
    return browser.press(page, 'Remove');
  },
  'another address was made primary': async (browser, person) => {
    const id = world().ports.crypto.uuid();
    const value = newEmail();
    const contact = { id, kind: 'email', value, key: value, verifiedAt: 1, primary: false, countsFrom: 0 } as const;
    await world().ports.store.contacts.add(person.id, contact);
    return browser.press(await browser.open(`/account/contacts/${id}`), 'Make it the primary address');
  },
};

test.each(Object.entries(CHANGES))(
  'A19 open links, recoveries and half-finished sign-ins are dead once %s',
  async (_, change) => {
    const { person, browser } = await atConsole();
    const [walking, half] = [world().browser(), world().browser()];
    await ask(world().browser(), person.username);
    const { link } = await letterTo(world(), person);
    world().later(60_000);
    const walked = await walkToChoice(world(), walking, person);
    const halfway = await typePassword(half, await half.open('/account'), person);
    expect([walked.heading, halfway.heading]).toEqual(['What would you like to do?', 'Second factor']);

    await change(browser, person);
    expect((await browser.open('/account')).heading).toBe('Your account');
    expect((await world().browser().open(link)).status).toBe(410);
    expect((await walking.press(walked, words.password)).heading).toBe('This recovery is finished');
    world().later(30_000);
    expect((await half.press(halfway, words.continue, { code: person.code() })).heading).not.toBe('Your account');
    expect((await half.open('/account')).heading).toBe(SIGN_IN);
  },
);

test('A4 a form that was shown in time and is sent too late changes nothing; signing in again leads back', async () => {
  const { person, browser } = await atConsole();
  const address = newEmail();
  const asked = await browser.press(await browser.open(ADD), 'Send a code', { email: address });
  const code = await mailedCode(world(), address);
  const id = await contactId(person, person.phone);
  const remove = await browser.open(`/account/contacts/${id}/remove`);
  // The code is as old as the sign-in then, and the clock of the code stands still for this.
  await rows(world(), sql`update one_time_codes set expires_at = expires_at + 3600000 where purpose = 'new-contact'`);
  world().later(20 * 60_000);
  for (const posted of [
    await browser.press(asked, 'Confirm', { code }),
    await browser.press(remove, 'Remove'),
    await browser.post(`/account/contacts/${id}/primary`, { _csrf: remove.csrf }),
    await browser.post('/account/username', { _csrf: remove.csrf, username: 'somebody-else' }),
  ])
    expect(posted.heading).toBe(SIGN_IN);
  expect((await contacts(person)).map(({ value }) => value)).not.toContain(address);
  expect(await audited(world(), person.id, 'contact.removed')).toBe(0);

  const back = await signInAt(world(), browser, person, await browser.press(asked, 'Confirm', { code }));
  expect([back.path, back.heading]).toEqual([asked.path, 'Confirm your e-mail address']);
  expect((await browser.press(back, 'Confirm', { code })).text).toContain(`${address} was added`);
});

test('A4 another account’s contacts and codes are nobody’s here', async () => {
  const [mine, theirs] = [await atConsole(), await atConsole()];
  const id = await contactId(theirs.person, theirs.person.phone);
  const asked = await theirs.browser.press(await theirs.browser.open(ADD), 'Send a code', { email: newEmail() });
  for (const path of [`/account/contacts/${id}`, `/account/contacts/${id}/remove`, `/account/contacts/${id}/replace`])
    expect((await mine.browser.open(path)).path).toBe('/account');
  expect((await mine.browser.open(asked.path)).status).toBe(410);
  const { csrf } = await mine.browser.open(ADD);
  for (const path of [`/account/contacts/${id}/remove`, `/account/contacts/${id}/primary`, `${asked.path}/again`])
    await mine.browser.post(path, { _csrf: csrf });
  expect((await contacts(theirs.person)).map(({ value }) => value)).toContain(theirs.person.phone);
  for (const strange of ['not-an-id', '%00', '../../etc', id.toUpperCase(), `${id}x`])
    expect((await mine.browser.open(`/account/contacts/${strange}`)).status).toBeLessThan(500);
});

test('a new address gets no link before it counts; the one that was replaced gets none any more, and hears of it', async () => {
  const { person, browser } = await atConsole();
  const address = newEmail();
  await add(browser, 'email', address);
  for (const name of [person.username, address]) {
    await ask(world().browser(), name);
    await letterTo(world(), person);
  }
  expect((await world().sentTo({ ...person, email: address })).mails).toBe(1);

  const id = await contactId(person, person.email);
  const second = newEmail();
  await add(browser, 'email', second, `/account/contacts/${id}/replace`);
  const before = await world().sentTo(person);
  await rows(world(), sql`delete from rate_limits`);
  for (const name of [person.username, person.email, address, second]) await ask(world().browser(), name);
  expect(await world().sentTo(person)).toEqual(before);
  expect((await world().sentTo({ ...person, email: second })).mails).toBe(1);
  world().later(7 * DAY);
  await ask(world().browser(), person.username);
  await letterTo(world(), { email: second });
});

test('a code by SMS in a recovery goes to a number that counts, whichever is primary; at sign-in to what there is', async () => {
  const { person, browser } = await atConsole();
  const phone = newPhone();
  await add(browser, 'phone', phone);
  await browser.press(
    await browser.open(`/account/contacts/${await contactId(person, phone)}`),
    'Make it the primary number',
  );
  const page = await walkToSms(world(), world().browser(), person);
  expect(page.text).toContain(`Its number: •• ${person.phone.slice(-2)}`);
  await smsCode(world(), person);

  // Only the new one is left: the recovery says from when it counts.
  await openConsole(world(), browser, person);
  const remove = await browser.open(`/account/contacts/${await contactId(person, person.phone)}/remove`);
  await browser.press(remove, 'Remove');
  await rows(world(), sql`delete from rate_limits`);
  const choice = await walkToChoice(world(), world().browser(), person);
  expect(choice.text).toMatch(/Your number or address was changed recently\. It counts from \d+ \w+ \d{4}/);

  // Where codes by SMS are a second factor, the same new number signs in.
  const preset = PRESETS['password-sms'];
  await world().policy({ ...preset, secondFactor: { required: true, kinds: ['sms-code', 'totp'] } });
  const there = world().browser();
  const shown = await typePassword(there, await there.open('/account'), person);
  const sent = shown.buttons.includes('Use a code by SMS') ? await there.press(shown, 'Use a code by SMS') : shown;
  const code = await smsCode(world(), { phone });
  const done = await there.press(sent, words.continue, { code });
  await world().policy(preset);
  expect(done.heading).toBe('Your account');
});

test('A23 reloading sends nothing, and a code is asked for by a form of ours only', async () => {
  const { browser } = await atConsole();
  const address = newEmail();
  const asked = await browser.press(await browser.open(ADD), 'Send a code', { email: address });
  for (let n = 0; n < 4; n += 1) await browser.open(asked.path);
  await browser.open(`${asked.path}/again`);
  expect((await browser.post(ADD, { email: address })).status).toBe(403);
  await mailedCode(world(), address);
  expect(world().mails.filter(({ recipients }) => recipients.includes(address))).toHaveLength(1);
});

test('X3 an address that somebody else swapped: the old one hears of it, contests it, and the way back is written to it alone', async () => {
  const { person, browser } = await atConsole();
  const stolen = newEmail();
  await add(browser, 'email', stolen, `/account/contacts/${await contactId(person, person.email)}/replace`);
  const { text } = await world().mail(person.email, 'An address or number was removed');
  const link = /http:\S+\/not-me\/[\w-]+/.exec(text)?.[0] ?? '';
  const digits = /: (\d{2})\s/.exec(text.replaceAll('\u00a0', ' '))?.[1] ?? '';
  const owner = world().browser();
  await owner.press(await owner.open(link), 'Block my account', { digits });
  expect((await browser.open('/account')).heading).toBe(SIGN_IN);
  expect((await contacts(person)).filter(({ kind }) => kind === 'email').map(({ value }) => value)).toEqual([
    person.email,
  ]);

  const before = (await world().sentTo({ ...person, email: stolen })).mails;
  await rows(world(), sql`delete from rate_limits`);
  for (const name of [person.username, stolen]) await ask(world().browser(), name);
  await letterTo(world(), person);
  expect((await world().sentTo({ ...person, email: stolen })).mails).toBe(before);
});

test('X3 an address that its owner does not know: its page leads to the contest of its adding; removed, it has no say', async () => {
  const { person, browser } = await atConsole();
  const strange = newEmail();
  await add(browser, 'email', strange);
  const id = await contactId(person, strange);
  expect((await browser.open(`/account/contacts/${await contactId(person, person.email)}/remove`)).text).not.toContain(
    'know this address',
  );
  const remove = await browser.open(`/account/contacts/${id}/remove`);
  expect(remove.text).toContain('it is told once that it was removed, hears nothing more');
  expect((await browser.open(`/account/contacts/${id}`)).links.map(({ text }) => text)).toContain(
    "I don't know this address",
  );
  const asked = await browser.open(remove.link("I don't know this address"));
  expect([asked.heading, asked.text.includes('A new address or number for your account')]).toEqual([
    "Wasn't this you?",
    true,
  ]);

  await browser.press(remove, 'Remove');
  const { text } = await world().mail(strange, 'An address or number was removed');
  expect(text).not.toContain('/not-me/');
  expect((await browser.open('/account')).text).toContain(
    `${strange} Given up Proves nothing any more, and is told nothing.`,
  );
  const blocked = await browser.press(asked, 'Block my account');
  expect(blocked.heading).toBe('Your account is blocked');
});
