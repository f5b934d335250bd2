import { beforeAll, expect, test } from 'vitest';
import { prefixOf } from '../../src/domain/phone.ts';
import { PASSWORD, type Person } from '../support/people.ts';
import type { Browser } from '../web/recovery/browser.ts';
import type { PageOf } from '../web/recovery/page.ts';
import { ask, letterTo, smsCode, WORDS } from '../web/recovery/steps.ts';
import { type Application, useWorld } from '../web/recovery/world.ts';
import { strangers, Witness } from './support/browsers.ts';
import { signIn, walkToSms } from './support/walks.ts';

const MINUTE = 60_000;
const NOT_SENT = 'No code was sent: too many were asked for recently.';
const words = WORDS.en;
const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});

/** Recovery e-mails and codes by SMS that have come to a person; nothing is on its way any more. */
async function got(person: Person): Promise<{ mails: number; codes: number }> {
  await world().sentTo(person);
  return {
    mails: world().mails.filter(
      ({ recipients, subject }) => recipients.includes(person.email) && subject === words.subject,
    ).length,
    codes: world().texts.filter(({ to, text }) => to === person.phone && /#\d{6}$/.test(text)).length,
  };
}

/** “Send it again”, whether or not its time has come. */
async function again(browser: Browser, path: string): Promise<PageOf> {
  return browser.post(`${path}/again`, { _csrf: (await browser.open(path)).csrf });
}

test('A23 e-mails to one account: three in a quarter of an hour, whoever asks and by whichever name; the last one stays good', async () => {
  const person = await world().person();
  const asking = strangers(world(), 8);
  const pages = [];
  for (const [n, browser] of asking.entries()) {
    const name = [person.username, person.email, person.username.toUpperCase()][n % 3] ?? '';
    pages.push(await ask(browser, name));
  }
  expect(await got(person)).toEqual({ mails: 3, codes: 0 });
  // The page says the same to all of them.
  expect(new Set(pages.map(({ status, heading }) => `${status} ${heading}`)).size).toBe(1);

  const { link, code } = await letterTo(world(), person);
  expect((await world().browser().open(link)).heading).toBe('What would you like to do?');
  // In the browser that asked for it, its short code is good too.
  const third = asking[2];
  if (!third) throw new Error('no third browser');
  world().later(MINUTE);
  const page = await again(third, '/lost-credentials/sent');
  expect(await got(person)).toEqual({ mails: 3, codes: 0 });
  expect((await third.press(page, words.continue, { code })).heading).toBe('What would you like to do?');

  world().later(15 * MINUTE);
  await ask(world().browser(), person.username);
  expect(await got(person)).toEqual({ mails: 4, codes: 0 });
});

test('A23 a stranger cannot use up the e-mails of the owner’s own browser', async () => {
  const person = await world().person();
  const own = world().browser();
  await signIn(world(), app, own, person);
  for (const browser of strangers(world(), 5)) await ask(browser, person.username);
  expect((await got(person)).mails).toBe(3);
  await ask(own, person.username);
  expect((await got(person)).mails).toBe(4);
});

test('A23 one network: thirty in a quarter of an hour, over all accounts', async () => {
  const people: Person[] = [];
  for (let n = 0; n < 11; n += 1) people.push(await world().person({ totp: false }));
  const network = Array.from({ length: 33 }, (_, n) => new Witness(world().origin, {}, { ip: `192.0.2.${n + 1}` }));
  await Promise.all(network.map((browser, n) => ask(browser, people[n % 11]?.username ?? '')));
  const counts = await Promise.all(people.map(got));
  expect(counts.reduce((all, { mails }) => all + mails, 0)).toBe(30);
});

test('A23 reloading sends nothing; “Send it again” sends once a minute and three times at most, and says so', async () => {
  const person = await world().person();
  const browser = world().browser();
  await ask(browser, person.username);
  for (let n = 0; n < 5; n += 1) await browser.open('/lost-credentials/sent');
  await browser.open('/lost-credentials/sent/again');
  expect((await again(browser, '/lost-credentials/sent')).status).toBe(429);
  expect(await got(person)).toEqual({ mails: 1, codes: 0 });

  let page = await browser.press(await browser.open((await letterTo(world(), person)).link), words.factor);
  page = await browser.press(page, words.signIn, { password: PASSWORD });
  for (let n = 0; n < 5; n += 1) page = await browser.open('/lost-credentials/sms');
  await browser.open('/lost-credentials/sms/again');
  expect((await again(browser, '/lost-credentials/sms')).status).toBe(429);
  expect(await got(person)).toEqual({ mails: 1, codes: 1 });

  for (const codes of [2, 3, 3]) {
    world().later(MINUTE);
    page = await again(browser, '/lost-credentials/sms');
    expect((await got(person)).codes).toBe(codes);
  }
  expect([page.status, page.alert]).toEqual([429, expect.stringContaining('another one')]);
  // What was sent last is still good.
  const code = await smsCode(world(), person);
  expect((await browser.press(page, words.continue, { code })).heading).toBe('Register a new second factor');
});

test('A23 codes by SMS to one account: three in ten minutes, over all recoveries; then the page says that none was sent', async () => {
  const person = await world().person();
  await ask(world().browser(), person.username);
  const { link } = await letterTo(world(), person);
  const said = [];
  for (const browser of strangers(world(), 5)) {
    const page = await browser.press(await browser.open(link), words.factor);
    said.push((await browser.press(page, words.signIn, { password: PASSWORD })).text.includes(NOT_SENT));
  }
  expect(said).toEqual([false, false, false, true, true]);
  expect((await got(person)).codes).toBe(3);
});

test.each([
  ['sms-per-network', () => '192.88.99.0/24'],
  ['sms-per-prefix', (person: Person) => prefixOf(person.phone)],
  ['sms-per-country', () => 'CH'],
  ['sms-in-all', () => 'all'],
] as const)('A23 %s: once it is used up no code by SMS leaves, and no step is skipped', async (budget, keyOf) => {
  const person = await world().person();
  const browser = new Witness(world().origin, {}, { ip: '192.88.99.200' });
  while (await world().ports.limits.take([{ budget, key: keyOf(person) }]));
  const page = await walkToSms(world(), browser, person);
  expect(await got(person)).toEqual({ mails: 1, codes: 0 });
  expect([page.heading, page.text.includes(NOT_SENT)]).toEqual(['Enter the 6-digit code.', true]);
  const posted = await browser.post('/lost-credentials/sms', { _csrf: page.csrf, code: '123456' });
  expect(posted.path).toBe('/lost-credentials/sms');
  expect((await browser.open('/lost-credentials/new-factor')).path).toBe('/lost-credentials/sms');
  world().later(61 * MINUTE);
});
