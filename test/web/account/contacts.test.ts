import { expect, it } from 'vitest';
import type { Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { smsCode } from '../recovery/steps.ts';
import { useWorld } from '../recovery/world.ts';
import { mailedCode, openConsole } from './console.ts';

const world = useWorld();
const DAY = 86_400_000;
let made = 0;
const newEmail = () => `new${(made += 1)}@example.org`;
const newPhone = () => `+4178${String(5_000_000 + (made += 1))}`;

const account = async ({ id }: Person) => {
  const found = await world().ports.store.accounts.load(id);
  if (!found) throw new Error('no such account');
  return found;
};
const held = async (person: Person) =>
  (await account(person)).contacts
    .toSorted((a, b) => a.kind.localeCompare(b.kind))
    .map(({ value, primary }) => `${value}${primary ? ' primary' : ''}`);

/** The page of one address or number, from the list. */
async function openContact(browser: Browser, value: string): Promise<PageOf> {
  const page = await browser.open('/account');
  const links = page.html.split('<li id="contacts-').slice(1);
  const item = links.find((html) => html.includes(`>${value}<`)) ?? '';
  return browser.open(/href="([^"]*)"/.exec(item)?.[1] ?? 'nowhere');
}

async function addEmail(browser: Browser, page: PageOf, address: string): Promise<PageOf> {
  const asked = await browser.press(page, 'Send a code', { email: address });
  expect(asked.heading).toBe('Confirm your e-mail address');
  return browser.press(asked, 'Confirm', { code: await mailedCode(world(), address) });
}

it('adds an e-mail address once its code was typed, tells the old one, and says from when it counts', async () => {
  const person = await world().person();
  const browser = world().browser();
  const start = await openConsole(world(), browser, person);
  expect(start.text).toContain(`${person.email} Primary`);
  const address = newEmail();
  const asked = await browser.press(await browser.open(start.link('Add an e-mail address')), 'Send a code', {
    email: ` ${address} `,
  });
  expect(asked.text).toContain(`A code is on its way to ${address}`);
  expect(asked.text).toContain('counts for getting back in from');
  expect(await held(person)).toEqual([`${person.email} primary`, `${person.phone} primary`]);

  const done = await browser.press(asked, 'Confirm', { code: await mailedCode(world(), address) });
  expect([done.path, done.heading]).toEqual(['/account', 'Your account']);
  expect(done.text).toContain(`${address} was added. It counts for getting back in from`);
  expect(await held(person)).toContain(address);
  const added = (await account(person)).contacts.find(({ value }) => value === address);
  expect((added?.countsFrom ?? 0) - (added?.verifiedAt ?? 0)).toBe(7 * DAY);
  const { text } = await world().mail(person.email, 'A new address or number for your account');
  expect(text).toContain('n•••@e•••.org');
  expect(text).not.toContain(address);
  const told = await world().sentTo({ ...person, email: address });
  // The code, and nothing of what was done.
  expect(told.mails).toBe(1);
});

it('adds a phone number by a code by SMS; the account’s first one counts at once and is primary', async () => {
  const person = await world().person();
  await world().ports.store.transaction(async (tx) => {
    const phone = (await account(person)).contacts.find(({ kind }) => kind === 'phone');
    await tx.contacts.remove(person.id, [phone?.id ?? '']);
  });
  const browser = world().browser();
  const phone = newPhone();
  const page = await openConsole(world(), browser, person, '/account/contacts/add-phone');
  const spaced = phone.replace(/^(\+41)(..)(...)(....)$/, '$1 $2 $3-$4');
  const asked = await browser.press(page, 'Send a code', { phone: spaced });
  expect([asked.heading, asked.text.includes(phone)]).toEqual(['Confirm your phone number', true]);
  expect(asked.text).not.toContain('counts for getting back in');
  const done = await browser.press(asked, 'Confirm', { code: await smsCode(world(), { phone }) });
  expect(done.text).toContain(`${phone} was added.`);
  const added = (await account(person)).contacts.find(({ value }) => value === phone);
  expect([added?.primary, (added?.countsFrom ?? 0) <= Date.now()]).toEqual([true, true]);
});

