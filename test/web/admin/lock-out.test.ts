import { beforeAll, expect, test } from 'vitest';
import type { Cause } from '../../../src/domain/lock-out-report.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import { countLockOut } from '../../../src/flows/administration/count-lock-out.ts';
import { translator } from '../../../src/i18n/translate.ts';
import { sentenceOf } from '../../../src/web/pages/admin/lock-out/words.ts';
import { addOrganization, type Person } from '../../support/people.ts';
import { addRestoreCode } from '../../support/restore-codes.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { useWorld } from '../recovery/world.ts';
import { openAdmin, staff } from './staff.ts';

const world = useWorld();
const PATH = '/admin/lock-out';

/** Seven accounts: of five an app is all that is on the phone, one of these has a restore code; one has nothing; and an eighth that is suspended. */
let full: string;
/** Another organization, with nobody in it. */
let empty: string;
let people: readonly Person[];
let admin: Person;
let office: Browser;
beforeAll(async () => {
  const ports = { ...world().running.context, clock: { now: 0 }, close: async () => {} };
  full = await addOrganization(ports, PRESETS['restore-code']);
  empty = await addOrganization(ports, PRESETS['restore-code']);
  people = await Promise.all(Array.from({ length: 8 }, () => world().person({ organizationId: full })));
  const [suspended = '', bare = '', coded = '', ...others] = people.map(({ id }) => id);
  await world().ports.store.accounts.update(suspended, { suspendedAt: Date.now() });
  const { db } = world().running.context.database;
  const noNumber = [bare, coded, ...others.slice(0, 4)];
  await db.deleteFrom('contact_points').where('kind', '=', 'phone').where('account_id', 'in', noNumber).execute();
  await db.deleteFrom('contact_points').where('account_id', '=', bare).execute();
  await db.deleteFrom('credentials').where('account_id', '=', bare).execute();
  await addRestoreCode(world().ports, { id: coded });
  admin = await staff(world(), 'admin', full);
  office = world().browser();
  await openAdmin(world(), office, admin);
}, 120_000);

