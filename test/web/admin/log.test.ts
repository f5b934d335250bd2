import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { addOrganization, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { useWorld } from '../recovery/world.ts';
import { openAdmin, staff } from './staff.ts';

const world = useWorld();

let admin: Person;
let office: Browser;
beforeAll(async () => {
  admin = await staff(world(), 'admin');
  office = world().browser();
  await openAdmin(world(), office, admin);
});

const search = (params: Record<string, string>, browser = office) =>
  browser.open(`/admin/audit?${new URLSearchParams(params).toString()}`);
const rowsOf = (page: PageOf): string[] =>
  [...page.html.matchAll(/<tr role="row">[^]*?<\/tr>/g)].slice(1).map(([row]) => row.replaceAll(/<[^>]*>/g, ' '));
/** The first form is a filter, which has none. */
const csrfOf = (page: PageOf): string => page.forms.map(({ fields }) => fields['_csrf']).find(Boolean) ?? '';
const exported = async (fields: Record<string, string>, browser = office): Promise<Response> => {
  const csrf = csrfOf(await browser.open('/admin/audit'));
  return browser.request('/admin/audit/export', {
    method: 'POST',
    body: new URLSearchParams({ _csrf: csrf, ...fields }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
};
const suspend = async (person: Person, reason: string) => {
  const page = await office.open(`/admin/users/${person.id}/suspend`);
  await office.press(page, 'Suspend', { reason });
};

test('narrowed by whom it is about, who did it, what it was and when', async () => {
  const [one, two] = [await world().person(), await world().person()];
  await suspend(one, 'first');
  await suspend(two, 'second');
  const about = await search({ user: one.username });
  expect(rowsOf(about).length).toBeGreaterThanOrEqual(2);
  expect(about.links.filter(({ href }) => href === `/admin/users/${two.id}`)).toEqual([]);
  const byMe = rowsOf(await search({ by: admin.username }));
  expect(byMe).toHaveLength(2);
  expect(byMe.every((row) => row.includes('Account suspended'))).toBe(true);
  expect(rowsOf(await search({ by: 'cli', user: one.id })).every((row) => row.includes('Command line'))).toBe(true);
  expect(rowsOf(await search({ kind: 'account.suspended', user: one.id }))).toHaveLength(1);
  const day = new Date(Date.now()).toISOString().slice(0, 10);
  expect(rowsOf(await search({ user: one.id, from: day, to: day }))).toHaveLength(rowsOf(about).length);
  expect(rowsOf(await search({ user: one.id, to: '2020-01-01' }))).toHaveLength(0);
  expect(rowsOf(await search({ user: one.id, from: '2100-01-01' }))).toHaveLength(0);
  expect((await search({ user: 'nobody-like-that' })).alert).toContain('Nobody is known by this name');
  for (const by of ['Operator', 'an operator']) expect(rowsOf(await search({ by, user: one.id }))).toHaveLength(1);
  expect((await search({ kind: 'nonsense' })).alert).toContain('Choose one of the list');
  expect((await search({ to: '2026-02-31' })).alert).toContain('Write the day like this');
  expect((await search({ from: 'yesterday' })).alert).toContain('Write the day like this');
});

const details = (page: PageOf) => page.links.filter(({ text }) => text === 'Details').map(({ href }) => href);

test('page by page, back and forth, every line once; and one line with all that it holds', async () => {
  const { administration } = world().running.context;
  const person = await world().person();
  for (let n = 0; n < 60; n += 1)
    await administration.store.audit.append({
      kind: 'sms.sent',
      accountId: person.id,
      organizationId: 'default',
      actor: 'user',
      details: { n },
    });
  const first = await search({ user: person.id, kind: 'sms.sent' });
  const second = await office.open(first.link('Older'));
  expect([rowsOf(first).length, rowsOf(second).length]).toEqual([50, 10]);
  expect(new Set([...details(first), ...details(second)]).size).toBe(60);
  expect(details(await office.open(second.link('Newer')))).toEqual(details(first));
  const entry = await office.open(details(second).at(-1) ?? '');
  expect(entry.text).toMatch(/Kind sms\.sent .* n 0/);
  expect((await office.open('/admin/audit/999999')).status).toBe(404);
});

test('A28 exported as CSV and NDJSON, as it is narrowed, formulas disarmed; that it was exported is written down', async () => {
  const person = await world().person();
  await suspend(person, '=HYPERLINK("http://evil.example")');
  const ndjson = await exported({ format: 'ndjson', user: person.id });
  expect(ndjson.headers.get('content-type')).toContain('application/x-ndjson');
  const lines = (await ndjson.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ kind }) => kind)).toEqual(['account.created', 'second-factor.enrolled', 'account.suspended']);
  expect(lines[2]).toMatchObject({
    sub: person.id,
    username: person.username,
    actor: 'operator',
    organization: 'default',
  });
  const csv = await exported({ format: 'csv', user: person.id, kind: 'account.suspended' });
  expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="audit-\d{4}-\d\d-\d\d\.csv"$/);
  const [head, row, end] = (await csv.text()).split('\r\n');
  expect(head).toContain('"seq","at","kind"');
  expect(row).toContain('account.suspended');
  expect(row).not.toMatch(/(^|,)"?[=+@]/);
  expect(end).toBe('');
  const { log } = world().running.context.administration.store;
  const [written] = await log.page({ scope: null, kind: 'audit.exported', limit: 1 });
  expect(written).toMatchObject({ actor: 'operator', details: { format: 'csv', of: person.id, operator: admin.id } });
});

test('an admin of one organization reads and exports what is of that one, and checks no chain', async () => {
  const ports = { ...world().running.context, clock: { now: 0 }, close: async () => {} };
  const id = await addOrganization(ports, PRESETS['password-sms']);
  const [inside, outside] = [await world().person({ organizationId: id }), await world().person()];
  const scoped = await staff(world(), 'admin', id, { organizationId: id });
  const browser = world().browser();
  await openAdmin(world(), browser, scoped);
  const all = await search({}, browser);
  expect(all.links.map(({ href }) => href)).toContain(`/admin/users/${inside.id}`);
  expect(all.html).not.toContain(outside.username);
  expect(rowsOf(await search({ user: outside.id }, browser))).toEqual([]);
  // Nor is it told who there is elsewhere: a name out of reach reads like one that nobody has.
  for (const asked of [{ user: outside.username }, { user: outside.email }, { by: outside.username }])
    expect((await search(asked, browser)).alert).toContain('Nobody is known by this name');
  expect((await search({ by: admin.username }, browser)).alert).toBe('');
  const lines = (await (await exported({ format: 'ndjson' }, browser)).text()).trim().split('\n');
  expect([...new Set(lines.map((line) => JSON.parse(line).organization))]).toEqual([id]);
  expect(all.buttons).not.toContain('Check every line');
  expect((await browser.post('/admin/audit/verify', { _csrf: csrfOf(all) })).status).toBe(403);
  const foreign = (await search({ user: outside.id })).links.find(({ text }) => text === 'Details')?.href ?? '';
  expect((await browser.open(foreign)).status).toBe(404);
});

test('A30 the state of the chain: whole, and then not, as audit verify says', async () => {
  const page = await search({});
  expect(page.text).toContain('The log ends as it should');
  const whole = await office.press(page, 'Check every line');
  expect(whole.heading).toBe('The audit log is whole');
  const { db, verifyAudit } = world().running.context.database;
  await sql`update audit_log set details = '{"by":"somebody else"}' where seq = 3`.execute(db);
  const altered = await office.press(await search({}), 'Check every line');
  expect(altered.heading).toBe('The audit log was tampered with');
  expect(await verifyAudit()).toEqual({ ok: false, seq: 3, why: 'altered' });
  expect(altered.text).toContain('line 3 is the first that does not fit (altered)');
  await sql`delete from audit_log where seq = (select max(seq) from audit_log)`.execute(db);
  expect((await search({})).text).toContain('was tampered with');
});
