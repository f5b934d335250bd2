import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import { grouped, restoreCodeFrom } from '../../src/domain/restore-code.ts';
import { forbidRestoring } from '../../src/flows/administration/forbid-restoring.ts';
import { issueRestoreCode } from '../../src/flows/administration/issue-restore-code.ts';
import { codeOf, type Person } from '../support/people.ts';
import { ISSUER } from '../support/ports.ts';
import { addRestoreCode } from '../support/restore-codes.ts';
import type { Browser } from '../web/recovery/browser.ts';
import { PageOf } from '../web/recovery/page.ts';
import { type Seen, seen } from '../web/recovery/seen.ts';
import { ask, enrolShown, letterTo, WORDS } from '../web/recovery/steps.ts';
import { useWorld } from '../web/recovery/world.ts';
import { type Door, postOnly, strangers, volley } from './support/browsers.ts';
import { clockStopped } from './support/clock.ts';
import { audited, dump, rows } from './support/rows.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Guesses that are compared before the first wait (domain/back-off). */
const FREE = 5;
const RESTORE = '/lost-credentials/restore-code';
const SENT = '/lost-credentials/sent';
const words = WORDS.en;
const world = useWorld();
beforeAll(() => world().policy(PRESETS['restore-code']));
// Each test has the caps of a quarter of an hour for itself.
beforeEach(() => world().later(16 * MINUTE));

/** A code that nobody has. */
const guess = () => grouped(restoreCodeFrom(world().ports.crypto.randomBytes(27)));
const codeOn = (page: PageOf) =>
  (/data-testid="restore-code">([^]*?)<\/code>/.exec(page.html)?.[1] ?? '').replaceAll(/<[^>]*>/g, '');
const account = ({ id }: Person) => world().ports.store.accounts.load(id);
const mailsTo = async (person: Person) => (await world().sentTo(person)).mails;

async function restore(browser: Browser, name: string, code: string): Promise<PageOf> {
  const page = await browser.open(RESTORE);
  return browser.press(page, words.continue, { username: name, restore_code: code });
}

/** With the short code of the e-mail, as far as "What would you like to do?". */
async function restoreAndMail(browser: Browser, person: Person, code: string): Promise<PageOf> {
  const page = await restore(browser, person.username, code);
  return browser.press(page, words.continue, { code: (await letterTo(world(), person)).code });
}

/** Everything that somebody with a name and a code, and without the mailbox, gets to see. */
async function everythingSeen(name: string, code: string): Promise<Seen[]> {
  const browser = world().browser();
  const form = await browser.open(RESTORE);
  const typed = { username: name, restore_code: code };
  const first = (await postOnly(browser, form, RESTORE, typed)).page;
  const page = await browser.open(SENT);
  const pages = [first, page];
  for (let tries = 0; tries < 2; tries += 1) pages.push(await browser.press(page, words.continue, { code: '000000' }));
  world().later(MINUTE);
  pages.push(await browser.post(`${SENT}/again`, { _csrf: page.csrf }));
  for (const path of ['choose', 'step', 'new-password', 'new-factor', 'your-restore-code', 'done'])
    pages.push(await browser.open(`/lost-credentials/${path}`));
  // The same code again, until there is a wait: a right one does not set the count back.
  for (let tries = 0; tries < FREE; tries += 1) pages.push((await postOnly(browser, form, RESTORE, typed)).page);
  return pages.map((shown) => seen(shown, name));
}

test('A7 A11 a right code, a wrong one, no account, and accounts that must not be restored look the same, page after page', async () => {
  const people = await Promise.all([1, 2, 3, 4, 5].map(() => world().person()));
  const [right, none, forbidden, suspended, frozen] = people;
  if (!right || !none || !forbidden || !suspended || !frozen) throw new Error('nobody');
  const codes = new Map<Person, string>();
  for (const person of [right, forbidden, suspended, frozen])
    codes.set(person, await addRestoreCode(world().ports, person));
  await forbidRestoring(world().running.context.administration, forbidden.username, true);
  await world().suspend(suspended);
  await world().ports.store.accounts.update(frozen.id, { frozenAt: Date.now() });
  const before = await Promise.all(people.map(mailsTo));

  const reference = await everythingSeen('nobody-at-all', guess());
  const pages = [303, 200, 422, 422, 200, 200, 200, 200, 200, 200, 410];
  const again = [303, 303, 303, 303, 429];
  expect(reference.map(({ status }) => status)).toEqual([...pages, ...again]);
  expect(await everythingSeen(right.email, guess())).toEqual(reference);
  expect(await everythingSeen(none.username, guess())).toEqual(reference);
  for (const [person, code] of codes) expect(await everythingSeen(person.username, code)).toEqual(reference);
  // It was not the same for all of them behind the pages: a code was e-mailed to the one whose it is only.
  const after = await Promise.all(people.map(mailsTo));
  const sent = after.map((mails, n) => mails - (before[n] ?? 0));
  expect(sent[0]).toBeGreaterThan(0);
  expect(sent.slice(1)).toEqual([0, 0, 0, 0]);
});