it('replaces an address: the new one takes its place, the old one hears of it and may veto', async () => {
  const person = await world().person();
  const browser = world().browser();
  await openConsole(world(), browser, person);
  const one = await openContact(browser, person.email);
  const form = await browser.open(one.link('Replace this e-mail address'));
  expect(form.text).toContain(`Once the new address is confirmed, ${person.email} proves nothing any more.`);
  const address = newEmail();
  const asked = await browser.press(form, 'Send a code', { email: address });
  expect(asked.text).toContain('none of your e-mail addresses counts for getting back in');
  await browser.press(asked, 'Confirm', { code: await mailedCode(world(), address) });
  expect(await held(person)).toEqual([`${address} primary`, `${person.phone} primary`]);
  const { formerContacts } = await account(person);
  expect(formerContacts.map(({ value, primary }) => [value, primary])).toEqual([[person.email, false]]);
  const page = await browser.open('/account');
  expect(page.text).toContain(`${person.email} Given up Proves nothing any more, and is still told of everything`);

  // What happens next it still hears, and can contest.
  await world().mail(person.email, 'An address or number was removed');
  const second = newEmail();
  await addEmail(browser, await openConsole(world(), browser, person, '/account/contacts/add-email'), second);
  const { text } = await world().mail(person.email, 'A new address or number');
  expect(text).toContain('/not-me/');
});

it('makes another one primary; removes one after saying what happens; the next one becomes primary', async () => {
  const person = await world().person();
  const browser = world().browser();
  const address = newEmail();
  await addEmail(browser, await openConsole(world(), browser, person, '/account/contacts/add-email'), address);
  const one = await openContact(browser, address);
  const done = await browser.press(one, 'Make it the primary address');
  expect(done.text).toContain(`${address} is your primary address now.`);
  expect(await held(person)).toContain(`${address} primary`);
  const { text } = await world().mail(person.email, 'Your primary address or number was changed');
  expect(text).toContain('n•••@e•••.org');

  const asked = await browser.open((await openContact(browser, address)).link('Remove this e-mail address'));
  expect(asked.heading).toBe('Remove this e-mail address?');
  expect(asked.text).toContain(`${person.email} becomes the primary address.`);
  const removed = await browser.press(asked, 'Remove');
  expect(removed.text).toContain(`${address} was removed.`);
  expect(await held(person)).toEqual([`${person.email} primary`, `${person.phone} primary`]);

  // The owner may have it back: the former row goes.
  await addEmail(browser, await openConsole(world(), browser, person, '/account/contacts/add-email'), address);
  expect(await held(person)).toContain(address);
  expect((await account(person)).formerContacts).toEqual([]);
});

it('keeps the last verified e-mail address, and the one that is the username', async () => {
  const person = await world().person();
  const browser = world().browser();
  await openConsole(world(), browser, person);
  const last = await browser.open((await openContact(browser, person.email)).link('Remove this e-mail address'));
  expect([last.status, last.heading]).toEqual([409, 'This address has to stay for now']);
  const replace = last.link('Replace this e-mail address');
  expect((await browser.open(replace)).heading).toBe('Replace this e-mail address');
  // Posted nevertheless.
  const posted = await browser.post(replace.replace('/replace', '/remove'), {
    _csrf: (await browser.open(replace)).csrf,
  });
  expect(posted.status).toBe(409);
  expect((await account(person)).formerContacts).toEqual([]);

  const address = newEmail();
  await addEmail(browser, await browser.open('/account/contacts/add-email'), address);
  const named = await browser.press(await browser.open('/account/username'), 'Save', { username: address });
  expect(named.text).toContain(`Your username is ${address} now.`);
  const page = await openContact(browser, address);
  const stays = await browser.open(page.link('Remove this e-mail address'));
  expect([stays.status, stays.text.includes('also') || stays.text.includes('username as well')]).toEqual([409, true]);
  expect((await browser.open(page.link('Replace this e-mail address'))).status).toBe(409);
});

