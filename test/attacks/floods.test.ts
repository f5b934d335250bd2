import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { networkOf, perNetwork } from '../../src/flows/network.ts';
import { translator } from '../../src/i18n/translate.ts';
import type { Person } from '../support/people.ts';
import { ask, enrolShown, letterTo, WORDS, walkToNewFactor } from '../web/recovery/steps.ts';
import { type Application, useWorld } from '../web/recovery/world.ts';
import { postOnly, strangers, Witness } from './support/browsers.ts';
import { rows } from './support/rows.ts';
import { signIn } from './support/walks.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const words = WORDS.en;
const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});
beforeEach(() => world().later(16 * MINUTE));

const START = '/lost-credentials';
const from = (ip: string, language = 'en') => new Witness(world().origin, {}, { ip, language });

/** Recovery e-mails that have come to a person; nothing is on its way any more. */
async function mailsTo(person: Person): Promise<number> {
  await world().sentTo(person);
  return world().mails.filter(
    ({ recipients, subject }) => recipients.includes(person.email) && subject === words.subject,
  ).length;
}

/** Everything that a beginning leaves behind. */
async function traces(): Promise<unknown> {
  const [row] = await rows(
    world(),
    sql<object>`select (select count(*) from journeys) as journeys, (select count(*) from one_time_codes) as codes,
      (select count(*) from outbox) as messages, (select count(*) from audit_log) as audited`,
  );
  return row;
}

/** What a budget for all has given in its first window. */
async function given(budget: string): Promise<number> {
  const [row] = await rows(
    world(),
    sql<{
      points: number;
    }>`select points from rate_limits where key like ${`${budget}/3600:%`} and expire > ${Date.now()}`,
  );
  return row?.points ?? 0;
}

/** Takes from the recoveries of a network, or of its site, until there is nothing left. */
async function useUp(ip: string, which: 'network' | 'site'): Promise<void> {
  const takes = perNetwork('recovery-begin', ip).filter(({ budget }) => budget.endsWith(which));
  if (takes.length === 0) throw new Error(`${ip} has no budget for its ${which}`);
  while (await world().ports.limits.take(takes));
}

test('A23 one network that asks too often: told so and until when, before anything is done; minutes later it goes on', async () => {
  const network = Array.from({ length: 33 }, (_, n) => from(`192.0.2.${n + 1}`));
  const pages = await Promise.all(network.map((browser) => browser.open(START)));
  const posted = async (n: number) => {
    const [browser, page] = [network[n], pages[n]];
    if (!browser || !page) throw new Error(`no browser ${n}`);
    return postOnly(browser, page, START, { username: `nobody${n}` });
  };
  const taken = await Promise.all(Array.from({ length: 30 }, (_, n) => posted(n)));
  expect(new Set(taken.map(({ status, location }) => `${status} ${location}`))).toEqual(new Set([`303 ${START}/sent`]));

  const before = await traces();
  for (const n of [30, 31, 32]) {
    const { status, page } = await posted(n);
    const seconds = Number(page.headers.get('retry-after'));
    expect([status, page.heading]).toEqual([429, 'Lost your credentials?']);
    expect(page.alert).toMatch(/from your network recently\. Try again in 1[45] minutes, at \d/);
    expect(seconds).toBeGreaterThan(13 * 60);
    expect(seconds).toBeLessThanOrEqual(15 * 60);
    expect(network[n]?.cookie('regain_recovery')).toBeUndefined();
    // What was typed is still there.
    expect(page.forms.find(({ fields }) => 'username' in fields)?.fields['username']).toBe(`nobody${n}`);
  }
  expect(await traces()).toEqual(before);

  const french = from('192.0.2.200', 'fr');
  const refused = await ask(french, 'personne');
  expect([refused.status, refused.alert]).toEqual([429, expect.stringContaining('depuis votre réseau')]);
  world().later(15 * MINUTE);
  expect((await ask(french, 'personne')).path).toBe(`${START}/sent`);
});

test('A23 “Send it again” counts for the network too, and says until when', async () => {
  const browser = from('192.0.3.1');
  await ask(browser, 'nobody');
  world().later(MINUTE);
  await useUp(browser.ip, 'network');
  const before = await traces();
  const { status, page } = await postOnly(browser, await browser.open(`${START}/sent`), `${START}/sent/again`, {});
  expect([status, page.alert]).toEqual([429, expect.stringMatching(/another one in 1[345] minutes/)]);
  expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(12 * 60);
  expect(await traces()).toEqual(before);
});