test('A11 answers to a name and a restore code leave on a grid of time, whatever they took', async () => {
  const person = await world().person();
  const code = await addRestoreCode(world().ports, person);
  const times: number[] = [];
  for (const [name, typed] of [
    [person.username, code],
    [person.username, guess()],
    ['nobody-on-the-clock', code],
  ] as const) {
    const browser = world().browser();
    const form = await browser.open(RESTORE);
    const began = performance.now();
    await postOnly(browser, form, RESTORE, { username: name, restore_code: typed });
    times.push(performance.now() - began);
  }
  // Timers may fire a moment early.
  expect(Math.min(...times)).toBeGreaterThan(245);
});

test('A12 A13 guesses at a restore code: 200 in parallel over 50 browsers, counted by name and by account before they are compared', async () => {
  const person = await world().person();
  const code = await addRestoreCode(world().ports, person);
  const doors: Door[] = [];
  for (const browser of strangers(world(), 50))
    doors.push({ browser, page: await browser.open(RESTORE), path: RESTORE });
  const wrong = (n: number) => ({ username: n % 2 ? person.username : person.email, restore_code: guess() });
  await clockStopped(async () => {
    expect(await volley(doors, 4, wrong)).toEqual({ 303: 2 * FREE, 429: 200 - 2 * FREE });
  });
  expect(await audited(world(), person.id, 'recovery.proof-failed')).toBe(2 * FREE);

  // Another name of an account gives no more guesses: while the account waits, the right code is not looked at.
  const other = await world().person();
  const its = await addRestoreCode(world().ports, other);
  const mails = await mailsTo(other);
  await clockStopped(async () => {
    for (let tries = 0; tries < FREE; tries += 1) await restore(world().browser(), other.username, guess());
    expect((await restore(world().browser(), other.email, its)).path).toBe(SENT);
  });
  expect(await mailsTo(other)).toBe(mails);
  world().later(2 * MINUTE);
  await restore(world().browser(), other.email, its);
  expect(await mailsTo(other)).toBe(mails + 1);
  // What strangers did does not stop the owner who begins with the mailbox (A26).
  const owner = world().browser();
  await ask(owner, person.username);
  let page = await owner.press(await owner.open((await letterTo(world(), person)).link), words.both);
  page = await owner.press(page, words.continue, { restore_code: code });
  expect(page.path).toBe('/lost-credentials/new-password');
});

test('A1 a restore code alone opens no later page: the mailbox is asked first', async () => {
  const person = await world().person();
  const browser = world().browser();
  const page = await restore(browser, person.username, await addRestoreCode(world().ports, person));
  expect((await browser.open('/lost-credentials/step')).path).toBe(SENT);
  expect((await browser.open('/lost-credentials/new-factor')).path).toBe(SENT);
  for (const path of ['choose', 'new-password', 'new-factor/totp', 'your-restore-code', 'password', 'sms']) {
    const opened = await browser.open(`/lost-credentials/${path}`);
    const fields = { goal: 'reset-both', password: 'a quiet new harbour', restore_code: guess(), code: '000000' };
    const posted = await browser.post(`/lost-credentials/${path}`, { ...fields, _csrf: page.csrf });
    expect([path, opened.path, posted.path]).toEqual([path, SENT, SENT]);
  }
  expect((await account(person))?.recoveredAt).toBeNull();
});

