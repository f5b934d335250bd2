import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { codeOf, PASSWORD } from '../support/people.ts';
import type { PageOf } from '../web/recovery/page.ts';
import { ask, letterTo, smsCode, WORDS } from '../web/recovery/steps.ts';
import { useWorld } from '../web/recovery/world.ts';
import { type Door, postOnly, strangers } from './support/browsers.ts';
import { toNextStep } from './support/clock.ts';
import { audited, rows } from './support/rows.ts';
import { walkToNewPassword, walkToRegister, walkToSms } from './support/walks.ts';

const AT_ONCE = 20;
const REGISTER = '/lost-credentials/new-factor/totp';
const words = WORDS.en;
const world = useWorld();
beforeEach(() => toNextStep(world()));

const times = <T>(count: number, make: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)));
const active = async (id: string) =>
  (await world().ports.store.accounts.load(id))?.credentials.map(({ kind }) => kind).toSorted();
const noticesTo = (to: string, subject: string) =>
  world().mails.filter((mail) => mail.recipients.includes(to) && mail.subject.includes(subject)).length;

test('A14 the last form of a recovery, twenty times at once: one completion, one set of messages', async () => {
  const person = await world().person();
  const browser = world().browser();
  const page = await walkToRegister(world(), browser, person);
  const code = codeOf(page.totpSecret, Date.now());
  const answers = await times(AT_ONCE, () => postOnly(browser, page, REGISTER, { code }));
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect(await audited(world(), person.id, 'recovery.finished')).toBe(1);
  expect(await active(person.id)).toEqual(['password', 'totp']);
  await world().sentTo(person);
  expect(noticesTo(person.email, words.replaced)).toBe(1);
  expect(world().texts.filter(({ to, text }) => to === person.phone && /replaced/.test(text))).toHaveLength(1);
});

test('A14 one e-mailed link, three recoveries walked to their end, finished at once: one of them', async () => {
  const person = await world().person();
  await ask(world().browser(), person.username);
  const { link } = await letterTo(world(), person);
  const doors: Door[] = [];
  for (const browser of strangers(world(), 3)) {
    let page = await browser.press(await browser.open(link), words.factor);
    page = await browser.press(page, words.signIn, { password: PASSWORD });
    page = await browser.press(page, words.continue, { code: await smsCode(world(), person) });
    doors.push({ browser, page, path: REGISTER });
  }
  const secrets = doors.map(({ page }) => page.totpSecret);
  expect(new Set(secrets).size).toBe(3);
  const answers = await times(AT_ONCE, async (n) => {
    const { browser, page, path } = doors[n % 3] ?? { browser: world().browser(), page: undefined, path: '' };
    if (!page) throw new Error('no door');
    return postOnly(browser, page, path, { code: codeOf(page.totpSecret, Date.now()) });
  });
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect(await audited(world(), person.id, 'recovery.finished')).toBe(1);
  expect(await active(person.id)).toEqual(['password', 'totp']);
  await world().sentTo(person);
  expect(noticesTo(person.email, words.replaced)).toBe(1);
  // The link died with it, everywhere.
  expect((await world().browser().open(link)).status).toBe(410);
});

test('A14 a new password, twenty different ones at once: one of them holds', async () => {
  const person = await world().person();
  const browser = world().browser();
  const page = await walkToNewPassword(world(), browser, person);
  await times(AT_ONCE, (n) => postOnly(browser, page, page.path, { password: `a quiet harbour number ${n}` }));
  expect(await audited(world(), person.id, 'recovery.finished')).toBe(1);
  expect(await active(person.id)).toEqual(['password', 'totp']);
  await world().sentTo(person);
  expect(noticesTo(person.email, words.reset)).toBe(1);
});

test('A14 one invitation, taken up in four browsers and finished at once: one account, one set of messages', async () => {
  const invited = await world().invited();
  const doors: Door[] = [];
  for (const browser of strangers(world(), 4)) {
    const page = await browser.press(await browser.open(invited.link), 'Set up my account');
    const registering = await browser.press(page, words.setPassword, { password: 'a quiet new harbour' });
    doors.push({ browser, page: registering, path: '/invitation/new-factor/totp' });
  }
  const answers = await times(AT_ONCE, async (n) => {
    const { browser, page, path } = doors[n % 4] ?? { browser: world().browser(), page: undefined, path: '' };
    if (!page) throw new Error('no door');
    return postOnly(browser, page, path, { code: codeOf(page.totpSecret, Date.now()) });
  });
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect(await audited(world(), invited.id, 'invitation.accepted')).toBe(1);
  expect(await active(invited.id)).toEqual(['password', 'totp']);
  await world().sentTo(invited);
  expect(noticesTo(invited.email, 'A second factor was added')).toBe(1);
});

test('A14 one code by SMS, twenty times at once: one step', async () => {
  const person = await world().person();
  const browser = world().browser();
  const page = await walkToSms(world(), browser, person);
  const code = await smsCode(world(), person);
  const standing = async () => {
    const [row] = await rows(
      world(),
      sql<{ version: number; proofs: { kind: string }[] }>`
        select version, proofs from journeys where account_id = ${person.id} and kind = 'recovery'`,
    );
    return { version: row?.version ?? 0, proofs: row?.proofs.map(({ kind }) => kind) };
  };
  const before = await standing();
  const answers = await times(AT_ONCE, () => postOnly(browser, page, '/lost-credentials/sms', { code }));
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect(await standing()).toEqual({ version: before.version + 1, proofs: ['email-code', 'password', 'sms-code'] });
  const shown = await Promise.all([1, 2, 3].map(() => browser.open('/lost-credentials/step')));
  expect(new Set(shown.map((offer: PageOf) => offer.totpSecret)).size).toBe(1);
  // It opens nothing in another recovery either.
  const other = world().browser();
  const again = await walkToSms(world(), other, person);
  expect((await other.press(again, words.continue, { code })).alert).not.toBe('');
});