const textOf = (html: string) => html.replaceAll(/<[^>]*>/g, '').trim();
function table(page: PageOf, id: string): string[][] {
  const inside = new RegExp(`<table class="figures" aria-labelledby="${id}">([^]*?)</table>`).exec(page.html)?.[1];
  return [...(inside ?? '').matchAll(/<tr>([^]*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<(?:th|td)[^>]*>([^]*?)<\/(?:th|td)>/g)].map(([, cell = '']) => textOf(cell)),
  );
}
/** Posts the page's own form, for this organization. */
const exported = async (organization: string, browser = office): Promise<Response> => {
  const page = await browser.open(PATH);
  const csrf = page.forms.map(({ fields }) => fields['_csrf']).find(Boolean) ?? '';
  return browser.request(`${PATH}/export`, {
    method: 'POST',
    body: new URLSearchParams({ _csrf: csrf, organization }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
};

test('X2 how many stand at each distance, by which loss, and what helps most; nobody is named', async () => {
  const page = await office.open(PATH);
  expect([page.status, page.heading]).toEqual([200, 'Lock-out report']);
  expect(page.text).toContain('Suspended or blocked, not looked at: 1');
  expect(page.text).toContain('Accounts by distance from being locked out: 7');
  expect(table(page, 'distances')).toEqual([
    ['Distance', 'Accounts', 'Share'],
    ['No way back', '1', '14%'],
    ['One loss away', '4', '57%'],
    ['Two losses away', '2', '29%'],
    ['Farther away', '0', '0%'],
  ]);
  expect(table(page, 'causes')).toEqual([
    ['Accounts now', 'Accounts after that'],
    ['57% of accounts are one lost phone away; a restore code at the next sign-in would bring that to 0%.'],
    ['4', '0'],
    ['14% of accounts do not get in alone even now; no single addition would change that.'],
    ['1', '1'],
  ]);
  for (const { username } of people) expect(page.html).not.toContain(username);
  expect(page.html.match(/<svg[^>]*width="100%"(?![^>]*aria-hidden="true")/g)).toBeNull();
});

test('the same in French, with percentages as they are written there', async () => {
  const reader = await staff(world(), 'admin', full, { locale: 'fr' });
  const page = await openAdmin(world(), world().browser({ language: 'fr' }), reader, PATH);
  expect([page.lang, page.heading]).toEqual(['fr', 'Rapport de blocage']);
  expect(table(page, 'distances')[2]).toEqual(['À une perte d’être sans issue', '4', '57\u00a0%']);
  expect(table(page, 'causes')[1]).toEqual([
    '57\u00a0% des comptes ne s’ouvriraient plus sans aide après la perte du téléphone\u202f; un code de restauration à la prochaine ' +
      'authentification ramènerait cette part à 0\u00a0%.',
  ]);
});

const say = (locale: 'en' | 'fr', one: Cause, of = 1000) => sentenceOf({ t: translator(locale), locale }, one, of);
test('what is small is not nought, and what is left is said as a part of all', () => {
  const cause: Cause = { lost: 'phone', accounts: 140, help: { add: 'restore-code', left: 10 } };
  expect(say('en', cause)).toBe(
    '14% of accounts are one lost phone away; a restore code at the next sign-in would bring that to 1%.',
  );
  expect(say('fr', cause)).toMatch(/^14\u00a0% des comptes .* ramènerait cette part à 1\u00a0%\.$/);
  expect(say('en', cause, 100_000)).toMatch(/^0\.14% .* to 0\.01%\.$/);
  expect(say('fr', cause, 100_000)).toMatch(/^0,14\u00a0% .* à 0,01\u00a0%\.$/);
  // Who does not get in is not asked anything at a sign-in.
  expect(say('en', { ...cause, lost: null })).toContain('support has to help them in first');
});

test('A24 an admin of one organization reads and exports that one; who has all of them chooses', async () => {
  for (const query of [`?organization=${empty}`, '?organization=default', '?organization=%27']) {
    const page = await office.open(`${PATH}${query}`);
    expect(table(page, 'distances')[2]).toEqual(['One loss away', '4', '57%']);
    expect(page.text).not.toContain(empty);
  }
  for (const organization of [empty, 'no-such-thing']) expect((await exported(organization)).status).toBe(403);
  const { log } = world().running.context.administration.store;
  expect(await log.page({ scope: null, kind: 'lock-out.exported', limit: 1 })).toEqual([]);

  const browser = world().browser();
  await openAdmin(world(), browser, await staff(world(), 'admin'));
  const none = await browser.open(`${PATH}?organization=${empty}`);
  expect(none.text).toContain('There is no account to look at.');
  expect(table(await browser.open(`${PATH}?organization=${full}`), 'distances')[2]?.[1]).toBe('4');
});

test('exported as CSV: the numbers of the page; that it was exported is written down', async () => {
  const csv = await exported(full);
  expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="lock-out-\d{4}-\d\d-\d\d\.csv"$/);
  const rows = (await csv.text()).replaceAll(full, 'org').trim().split('\r\n');
  expect(rows).toEqual([
    '"organization","distance","lost","accounts","share","add","left"',
    '"org","no-way-back","","1","0.142857","",""',
    '"org","one-loss","","4","0.571429","",""',
    '"org","two-losses","","2","0.285714","",""',
    '"org","farther","","0","0","",""',
    '"org","","phone","4","0.571429","restore-code","0"',
    '"org","","nothing","1","0.142857","",""',
  ]);
  const { log } = world().running.context.administration.store;
  const [written] = await log.page({ scope: [full], kind: 'lock-out.exported', limit: 1 });
  expect(written).toMatchObject({ actor: 'operator', organizationId: full, details: { operator: admin.id } });
  expect((await office.open('/admin/audit?kind=lock-out.exported')).text).toContain('Lock-out report exported');
});

test('what helps most is proposed at sign-ins by one press, with a reason, and off again by another', async () => {
  const before = await office.open(PATH);
  const asked = await office.open(before.link('Propose a restore code at the next sign-in'));
  expect(asked.heading).toBe('Propose a restore code at the next sign-in?');
  const silent = await office.press(asked, 'Propose it', { reason: ' ' });
  expect([silent.status, silent.alert]).toEqual([422, expect.stringContaining('Say why')]);
  const done = await office.press(asked, 'Propose it', { reason: 'too many calls' });
  expect([done.path, done.text]).toEqual([
    PATH,
    expect.stringContaining('From now on, sign-ins propose a restore code'),
  ]);
  const { policies, log } = world().running.context.administration.store;
  const now = await policies.inForce(full);
  expect(now?.policy).toEqual({
    ...PRESETS['restore-code'],
    restoreCode: { ...PRESETS['restore-code'].restoreCode, promptAtSignIn: 1 },
  });
  const [written] = await log.page({ scope: [full], kind: 'policy.set', limit: 1 });
  expect(written?.details).toMatchObject({ proposal: 'restore-code', proposed: true, reason: 'too many calls' });
  // The form of before is of a policy that is no longer in force.
  expect((await office.press(asked, 'Propose it', { reason: 'again' })).status).toBe(409);

  const stop = await office.open(done.link('Propose a restore code no longer'));
  await office.press(stop, 'Stop proposing it', { reason: 'enough' });
  expect((await policies.inForce(full))?.policy).toEqual(PRESETS['restore-code']);
  for (const other of [`${PATH}/${empty}/propose/restore-code`, `${PATH}/${full}/propose/nonsense`])
    expect((await office.open(other)).status).toBe(404);
});

test('each day is counted once for each organization, and shown over time', async () => {
  const { administration } = world().running.context;
  expect((await office.open(PATH)).text).toContain('The first day is counted soon');
  const all = (await administration.store.organizations.all()).length;
  const counted = async () => {
    let some = 0;
    for (let round = await countLockOut(administration); round > 0; round = await countLockOut(administration))
      some += round;
    return some;
  };
  expect(await counted()).toBe(all);
  expect(await counted()).toBe(0);
  const day = 86_400_000;
  const today = administration.now() - (administration.now() % day);
  const byDistance = { 'no-way-back': 3, 'one-loss': 4, 'two-losses': 0, farther: 0 };
  await administration.store.lockOutDays.keep(full, { day: today - 2 * day, byDistance });
  // Not another time for the same day.
  await administration.store.lockOutDays.keep(full, { day: today, byDistance });
  const page = await office.open(PATH);
  expect(table(page, 'over-time').map((row) => row.slice(1))).toEqual([
    ['Accounts', 'No way back', 'One loss away'],
    ['7', '1', '4'],
    ['7', '3', '4'],
  ]);
});