test('A14 one restore code in three recoveries, finished fifty times at once: one success, one use, one new code', async () => {
  const person = await world().person();
  const code = await addRestoreCode(world().ports, person);
  const doors: Door[] = [];
  for (const browser of strangers(world(), 3)) {
    const page = await browser.press(await restoreAndMail(browser, person, code), words.factor);
    doors.push({ browser, page, path: '/lost-credentials/new-factor/totp' });
  }
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => {
      const door = doors[n % 3];
      if (!door) throw new Error('no door');
      return postOnly(door.browser, door.page, door.path, { code: codeOf(door.page.totpSecret, Date.now()) });
    }),
  );
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect(await audited(world(), person.id, 'recovery.finished')).toBe(1);
  const after = await account(person);
  expect(after?.restoreCode).toBeNull();
  expect(after?.restoreUses).toHaveLength(1);
  expect(after?.credentials.map(({ kind }) => kind).toSorted()).toEqual(['password', 'totp']);
  const codes = await rows(world(), sql`select from restore_codes where account_id = ${person.id}`);
  expect(codes).toHaveLength(1);
});

test('A14 spending one restore code fifty times at once, on the store itself: one success', async () => {
  const person = await world().person();
  await addRestoreCode(world().ports, person);
  const { store } = world().ports;
  const id = (await account(person))?.restoreCode?.id ?? '';
  const spent = await Promise.all(
    Array.from({ length: 50 }, () => store.restoreCodes.spend(person.id, id, Date.now())),
  );
  expect(spent.filter(Boolean)).toHaveLength(1);
  expect((await account(person))?.restoreUses).toHaveLength(1);
});

test('A14 A16 a new code is typed back fifty times at once: once, and never again', async () => {
  const person = await world().person();
  const browser = world().browser();
  const begun = await restoreAndMail(browser, person, await addRestoreCode(world().ports, person));
  const { page } = await enrolShown(browser, await browser.press(begun, words.factor));
  const fields = { restore_code: codeOn(page) };
  const typed = () => postOnly(browser, page, '/lost-credentials/done', fields);
  const answers = await Promise.all(Array.from({ length: 50 }, typed));
  expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect(await audited(world(), person.id, 'restore-code.activated')).toBe(1);
  // Removed since: the form that activated it does not bring it back.
  await world().ports.store.restoreCodes.removeAll(person.id);
  expect((await typed()).status).not.toBe(500);
  expect((await account(person))?.restoreCode).toBeNull();
});

test('A6 a restore code is in no address, header or log; the new one is on its receipt and in its copies only, which nothing keeps', async () => {
  const person = await world().person();
  const code = await addRestoreCode(world().ports, person);
  const [browser] = strangers(world(), 1);
  if (!browser) throw new Error('no browser');
  let page = await browser.press(await restoreAndMail(browser, person, code), words.factor);
  page = (await enrolShown(browser, page)).page;
  const fresh = codeOn(page);
  await browser.press(page, 'Download as a text file');
  await browser.press(page, 'Open the page to print');
  expect((await postOnly(browser, page, '/lost-credentials/done', { restore_code: `${fresh}0` })).status).toBe(422);
  await browser.press(page, 'Activate the restore code', { restore_code: fresh });
  for (const path of ['done', 'done/file', 'done/paper']) await browser.open(`/lost-credentials/${path}`);

  const forms = [code, fresh].flatMap((one) => [one, one.replaceAll('-', ''), one.toLowerCase()]);
  const holds = (text: string) => forms.some((form) => text.includes(form));
  const said = browser.seen.filter(({ url, headers }) => holds(`${url} ${[...headers].join(' ')}`));
  expect([said, holds(world().log())]).toEqual([[], false]);
  const shown = browser.seen.filter(({ body }) => holds(body) || holds(body.replaceAll(/<[^>]*>/g, '')));
  const places = ['/lost-credentials/done', '/lost-credentials/done/file', '/lost-credentials/done/paper'];
  const paths = new Set(shown.map(({ url }) => new URL(url, ISSUER).pathname));
  expect([...paths].toSorted()).toEqual(places);
  expect(shown.map(({ headers }) => headers.get('cache-control')).filter((value) => value !== 'no-store')).toEqual([]);
  expect(shown.filter(({ headers }) => headers.get('referrer-policy') !== 'no-referrer')).toEqual([]);
});

