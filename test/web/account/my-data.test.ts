import { expect, it } from 'vitest';
import { z } from 'zod';
import { closeDueAccounts } from '../../../src/flows/close-due-accounts.ts';
import { formatDateTime } from '../../../src/i18n/dates.ts';
import { type Receiver, startReceiver } from '../../attacks/support/receiver.ts';
import { codeOf, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { allow, ask, enrolShown, walkToNewFactor } from '../recovery/steps.ts';
import { useWorld } from '../recovery/world.ts';
import { openConsole, signInAt } from './console.ts';

const world = useWorld();
const DATA = '/account/data';
const MINUTE = 60_000;
const DAY = 86_400_000;

const accountOf = ({ id }: Person) => world().ports.store.accounts.load(id);
const open = (browser: Browser, person: Person, path = DATA) => openConsole(world(), browser, person, path);
const CLOSE = 'Close my account';

/** Presses a button and takes what comes as it is: a file has no page. */
async function send(browser: Browser, page: PageOf, button: string): Promise<Response> {
  const form = page.formWith(button);
  return browser.request(form.action ?? page.url.href, {
    method: 'POST',
    body: new URLSearchParams(form.fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
}

it('says what is kept and why, in both languages', async () => {
  const browser = world().browser();
  const page = await open(browser, await world().person());
  expect([page.path, page.heading]).toEqual([DATA, 'My data']);
  expect(page.text).toContain('It stays, also after the account is closed');
  expect(page.link('Close my account')).toBe(`${DATA}/close`);
  const french = await open(world().browser({ language: 'fr' }), await world().person({ locale: 'fr' }));
  expect([french.lang, french.heading]).toEqual(['fr', 'Mes données']);
  expect(french.text).toContain('Elle reste, même après la fermeture du compte');
});

it('gives a copy to somebody who has just signed in, and tells every address and phone', async () => {
  const person = await world().person();
  const browser = world().browser();
  const page = await browser.open((await open(browser, person)).link('Get a copy'));
  expect(page.heading).toBe('Get a copy of your data');
  const file = await send(browser, page, 'Download the copy');
  expect(file.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="my-data-\d{4}-\d\d-\d\d\.json"$/);
  expect(file.headers.get('cache-control')).toBe('no-store');
  const data = z
    .object({
      schema: z.string(),
      account: z.object({ id: z.string() }),
      sessions: z.array(z.object({ ip: z.string() })),
    })
    .parse(await file.json());
  expect(data).toEqual({
    schema: 'urn:regain:account-export:1',
    account: { id: person.id },
    sessions: [{ ip: browser.ip }],
  });
  expect((await world().mail(person.email, 'A copy of your data was downloaded')).text).toContain('/not-me/');
  await world().sms(person.phone, /a copy of your data was downloaded/);
});

it('A4 asks for a fresh sign-in before the copy and before closing, and comes back to where it was', async () => {
  const person = await world().person();
  const browser = world().browser();
  await open(browser, person);
  const [copy, close] = [await browser.open(`${DATA}/export`), await browser.open(`${DATA}/close`)];
  world().later(21 * MINUTE);
  for (const [page, button] of [
    [copy, 'Download the copy'],
    [close, CLOSE],
  ] as const) {
    const asked = await send(browser, page, button);
    expect([asked.status, asked.headers.get('content-disposition')]).toEqual([303, null]);
    expect(asked.headers.get('location')).toContain('max_age=570');
  }
  expect((await accountOf(person))?.closesAt).toBeNull();
  // The page itself asks after ten minutes; what needs no more than the session goes on.
  expect((await browser.open(DATA)).heading).toBe('My data');
  const asked = await browser.open(`${DATA}/close`);
  expect(asked.path).toMatch(/^\/sign-in\//);
  const back = await signInAt(world(), browser, person, asked);
  expect([back.path, back.heading]).toEqual([`${DATA}/close`, 'Close your account?']);
});

it('is closed after a while, can be kept until then from any browser, and says so on "Your account"', async () => {
  const person = await world().person();
  const [home, phone] = [world().browser(), world().browser()];
  await open(phone, person, '/account');
  const asked = await open(home, person, `${DATA}/close`);
  expect(asked.heading).toBe('Close your account?');
  expect((await accountOf(person))?.closesAt).toBeNull();
  const closing = await home.press(asked, CLOSE);
  const closesAt = (await accountOf(person))?.closesAt ?? 0;
  expect(Math.abs(closesAt - (Date.now() + 7 * DAY))).toBeLessThan(MINUTE);
  expect([closing.path, closing.status]).toEqual([DATA, 200]);
  expect(closing.text).toContain('Your account will be closed and deleted on ');
  expect(closing.links.map(({ text }) => text)).not.toContain(CLOSE);
  expect((await home.open(`${DATA}/close`)).path).toBe(DATA);
  const { text } = await world().mail(person.email, 'Your account will be closed');
  expect(text).toMatch(/Until: .* \(UTC\)/);

  world().later(6 * DAY + 23 * 60 * MINUTE);
  const account = await open(phone, person, '/account');
  expect(account.text).toContain('Your account will be closed and deleted on ');
  const kept = await phone.press(account, 'Keep my account');
  expect([kept.path, kept.text.includes('will be closed')]).toEqual(['/account', false]);
  expect(kept.html).toContain('Your account stays open.');
  world().later(2 * DAY);
  await closeDueAccounts(world().ports);
  expect(await accountOf(person)).toBeDefined();
});

it('is gone when its time has come: nobody is signed in any more, applications are told, and a last message comes', async () => {
  const receiver: Receiver = await startReceiver();
  const app = await world().application('Notes', { backchannelLogoutUri: receiver.url });
  const person = await world().person();
  const browser = world().browser();
  await browser.press(await open(browser, person, `${DATA}/close`), CLOSE);
  world().later(7 * DAY - MINUTE);
  const asked = await app.open(browser);
  const signedIn = await signInAt(world(), browser, person, asked.page);
  const tokens = await asked.tokens(await allow(browser, signedIn));
  world().later(2 * MINUTE);
  expect(await closeDueAccounts(world().ports)).toBe(1);

  expect(await accountOf(person)).toBeUndefined();
  expect((await browser.open('/account')).path).toMatch(/^\/sign-in\//);
  await expect(world().mail(person.email, 'Your account was closed')).resolves.toMatchObject({
    text: expect.not.stringContaining('/not-me/'),
  });
  await world().sms(person.phone, /your account was closed/);
  await expect.poll(() => receiver.heard.length).toBe(1);
  const refused = await fetch(`${world().origin}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  expect(refused.status).toBe(401);
  // It is like any name that nobody has (ATTACKS A11).
  expect((await ask(world().browser(), person.username)).status).toBe(200);
  const again = world().browser();
  const wrong = await again.press(await again.open('/account'), undefined, {
    username: person.username,
    password: 'x',
  });
  expect(wrong.status).toBe(422);
  await receiver.close();
});

it('waits in the cooling period after a recovery, and says until when; so does a copy of everything (X3)', async () => {
  const person = await world().person();
  const thief = world().browser();
  await ask(thief, person.username);
  const { secret } = await enrolShown(thief, await walkToNewFactor(world(), thief, person));
  world().later(MINUTE);
  const data = await open(thief, { ...person, code: () => codeOf(secret, Date.now()) });
  const until = formatDateTime('en', ((await accountOf(person))?.recoveredAt ?? 0) + DAY);
  for (const path of [`${DATA}/close`, `${DATA}/export`]) {
    const page = await thief.open(path);
    expect([page.status, page.heading]).toEqual([403, 'This has to wait a little']);
    expect(page.text).toContain(`Until ${until} this cannot be done`);
    expect((await thief.post(path, { _csrf: data.csrf })).status).toBe(403);
  }
  expect((await accountOf(person))?.closesAt).toBeNull();
});

it('A27 A1 none of it is done without our own form', async () => {
  const person = await world().person();
  const browser = world().browser();
  await open(browser, person);
  for (const path of [`${DATA}/export`, `${DATA}/close`, `${DATA}/keep`])
    expect((await browser.post(path, { _csrf: 'x' })).status).toBe(403);
  expect((await browser.open(`${DATA}/keep`)).status).toBe(405);
  expect((await accountOf(person))?.closesAt).toBeNull();
});
