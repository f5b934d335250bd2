import { beforeAll, expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { beginRecovery } from '../../../src/flows/begin-recovery.ts';
import { addOrganization, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { ask, enrolShown, letterTo, WORDS, walkToNewFactor } from '../recovery/steps.ts';
import { useWorld } from '../recovery/world.ts';
import { fileRequest } from './requests.ts';
import { openAdmin, staff } from './staff.ts';

const world = useWorld();
const FACTOR = 'Second factor, with link by e-mail, password, and code by SMS';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let operator: Person;
let desk: Browser;
beforeAll(async () => {
  // What is told as one day must not lie on both sides of midnight.
  if (new Date().getUTCHours() >= 22) world().later(3 * HOUR);
  operator = await staff(world(), 'operator', 'default');
  desk = world().browser();
  await openAdmin(world(), desk, operator);
});

const open = (query = '', browser = desk) => browser.open(`/admin${query}`);
const cells = (row: string) =>
  [...row.matchAll(/<(?:th|td)[^>]*>([^]*?)<\/(?:th|td)>/g)].map(([, cell = '']) => cell.replaceAll(/<[^>]*>/g, ''));
/** The rows of the table below a heading: the newest day first. */
function table(page: PageOf, id: string): string[][] {
  const inside =
    new RegExp(`<table class="figures" aria-labelledby="${id}">([^]*?)</table>`).exec(page.html)?.[1] ?? '';
  return [...inside.matchAll(/<tr>([^]*?)<\/tr>/g)].map(([, row = '']) => cells(row));
}
const heading = (page: PageOf, id: string): string => new RegExp(`<h2 id="${id}">([^<]*)`).exec(page.html)?.[1] ?? '';
const numbers = (page: PageOf, id: string) => (heading(page, id).match(/\d+/g) ?? []).map(Number);

test('what happens is counted: begun, finished and abandoned by way and day, sign-ins, messages, requests that are open', async () => {
  const before = await open();
  expect([before.path, before.heading, before.status]).toEqual(['/admin', 'Dashboard', 200]);
  const was = (id: string) => numbers(before, id);
  const [finisher, quitter, reader, asking] = [
    await world().person(),
    await world().person(),
    await world().person(),
    await world().person(),
  ];

  // Given up before anything was chosen, and with the password still to come.
  await ask(world().browser(), quitter.username);
  await letterTo(world(), quitter);
  const browser = world().browser();
  await ask(browser, reader.username);
  await browser.press(await browser.open((await letterTo(world(), reader)).link), WORDS.en.factor);
  world().later(40 * MINUTE);
  // Walked to its end, by the link in another browser than the one that asked.
  await ask(world().browser(), finisher.username);
  const phone = world().browser();
  expect((await enrolShown(phone, await walkToNewFactor(world(), phone, finisher))).page.heading).toBe(
    WORDS.en.replaced,
  );
  // Under way.
  const again = world().browser();
  await ask(again, reader.username);
  await again.press(await again.open((await letterTo(world(), reader)).link), WORDS.en.factor);
  await ask(world().browser(), 'nobody-of-that-name');
  await fileRequest(world(), asking);
  for (const one of [operator, finisher, quitter, reader, asking]) await world().sentTo(one);

  const after = await open();
  const since = (id: string) => numbers(after, id).map((value, index) => value - (was(id)[index] ?? 0));
  expect(since('recoveries')).toEqual([4, 1, 2]);
  expect(table(after, 'routes')).toEqual([
    ['Begun', 'Finished', 'Under way', 'Abandoned'],
    [FACTOR],
    ['3', '1', '1', '1'],
    ['No way chosen'],
    ['1', '0', '0', '1'],
  ]);
  expect(table(after, 'recoveries')[1]?.slice(1)).toEqual(['4', '1', '1', '2']);
  expect(since('requests')).toEqual([1]);
  const [mails, failed] = since('email');
  expect(mails).toBeGreaterThan(4);
  expect(failed).toBe(0);
  expect(since('sms')[0]).toBeGreaterThan(0);
  // The operator's own.
  expect(numbers(after, 'sign-ins')[0]).toBeGreaterThan(0);

  const values = /<select id="f-route"[^]*?<\/select>/.exec(after.html)?.[0].match(/value="([^"]*)"/g) ?? [];
  const chosen = values.find((value) => value.includes('reset-second-factor'))?.slice(7, -1) ?? '';
  const one = await open(`?days=7&route=${encodeURIComponent(chosen)}`);
  expect(numbers(one, 'recoveries')).toEqual([3, 1, 1]);
  expect(one.text).toContain(`Only by this way: ${FACTOR}`);
  expect(table(one, 'recoveries')).toHaveLength(8);
}, 120_000);

test('an e-mail that the gateway refuses for good is counted as failed', async () => {
  const person = await world().person();
  await world().sentTo(person);
  const [, before = 0] = numbers(await open(), 'email');
  world().mailSink.behave('refuse-recipient');
  await ask(world().browser(), person.username);
  await world().sentTo(person);
  world().mailSink.behave('accept');
  expect(numbers(await open(), 'email')[1]).toBe(before + 1);
});

test('each sees the numbers of the organizations of the role, whatever the address asks for', async () => {
  const ports = { ...world().running.context, clock: { now: 0 }, close: async () => {} };
  const [id, other] = [
    await addOrganization(ports, PRESETS['password-sms']),
    await addOrganization(ports, PRESETS['password-sms']),
  ];
  const inside = await staff(world(), 'operator', id, { organizationId: id });
  const browser = world().browser();
  await openAdmin(world(), browser, inside);
  const begin = async (person: Person) =>
    beginRecovery(
      world().ports,
      { ip: '192.0.2.78', userAgent: '', deviceHash: null },
      {
        identifier: person.username,
        organizationId: 'default',
        locale: 'en',
        interactionUid: null,
        clientId: null,
        request: null,
      },
      world().ports.crypto.hashToken(world().ports.crypto.token()),
    );
  await begin(await world().person({ organizationId: id }));
  const ofOthers = await world().person({ organizationId: other });
  await begin(ofOthers);
  await begin(ofOthers);

  for (const query of ['', `?organization=${other}`, '?organization=default', '?organization=%27', '?days=1e9']) {
    const page = await open(query, browser);
    expect(numbers(page, 'sign-ins')).toEqual([1, 0]);
    expect(numbers(page, 'recoveries')).toEqual([1, 0, 0]);
    expect(table(page, 'recoveries')).toHaveLength(31);
    expect(page.text).not.toContain(other);
  }
  const office = world().browser();
  await openAdmin(world(), office, await staff(world(), 'admin'));
  expect(numbers(await open(`?organization=${other}`, office), 'recoveries')).toEqual([2, 0, 0]);
  expect(numbers(await open(`?organization=${id}`, office), 'recoveries')).toEqual([1, 0, 0]);
  const all = await open('', office);
  expect(numbers(all, 'recoveries')[0]).toBe((numbers(await open(), 'recoveries')[0] ?? 0) + 3);
});

test('the tables say it all; drawings are hidden from who does not see, and no style stands in the page', async () => {
  const page = await open('?days=90');
  const drawings = page.html.match(/<svg[^>]*width="100%"[^>]*>/g) ?? [];
  expect(drawings.length).toBeGreaterThan(4);
  expect(drawings.filter((one) => !one.includes('aria-hidden="true"'))).toEqual([]);
  expect(page.html).not.toMatch(/\sstyle=/);
  expect(table(page, 'sign-ins')).toHaveLength(91);
  const french = await openAdmin(
    world(),
    world().browser({ language: 'fr' }),
    await staff(world(), 'operator', 'default', { locale: 'fr' }),
  );
  expect([french.heading, table(french, 'recoveries')[0]]).toEqual([
    'Tableau de bord',
    ['Jour', 'Lancées', 'Abouties', 'En cours', 'Abandons'],
  ]);
});