test('A7 nobody else gets the copies of a receipt: not without its browser, nor once it was typed back', async () => {
  const person = await world().person();
  const browser = world().browser();
  const begun = await restoreAndMail(browser, person, await addRestoreCode(world().ports, person));
  const { page } = await enrolShown(browser, await browser.press(begun, words.factor));
  const stranger = world().browser();
  const theirs = await stranger.open('/lost-credentials');
  for (const path of ['/lost-credentials/done/file', '/lost-credentials/done/paper', '/invitation/done/file']) {
    expect((await postOnly(stranger, theirs, path, {})).status).toBe(303);
    // Without the form's own token, from another site.
    expect((await browser.post(path, { shown: '' })).html).not.toContain(codeOn(page));
  }
  await browser.press(page, 'Activate the restore code', { restore_code: codeOn(page) });
  expect((await postOnly(browser, page, '/lost-credentials/done/file', {})).status).toBe(303);
});

test('A29 a copy of the database has no restore code that can be used: neither the used one nor the new one', async () => {
  const person = await world().person();
  const code = await addRestoreCode(world().ports, person);
  const browser = world().browser();
  const page = await browser.press(await restoreAndMail(browser, person, code), words.factor);
  const fresh = codeOn((await enrolShown(browser, page)).page);
  await addRestoreCode(world().ports, await world().person());
  // One that is on its way by e-mail.
  world().mailSink.behave('later');
  const { restoreCode } = PRESETS['restore-code'];
  await world().policy({ ...PRESETS['restore-code'], restoreCode: { ...restoreCode, issueBy: ['email'] } });
  const issued = await issueRestoreCode(world().running.context.administration, (await world().person()).username, {
    by: 'email',
    reason: 'asked for it',
  });
  const copy = (await dump(world())).toUpperCase();
  world().mailSink.behave('accept');
  await world().policy(PRESETS['restore-code']);
  for (const one of [code, fresh, issued.outcome === 'issued' ? issued.code : '']) {
    const bare = one.replaceAll('-', '');
    for (const form of [one, bare, Buffer.from(bare).toString('hex'), Buffer.from(one).toString('hex')])
      expect(copy).not.toContain(form.toUpperCase());
  }
});

test('A35 the new code of a restore is no proof in another recovery for seven days', async () => {
  const person = await world().person();
  const browser = world().browser();
  let page = await browser.press(
    await restoreAndMail(browser, person, await addRestoreCode(world().ports, person)),
    words.factor,
  );
  page = (await enrolShown(browser, page)).page;
  const fresh = codeOn(page);
  page = await browser.press(page, 'Activate the restore code', { restore_code: fresh });
  expect(page.text).toContain('is active');

  const climb = async () => {
    world().later(16 * MINUTE);
    const thief = world().browser();
    const choice = await restoreAndMail(thief, person, fresh);
    return (await thief.post('/lost-credentials/choose', { _csrf: choice.csrf, goal: 'reset-both' })).path;
  };
  expect(await climb()).toBe('/lost-credentials/choose');
  world().later(6 * DAY);
  expect(await climb()).toBe('/lost-credentials/choose');
  world().later(DAY);
  expect(await climb()).toBe('/lost-credentials/new-password');
});

test('A7 a new code is typed back in the browser of its own recovery only, and within the hour', async () => {
  const walked = async (person: Person) => {
    const browser = world().browser();
    const code = await addRestoreCode(world().ports, person);
    const page = await browser.press(await restoreAndMail(browser, person, code), words.factor);
    return { person, browser, page: (await enrolShown(browser, page)).page };
  };
  const one = await walked(await world().person());
  const other = await walked(await world().person());
  const fields = { restore_code: codeOn(one.page) };
  // Another recovery's browser; none at all; the right one, an hour later.
  expect((await postOnly(other.browser, other.page, '/lost-credentials/done', fields)).status).toBe(422);
  const stranger = world().browser();
  const asked = await ask(stranger, one.person.username);
  expect((await postOnly(stranger, asked, '/lost-credentials/done', fields)).location).toContain('/over');
  // The browser of an earlier recovery of the same account.
  const later = await walked(one.person);
  const newest = { restore_code: codeOn(later.page) };
  expect((await postOnly(one.browser, one.page, '/lost-credentials/done', newest)).status).toBe(422);
  world().later(61 * MINUTE);
  await postOnly(later.browser, later.page, '/lost-credentials/done', newest);
  expect((await account(one.person))?.restoreCode).toBeNull();
  expect((await account(other.person))?.restoreCode).toBeNull();
});
