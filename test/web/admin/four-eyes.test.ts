import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EMERGENCY_CODE_BYTES } from '../../../src/domain/emergency-code.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import { approveEmergencyCode } from '../../../src/flows/administration/approve-emergency-code.ts';
import { issueEmergencyCode } from '../../../src/flows/administration/issue-emergency-code.ts';
import type { AdministrationPorts } from '../../../src/flows/ports/administration.ts';
import { ownerOf } from '../../support/owner.ts';
import { PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { useWorld } from '../recovery/world.ts';
import { openAdmin, staff } from './staff.ts';

const world = useWorld();
const usual = PRESETS['password-sms'];
const { emergencyCode } = usual;
const policy: Policy = {
  ...usual,
  emergencyCode: { ...emergencyCode, operator: { ...emergencyCode.operator, fourEyes: true } },
};
const CHECK = emergencyCode.operator.checks[0] ?? '';
const PROPOSED = { 'check-0': CHECK, reason: 'knows the name of her cat', ticket: 'T-9', uses: '1', lifetime: '86400' };
const HOUR = 3_600_000;

let first: Person;
let second: Person;
let desk: Browser;
let other: Browser;

beforeAll(async () => {
  await world().policy(policy);
  [first, second] = [await staff(world(), 'operator', 'default'), await staff(world(), 'operator', 'default')];
  [desk, other] = [world().browser(), world().browser()];
  await openAdmin(world(), desk, first);
  await openAdmin(world(), other, second);
});
beforeEach(() => world().policy(policy));

const at = ({ id }: Pick<Person, 'id'>, below = '') => `/admin/users/${id}${below}`;
const held = async ({ id }: Pick<Person, 'id'>) => (await world().ports.store.accounts.load(id))?.emergencyCode;
const proposed = ({ id }: Pick<Person, 'id'>) => world().ports.store.codeProposals.open(id, world().ports.now());
const codeOn = (page: PageOf): string =>
  (/data-testid="emergency-code">([^]*?)<\/code>/.exec(page.html)?.[1] ?? '').replaceAll(/<[^>]*>/g, '');
const linesOf = (person: Pick<Person, 'id'>) =>
  world().running.context.administration.store.log.page({ scope: null, accountId: person.id, limit: 20 });
const HALF = /\b([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}\b/;

async function propose(person: Person, browser = desk, by = first): Promise<PageOf> {
  const form = await openAdmin(world(), browser, by, at(person, '/emergency-code'));
  return browser.post(at(person, '/emergency-code'), { ...form.forms[0]?.fields, ...PROPOSED });
}

async function approve(person: Person, way: string): Promise<PageOf> {
  const page = await openAdmin(world(), other, second, at(person, '/emergency-code/approve'));
  const fields = { ...page.formWith('Approve').fields, way };
  return other.post(at(person, '/emergency-code/approve'), fields);
}

async function signIn(person: Person, code: string): Promise<PageOf> {
  const browser = world().browser();
  const start = await browser.open('/account/devices');
  const page = await browser.press(start, undefined, { username: person.username, password: PASSWORD });
  if (!page.buttons.includes('Use an emergency code')) return page;
  return browser.press(await browser.press(page, 'Use an emergency code'), 'Continue', { code });
}

/** The ports of an operator at the console, as a page has them. */
const portsOf = async ({ id }: Person): Promise<AdministrationPorts> => ({
  ...world().running.context.administration,
  operator: await ownerOf(world(), id),
});

describe('M6 A24 four eyes', () => {
  test('by e-mail: each half has 60 random bits at least, each goes to one alone, and only both together sign in', async () => {
    expect(EMERGENCY_CODE_BYTES * 5).toBeGreaterThanOrEqual(60);
    const person = await world().person();
    const page = await propose(person);
    const one = codeOn(page);
    expect(one).toMatch(HALF);
    expect(await held(person)).toBeNull();
    expect((await signIn(person, one)).path).not.toBe('/account/devices');
    expect((await desk.open(at(person))).text).toContain('waits for a second operator');

    const queue = await openAdmin(world(), other, second, '/admin/requests');
    expect(queue.links.map(({ href }) => href)).toContain(at(person, '/emergency-code/approve'));
    const seen = await openAdmin(world(), other, second, at(person, '/emergency-code/approve'));
    expect(seen.text).toContain(first.username);
    for (const said of ['Recognized in person', PROPOSED.reason, 'T-9']) expect(seen.text).toContain(said);
    const approved = await approve(person, 'email');
    expect(approved.path).toBe(at(person));
    expect((await other.open('/admin/requests')).html).not.toContain(at(person, '/emergency-code/approve'));
    const mail = await world().mail(person.email, 'Half of your emergency code');
    const two = HALF.exec(mail.text)?.[0] ?? '';
    expect(two).not.toBe(one);
    for (const text of [seen.html, approved.html]) expect(text).not.toContain(one);
    for (const text of [page.html, approved.html, seen.html]) expect(text).not.toContain(two);
    expect(mail.text).not.toContain(one);

    const [line] = (await linesOf(person)).filter(({ kind }) => kind === 'emergency-code.issued');
    const by = { operator: second.id, proposed_by: first.id, half_by: 'email', checked: [CHECK], ticket: 'T-9' };
    expect(line).toMatchObject({ actor: 'operator', details: by });
    const own = JSON.stringify(await world().ports.store.activity.of(person.id, { limit: 20 }));
    for (const secret of [first.id, second.id, first.username, second.username]) expect(own).not.toContain(secret);
    expect(world().log()).not.toMatch(new RegExp(`${one}|${two}`));

    for (const half of [one, two, `${one} ${one}`, `${two} ${two}`])
      expect((await signIn(person, half)).path).not.toBe('/account/devices');
    expect((await held(person))?.usesLeft).toBe(1);
    world().later(HOUR);
    expect((await signIn(person, `${two} ${one}`)).path).toBe('/account/devices');
    expect((await held(person))?.usesLeft).toBe(0);
  });

  test('by SMS, and on the second operator’s screen where nothing reaches the owner', async () => {
    const [reached, lost] = [await world().person(), await world().person()];
    const one = codeOn(await propose(reached));
    await approve(reached, 'sms');
    const { text } = await world().sms(reached.phone, /one half of your/);
    expect((await signIn(reached, `${one}${HALF.exec(text)?.[0]}`)).path).toBe('/account/devices');

    const left = codeOn(await propose(lost));
    const screen = await approve(lost, 'screen');
    const right = codeOn(screen);
    expect(right).toMatch(HALF);
    expect(right).not.toBe(left);
    expect(screen.html).not.toContain(left);
    expect((await signIn(lost, `${left}${right}`)).path).toBe('/account/devices');
  });

  test('an address that came lately gets no half', async () => {
    const person = await world().person();
    const account = await world().ports.store.accounts.load(person.id);
    const contacts = account?.contacts ?? [];
    for (const { id } of contacts) await unsettle(id);
    await propose(person);
    const page = await other.open(at(person, '/emergency-code/approve'));
    expect(page.html).not.toContain('value="email"');
    expect((await approve(person, 'email')).alert).toContain('no address or number of this kind');
    expect(await held(person)).toBeNull();
  });

  test('who proposed it does not approve it, in no session of theirs; nor is a code issued past it', async () => {
    const person = await world().person();
    await propose(person);
    const own = await openAdmin(world(), desk, first, at(person, '/emergency-code/approve'));
    expect(own.buttons).not.toContain('Approve');
    const forged = { ...own.formWith('Take it back').fields, decision: 'approve', way: 'screen' };
    const answer = await desk.post(at(person, '/emergency-code/approve'), forged);
    expect([answer.status, codeOn(answer)]).toEqual([409, '']);
    const again = world().browser();
    await openAdmin(world(), again, first);
    const { csrf } = await again.open(at(person, '/suspend'));
    const elsewhere = { ...forged, _csrf: csrf };
    expect((await again.post(at(person, '/emergency-code/approve'), elsewhere)).status).toBe(409);
    const ports = await portsOf(first);
    const request = { reason: 'alone', checks: [CHECK] };
    expect(await issueEmergencyCode(ports, person.id, request)).toEqual({ outcome: 'refused', reason: 'four-eyes' });
    expect(await held(person)).toBeNull();
  });

  test('nothing comes of it when who proposed it lost the role, when it was refused, or waited for a day', async () => {
    const [fallen, refused, late] = [await world().person(), await world().person(), await world().person()];
    const gone = await staff(world(), 'operator', 'default');
    const browser = world().browser();
    await openAdmin(world(), browser, gone);
    await propose(fallen, browser, gone);
    await world().running.context.administration.store.roles.revoke(gone.id, 'operator', 'default');
    expect((await approve(fallen, 'screen')).status).toBe(409);

    await propose(refused);
    const page = await other.open(at(refused, '/emergency-code/approve'));
    await other.press(page, 'Refuse', { reason: 'I called her: it was not her' });
    const id = page.formWith('Approve').fields;
    expect((await other.post(at(refused, '/emergency-code/approve'), { ...id, way: 'screen' })).status).toBe(409);
    const kinds = (await linesOf(refused)).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['emergency-code.proposed', 'emergency-code.withdrawn']));

    await propose(late);
    expect(await proposed(late)).toBeDefined();
    const ports = await portsOf(second);
    const waiting = (await proposed(late))?.id ?? '';
    const now = () => world().ports.now() + 24 * HOUR;
    const { operator } = ports;
    const late24 = {
      ...ports,
      now,
      ...(operator && { operator: { ...operator, session: { ...operator.session, at: now() } } }),
    };
    expect(await approveEmergencyCode(late24, late.id, { id: waiting, way: 'screen' })).toMatchObject({
      reason: 'decided',
    });
    for (const person of [fallen, refused, late]) expect(await held(person)).toBeNull();
  });

  test('A14 of operators who approve at once one does, and one half is shown', async () => {
    const person = await world().person();
    const one = codeOn(await propose(person));
    const { id = '' } = (await proposed(person)) ?? {};
    const ports = await portsOf(second);
    const third = await staff(world(), 'operator', 'default');
    const others = await portsOf(third);
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        approveEmergencyCode(n % 2 ? ports : others, person.id, { id, way: 'screen' }),
      ),
    );
    const done = all.flatMap((each) => (each.outcome === 'approved' ? [each] : []));
    expect(done).toHaveLength(1);
    expect((await linesOf(person)).filter(({ kind }) => kind === 'emergency-code.issued')).toHaveLength(1);
    expect((await signIn(person, `${one}${done[0]?.half}`)).path).toBe('/account/devices');
  });

  test('it ends with what ends a code: a proposal is withdrawn when the owner’s codes are revoked', async () => {
    const person = await world().person();
    await propose(person);
    const { running } = world();
    await issueEmergencyCode(running.context.administration, person.username, { reason: 'at the command line' });
    expect(await proposed(person)).toBeUndefined();
  });
});

const unsettle = async (contactId: string) => {
  const { sql } = await import('kysely');
  await sql`update contact_points set counts_from = ${world().ports.now() + HOUR} where id = ${contactId}`.execute(
    world().running.context.database.db,
  );
};