test('A26 a neighbour who uses up the network does not stop an owner in his own browser', async () => {
  const person = await world().person();
  const own = from('192.0.4.7');
  await signIn(world(), app, own, person);
  await useUp(own.ip, 'network');
  const before = await mailsTo(person);
  expect((await ask(from('192.0.4.8'), person.username)).status).toBe(429);
  expect((await ask(own, person.username)).path).toBe(`${START}/sent`);
  expect((await mailsTo(person)) - before).toBe(1);
  // His browser is nothing special for anybody else’s account.
  expect((await ask(own, (await world().person()).username)).status).toBe(429);
});

test('A23 a /48 of IPv6 has 65,536 networks, and one budget', async () => {
  await useUp('2001:db8:7:1::1', 'site');
  expect(networkOf('2001:db8:7:1::1')).not.toBe(networkOf('2001:db8:7:ffff::1'));
  expect((await ask(from('2001:db8:7:ffff::1'), 'nobody')).status).toBe(429);
  expect((await ask(from('2001:db8:8:ffff::1'), 'nobody')).path).toBe(`${START}/sent`);
});

test('A26 names that nobody has, and accounts that get no mail, take nothing from the mail of all', async () => {
  const [person, suspended] = [await world().person(), await world().person()];
  await world().suspend(suspended);
  const before = { mail: await given('mail-in-all'), decoys: await given('decoys-in-all') };
  for (const [n, browser] of strangers(world(), 5).entries()) await ask(browser, `nobody-at-all-${n}`);
  await ask(world().browser(), suspended.username);
  expect([await given('mail-in-all'), await given('decoys-in-all')]).toEqual([before.mail, before.decoys + 6]);

  await rows(world(), sql`update rate_limits set points = 1000000 where key like 'decoys-in-all/%'`);
  await ask(world().browser(), person.username);
  expect([await mailsTo(person), await given('mail-in-all')]).toEqual([1, before.mail + 1]);
});

test('A26 ten strange requests do not stop the owner’s mail for the day: one leaves in every quarter of an hour', async () => {
  const person = await world().person();
  for (let round = 0; round < 4; round += 1) {
    for (const browser of strangers(world(), 4)) await ask(browser, person.username);
    world().later(16 * MINUTE);
  }
  expect(await mailsTo(person)).toBe(11);
  world().later(6 * HOUR);
  for (const mails of [12, 13, 14]) {
    const page = await ask(world().browser(), person.username);
    expect(page.text).toContain(translator('en')('recovery:no_mail_any'));
    await ask(world().browser(), person.username);
    expect(await mailsTo(person)).toBe(mails);
    world().later(16 * MINUTE);
  }
});

test('A26 whoever asked for it: the owner goes on by the link of a mail that a stranger used his budget for', async () => {
  const person = await world().person();
  const [first, ...others] = strangers(world(), 4);
  if (!first) throw new Error('no stranger');
  for (const browser of others) await ask(browser, person.username);
  const own = world().browser();
  await ask(own, person.username);
  expect(await mailsTo(person)).toBe(3);
  expect((await own.open((await letterTo(world(), person)).link)).heading).toBe('What would you like to do?');
});

test('A26 each browser that an account knows has mails of its own; a recovery leaves only the one that did it', async () => {
  const person = await world().person();
  const [thief, own] = [world().browser(), world().browser()];
  for (const browser of [thief, own]) await signIn(world(), app, browser, person);
  for (let n = 0; n < 4; n += 1) await ask(thief, person.username);
  expect(await mailsTo(person)).toBe(3);
  await ask(own, person.username);
  expect(await mailsTo(person)).toBe(4);

  await enrolShown(own, await walkToNewFactor(world(), own, person));
  world().later(16 * MINUTE);
  const before = await mailsTo(person);
  // Known no more, the thief’s browser has the budget of all strangers.
  for (const browser of strangers(world(), 3)) await ask(browser, person.username);
  await ask(thief, person.username);
  expect((await mailsTo(person)) - before).toBe(3);
  await ask(own, person.username);
  expect((await mailsTo(person)) - before).toBe(4);
});

test('A21 an address counts for a recovery from its time on; until then nothing is written to it', async () => {
  const person = await world().person();
  const counts = (at: number) =>
    rows(
      world(),
      sql`update contact_points set counts_from = ${at} where account_id = ${person.id} and kind = 'email' returning id`,
    );
  expect(await counts(Date.now() + HOUR)).toHaveLength(1);
  expect((await ask(world().browser(), person.email)).heading).toBe('Check your e-mail');
  expect(await mailsTo(person)).toBe(0);
  world().later(HOUR);
  await ask(world().browser(), person.email);
  expect(await mailsTo(person)).toBe(1);
});
