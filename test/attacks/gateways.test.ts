import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PASSWORD, type Person } from '../support/people.ts';
import type { Browser } from '../web/recovery/browser.ts';
import type { PageOf } from '../web/recovery/page.ts';
import { ask, enrolShown, letterTo, smsCode, WORDS } from '../web/recovery/steps.ts';
import { useWorld } from '../web/recovery/world.ts';
import { audited, rows } from './support/rows.ts';
import { walkToRegister, walkToSms } from './support/walks.ts';

const MINUTE = 60_000;
const REGISTER = 'Register a new second factor';
const words = WORDS.en;
const world = useWorld();
beforeEach(() => world().later(16 * MINUTE));
afterEach(() => {
  world().mailSink.behave('accept');
  world().smsSink.behave('accept');
});

/** No step is skipped because a message cannot leave: the page of the code is the one that is shown, whatever is opened or posted. */
async function stillAsked(browser: Browser, page: PageOf): Promise<void> {
  expect([page.path, page.heading]).toEqual(['/lost-credentials/sms', 'Enter the 6-digit code.']);
  for (const path of ['/lost-credentials/new-factor', '/lost-credentials/step', '/lost-credentials/done'])
    expect((await browser.open(path)).heading).not.toBe(REGISTER);
  const enrolling = await browser.post('/lost-credentials/new-factor/totp', { _csrf: page.csrf, code: '123456' });
  expect(enrolling.path).not.toBe('/lost-credentials/done');
  // What can be done is on the page.
  expect(page.text).toContain(words.again);
  expect(page.links.map(({ text }) => text)).toContain('Contact support');
}

/** Until every job of this person's messages has come to its end: nothing will be tried again. */
async function nothingLeft({ id }: Person): Promise<void> {
  const left = sql<{ left: number }>`
    select count(*) as left from jobs.job j join outbox o on o.id = (j.data ->> 'outboxId')::uuid
    where o.account_id = ${id} and j.state in ('created', 'retry', 'active')`;
  while ((await rows(world(), left))[0]?.left !== 0);
}

const codesTo = ({ phone }: Person) => world().texts.filter(({ to, text }) => to === phone && /#\d{6}$/.test(text));
const textsOffered = () => world().smsSink.offered;

test('A32 the SMS gateway is down, then up: the step stays, the code comes, once, and is good', async () => {
  const person = await world().person();
  await world().sentTo(person);
  world().smsSink.behave('later');
  const offered = textsOffered();
  const browser = world().browser();
  const page = await walkToSms(world(), browser, person);
  await stillAsked(browser, page);
  await world().smsSink.waitForOffers(offered + 1);
  expect(codesTo(person)).toEqual([]);
  world().smsSink.behave('accept');
  expect((await browser.press(page, words.continue, { code: await smsCode(world(), person) })).heading).toBe(REGISTER);
  await nothingLeft(person);
  expect(codesTo(person)).toHaveLength(1);
});

test('A32 the gateway takes the message and is slow to say so: nobody waits for it, and it is sent once', async () => {
  const person = await world().person();
  await world().sentTo(person);
  world().smsSink.behave('hold-after');
  const browser = world().browser();
  const page = await walkToSms(world(), browser, person);
  expect((await browser.press(page, words.continue, { code: await smsCode(world(), person) })).heading).toBe(REGISTER);
  world().smsSink.behave('accept');
  await nothingLeft(person);
  expect(new Set(codesTo(person).map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
});

test('A32 a gateway that refuses for good: audited; another code can be asked for', async () => {
  const person = await world().person();
  await world().sentTo(person);
  world().smsSink.behave('refuse');
  const browser = world().browser();
  const page = await walkToSms(world(), browser, person);
  await stillAsked(browser, page);
  await nothingLeft(person);
  expect(await audited(world(), person.id, 'message.failed')).toBe(1);
  world().smsSink.behave('accept');
  world().later(MINUTE);
  const again = await browser.press(await browser.open('/lost-credentials/sms'), words.again);
  expect((await browser.press(again, words.continue, { code: await smsCode(world(), person) })).heading).toBe(REGISTER);
});

test('A32 a code is never sent after its time, nor taken', async () => {
  const person = await world().person();
  await world().sentTo(person);
  world().smsSink.behave('later');
  const offered = textsOffered();
  const browser = world().browser();
  await walkToSms(world(), browser, person);
  await world().smsSink.waitForOffers(offered + 1);
  world().later(10 * MINUTE + 1_000);
  world().smsSink.behave('accept');
  await nothingLeft(person);
  expect(codesTo(person)).toEqual([]);
  const [row] = await rows(
    world(),
    sql<{ sealed: Buffer | null; sent_at: number | null }>`
      select sealed, sent_at from outbox where account_id = ${person.id} and channel = 'sms' and state <> 'sent'`,
  );
  expect(row?.sent_at).toBeNull();
  // It is asked for again, and comes.
  const again = await browser.press(await browser.open('/lost-credentials/sms'), words.again);
  expect((await browser.press(again, words.continue, { code: await smsCode(world(), person) })).heading).toBe(REGISTER);
});

test('A32 the mail server hangs, then answers: the page answers at once, the link comes and is good', async () => {
  const person = await world().person();
  await world().sentTo(person);
  world().mailSink.behave('hold');
  const browser = world().browser();
  const before = performance.now();
  expect((await ask(browser, person.username)).heading).toBe('Check your e-mail');
  expect(performance.now() - before).toBeLessThan(5_000);
  world().mailSink.behave('accept');
  const { link } = await letterTo(world(), person);
  expect((await browser.open(link)).heading).toBe('What would you like to do?');
});

test('A32 a mailbox that is refused: audited, and the page looks like any other', async () => {
  const person = await world().person();
  await world().sentTo(person);
  world().mailSink.behave('refuse-recipient');
  const browser = world().browser();
  const page = await ask(browser, person.username);
  expect([page.status, page.heading]).toEqual([200, 'Check your e-mail']);
  await nothingLeft(person);
  expect(await audited(world(), person.id, 'message.failed')).toBe(1);
  world().mailSink.behave('accept');
  world().later(MINUTE);
  await browser.press(await browser.open('/lost-credentials/sent'), words.again);
  expect((await browser.open((await letterTo(world(), person)).link)).heading).toBe('What would you like to do?');
});

test('A32 a recovery is finished while both are down: everybody is told once they are up', async () => {
  const person = await world().person();
  const browser = world().browser();
  const page = await walkToRegister(world(), browser, person, PASSWORD);
  await world().sentTo(person);
  world().mailSink.behave('later');
  world().smsSink.behave('later');
  const offered = world().mailSink.offered;
  expect((await enrolShown(browser, page)).page.heading).toBe(words.replaced);
  await world().mailSink.waitForOffers(offered + 1);
  world().mailSink.behave('accept');
  world().smsSink.behave('accept');
  await world().mail(person.email, words.replaced);
  await world().sms(person.phone, /replaced/);
  await nothingLeft(person);
  expect(
    world().mails.filter(
      ({ recipients, subject }) => recipients.includes(person.email) && subject.includes(words.replaced),
    ),
  ).toHaveLength(1);
});