it('verifies an address that an administrator put there, and removes one that nobody ever verified', async () => {
  const person = await world().person();
  const [mine, other] = [newEmail(), newEmail()];
  const add = (value: string, primary: boolean) =>
    world().ports.store.transaction(async (tx) => {
      const id = world().ports.crypto.uuid();
      await tx.contacts.add(person.id, { id, kind: 'email', value, key: value, verifiedAt: 1, primary, countsFrom: 0 });
    });
  await add(mine, false);
  await add(other, false);
  await world()
    .running.context.database.db.updateTable('contact_points')
    .set({ verified_at: null })
    .where('value', 'in', [mine, other])
    .execute();
  const browser = world().browser();
  const list = await openConsole(world(), browser, person);
  expect(list.text).toContain(`${mine} Not verified`);
  const asked = await browser.press(await openContact(browser, mine), 'Verify it');
  const done = await browser.press(asked, 'Confirm', { code: await mailedCode(world(), mine) });
  expect(done.text).toContain(`${mine} was added. It counts for getting back in from`);
  expect(await held(person)).toContain(mine);

  const before = (await world().sentTo(person)).mails;
  const remove = await browser.open((await openContact(browser, other)).link('Remove this e-mail address'));
  expect(remove.text).toContain('It was never verified: it is removed at once');
  await browser.press(remove, 'Remove');
  expect(await held(person)).not.toContain(other);
  expect((await account(person)).formerContacts).toEqual([]);
  expect((await world().sentTo(person)).mails).toBe(before);
});

it('says what is wrong, keeps what was typed, and forgives spaces', async () => {
  const person = await world().person();
  const browser = world().browser();
  const form = await openConsole(world(), browser, person, '/account/contacts/add-email');
  for (const [typed, said] of [
    ['', 'Enter an e-mail address.'],
    ['nobody at example', 'This is not an e-mail address.'],
    [person.email.toUpperCase(), 'This address is in your list already.'],
  ] as const) {
    const page = await browser.press(form, 'Send a code', { email: typed });
    expect([page.status, page.title.startsWith('Error: ')]).toEqual([422, true]);
    expect(page.alert).toContain(said);
    expect(page.formWith('Send a code').fields['email']).toBe(typed);
  }
  const phones = await browser.open('/account/contacts/add-phone');
  for (const typed of ['079 123 45 67', '+41 900 123 456', person.phone]) {
    const page = await browser.press(phones, 'Send a code', { phone: typed });
    expect([page.status, page.formWith('Send a code').fields['phone']]).toEqual([422, typed]);
  }
  const address = newEmail();
  const asked = await browser.press(form, 'Send a code', { email: address });
  const code = await mailedCode(world(), address);
  expect((await browser.press(asked, 'Confirm', { code: '' })).alert).toContain('Enter the code.');
  expect((await browser.press(asked, 'Confirm', { code: '12345' })).alert).toContain('A code has 6 digits.');
  const spaced = `${code.slice(0, 3)} - ${code.slice(3)} `;
  expect((await browser.press(asked, 'Confirm', { code: spaced })).text).toContain('was added');
});

it('sends the code again after a minute, and only the new one is good', async () => {
  const person = await world().person();
  const browser = world().browser();
  const address = newEmail();
  const form = await openConsole(world(), browser, person, '/account/contacts/add-email');
  const asked = await browser.press(form, 'Send a code', { email: address });
  const first = await mailedCode(world(), address);
  expect(asked.buttons).not.toContain('Send it again');
  const early = await browser.post(`${asked.path}/again`, { _csrf: asked.csrf });
  expect([early.status, early.alert]).toEqual([429, expect.stringContaining('You can have another one in')]);
  world().later(60_000);
  const again = await browser.press(await browser.open(asked.path), 'Send it again');
  const second = await mailedCode(world(), address);
  expect([again.heading, again.path === asked.path]).toEqual(['Confirm your e-mail address', false]);
  expect((await browser.open(asked.path)).status).toBe(410);
  const stale = first === second ? '000000' : first;
  expect((await browser.press(again, 'Confirm', { code: stale })).status).toBe(422);
  expect((await browser.press(again, 'Confirm', { code: second })).text).toContain('was added');
  expect((await browser.press(again, 'Confirm', { code: second })).status).toBe(410);
});
