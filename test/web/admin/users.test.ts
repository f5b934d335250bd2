import { beforeAll, describe, expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { parseRestoreCode } from '../../../src/domain/restore-code.ts';
import { PASSWORD, type Person } from '../../support/people.ts';
import { openConsole, signInAt } from '../account/console.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { typePassword } from '../recovery/steps.ts';
import { useWorld } from '../recovery/world.ts';
import { openAdmin, staff } from './staff.ts';

const world = useWorld();
const MINUTE = 60_000;

let admin: Person;
let operator: Person;
let desk: Browser;
let office: Browser;

beforeAll(async () => {
  await world().policy(PRESETS['restore-code']);
  [admin, operator] = [await staff(world(), 'admin'), await staff(world(), 'operator', 'default')];
  [office, desk] = [world().browser(), world().browser()];
  await openAdmin(world(), office, admin);
  await openAdmin(world(), desk, operator);
});

const at = ({ id }: Pick<Person, 'id'>, below = '') => `/admin/users/${id}${below}`;
const load = async ({ id }: Pick<Person, 'id'>) => {
  const account = await world().ports.store.accounts.load(id);
  if (!account) throw new Error('no account');
  return account;
};
const linesOf = (person: Pick<Person, 'id'>) =>
  world().running.context.administration.store.log.page({ scope: null, accountId: person.id, limit: 20 });
/** Opens the page of an act and sends its form. */
async function act(browser: Browser, person: Person, name: string, fields: Record<string, string>): Promise<PageOf> {
  const page = await browser.open(at(person, `/${name}`));
  expect(page.status).toBe(200);
  return browser.submit(page.forms[0] ?? page.formWith(), page, fields);
}

describe('the way in', () => {
  test('/admin asks for a sign-in, then shows the dashboard; somebody without a role finds nothing, and is asked for nothing more', async () => {
    const browser = world().browser();
    const page = await openAdmin(world(), browser, operator, '/admin');
    expect([page.path, page.heading]).toEqual(['/admin', 'Dashboard']);
    expect(page.links.some(({ href }) => href === '/admin/audit')).toBe(false);

    // One factor only: no second one is asked for.
    const person = await world().person({ totp: false });
    const other = world().browser();
    await world().policy({ ...PRESETS['restore-code'], secondFactor: { required: false, kinds: ['totp', 'passkey'] } });
    const none = await typePassword(other, await other.open('/admin/users'), person);
    await world().policy(PRESETS['restore-code']);
    expect([none.path, none.status]).toEqual(['/admin', 404]);
  });

  test('A4 what changes something takes a sign-in of ten minutes at most; looking does not', async () => {
    const person = await world().person();
    const browser = world().browser();
    await openAdmin(world(), browser, operator);
    world().later(11 * MINUTE);
    expect((await browser.open(at(person))).status).toBe(200);
    const asked = await browser.open(at(person, '/suspend'));
    expect(asked.path).toMatch(/^\/sign-in\//);
    const back = await signInAt(world(), browser, operator, asked);
    expect(back.path).toBe(at(person, '/suspend'));
    world().later(21 * MINUTE);
    const late = await browser.press(back, 'Suspend', { reason: 'late' });
    expect(late.path).toMatch(/^\/sign-in\//);
    expect((await load(person)).suspendedAt).toBeNull();
    for (const [other, who] of [
      [desk, operator],
      [office, admin],
    ] as const) {
      await signInAt(world(), other, who, await other.open(at(person, '/suspend')));
    }
  });

  test('A4 a form that was shown to somebody else is not done by who signed in since', async () => {
    const person = await world().person();
    const browser = world().browser();
    await openAdmin(world(), browser, operator);
    const form = await browser.open(at(person, '/suspend'));
    await browser.press(await browser.open('/session/end'), 'Sign out');
    await openAdmin(world(), browser, admin);
    const answer = await browser.press(form, 'Suspend', { reason: 'somebody else' });
    expect([answer.status, answer.heading]).toEqual([409, 'Somebody else is signed in now']);
    expect((await load(person)).suspendedAt).toBeNull();
  });
});

describe('finding people', () => {
  test('by the beginning of a name, address or number; an operator sees addresses masked, an admin in full', async () => {
    const person = await world().person({ givenName: 'Quitterie' });
    for (const typed of [person.username, 'quitt', person.email, person.phone]) {
      const page = await desk.open(`/admin/users?${new URLSearchParams({ q: typed }).toString()}`);
      expect(page.links.map(({ href }) => href)).toContain(at(person));
      expect(page.html.replaceAll(`value="${typed}"`, '')).not.toContain(person.email);
    }
    expect((await office.open('/admin/users?q=quitt')).text).toContain(person.email);
    const [masked, full] = [await desk.open(at(person)), await office.open(at(person))];
    expect(masked.html).not.toContain(person.email);
    expect(masked.html).not.toContain(person.phone);
    expect(full.text).toContain(person.phone);
    expect((await desk.open('/admin/users?q=nobody-like-that')).text).toContain('Nobody was found');
  });

  test('A28 markup and control characters in a search are text, and find nothing', async () => {
    const page = await desk.open(
      `/admin/users?${new URLSearchParams({ q: '<script>alert(1)</script>%_\\' }).toString()}`,
    );
    expect(page.status).toBe(200);
    expect(page.html).not.toContain('<script>alert');
    expect((await desk.open('/admin/users?q=%00')).status).toBe(400);
    expect((await desk.open('/admin/users?after=not-an-id&show=nothing')).status).toBe(200);
    expect((await desk.open('/admin/users/not-an-id')).status).toBe(404);
  });

  test('lists are narrowed, and go on by links that bring nobody twice', async () => {
    const people: Person[] = [];
    for (let n = 0; n < 27; n += 1)
      people.push(await world().person({ username: `pager-${String(n).padStart(2, '0')}`, totp: false }));
    const first = await desk.open('/admin/users?q=pager-&show=no-second-factor');
    const listed = (page: PageOf) => people.filter((person) => page.links.some(({ href }) => href === at(person)));
    expect(listed(first)).toHaveLength(25);
    const second = await desk.open(first.link('Next'));
    expect(listed(second).map(({ username }) => username)).toEqual(['pager-25', 'pager-26']);
    expect(listed(await desk.open(second.link('Previous')))).toEqual(listed(first));
    expect(first.html).not.toMatch(/href="[^"]*(after|before)=[^"]*%40/);
  }, 60_000);
});

describe('what is done to an account', () => {
  test('S13 suspend: the reason is asked for and written down with who it was; sessions end, the owner is told, and does not learn who', async () => {
    const person = await world().person();
    const own = world().browser();
    await openConsole(world(), own, person);
    const empty = await act(desk, person, 'suspend', { reason: ' ' });
    expect([empty.status, empty.alert]).toEqual([422, expect.stringContaining('the audit log needs a reason')]);
    const done = await act(desk, person, 'suspend', { reason: 'phone stolen, ticket 4711' });
    expect(done.text).toContain(`${person.username} is suspended. Sessions ended: 1`);
    expect((await load(person)).suspendedAt).not.toBeNull();
    expect((await own.open('/account')).path).toMatch(/^\/sign-in\//);
    const [line] = (await linesOf(person)).filter(({ kind }) => kind === 'account.suspended');
    expect(line).toMatchObject({
      actor: 'operator',
      ip: desk.ip,
      details: { operator: operator.id, by: operator.username, reason: 'phone stolen, ticket 4711', sessions_ended: 1 },
    });
    const mail = await world().mail(person.email, 'Your account was suspended');
    expect(mail.text).not.toContain(operator.username);

    expect((await act(desk, person, 'resume', { reason: 'found again' })).text).toContain('is open again');
    await world().mail(person.email, 'Your account is no longer suspended');
    const page = await openConsole(world(), own, person, '/account/activity');
    expect(page.text).toContain('Account suspended 1 session was ended By your organization');
    for (const secret of [operator.username, operator.id, desk.ip, 'ticket 4711', 'found again'])
      expect(page.html).not.toContain(secret);
    const entries = await world().ports.store.activity.of(person.id, { limit: 20 });
    expect(JSON.stringify(entries)).not.toMatch(/ticket 4711|found again/);
    expect(JSON.stringify(entries)).not.toContain(operator.id);
  });

  test('end all sessions', async () => {
    const person = await world().person();
    const [one, two] = [world().browser(), world().browser()];
    await openConsole(world(), one, person);
    await openConsole(world(), two, person);
    const done = await act(desk, person, 'end-sessions', { reason: 'asked for it' });
    expect(done.text).toContain('Sessions ended: 2');
    for (const browser of [one, two]) expect((await browser.open('/account')).path).toMatch(/^\/sign-in\//);
    await world().mail(person.email, 'You were signed out by your organization');
  });

  test('S13 unpair: the app signs in no more, the account is not opened by it, and a contest brings it back', async () => {
    const person = await world().person();
    const page = await desk.open(at(person));
    const app = (await load(person)).credentials.find(({ kind }) => kind === 'totp');
    expect(page.links.some(({ href }) => href === at(person, `/devices/${app?.id}`))).toBe(true);
    const done = await act(desk, person, `devices/${app?.id}`, { reason: 'lost on the train' });
    expect(done.text).toContain(`was unpaired from ${person.username}`);
    const after = await load(person);
    expect([after.credentials.map(({ kind }) => kind), after.boundToSecondFactor]).toEqual([['password'], true]);
    const browser = world().browser();
    const refused = await typePassword(browser, await browser.open('/account'), person);
    expect(refused.path).not.toBe('/account');
    const mail = await world().mail(person.email, 'A second factor was removed');
    expect(mail.text).toContain('/not-me/');
    expect((await desk.open(at(person, `/devices/${app?.id}`))).status).toBe(404);
    expect((await desk.open(at(person, '/devices/session-x'))).status).toBe(404);
  });

  test('require a new second factor: an admin may; all are gone, and the password alone registers none', async () => {
    const person = await world().person({ passkey: true });
    expect((await desk.open(at(person, '/re-register'))).status).toBe(403);
    const page = await office.open(at(person, '/re-register'));
    expect(page.text).toContain('with: link by e-mail, password, and code by SMS');
    const done = await act(office, person, 're-register', { reason: 'the app was cloned' });
    expect(done.text).toContain(`Second factors of ${person.username} removed: 2`);
    const browser = world().browser();
    const refused = await typePassword(browser, await browser.open('/account'), person);
    expect(refused.html).not.toContain('totp-secret');
    await world().mail(person.email, 'Your second factors were removed');
    expect((await office.open(at(person, '/re-register'))).path).toBe(at(person));
  });

  test('S9 forbid restoring, and allow it again: an admin only', async () => {
    const person = await world().person();
    expect((await act(office, person, 'forbid-restoring', { reason: 'court order' })).text).toContain('is forbidden');
    expect((await load(person)).restoreForbidden).toBe(true);
    expect((await desk.open(at(person, '/restore-code'))).path).toBe(at(person));
    expect((await act(office, person, 'allow-restoring', { reason: 'lifted' })).text).toContain('is allowed');
    expect((await load(person)).restoreForbidden).toBe(false);
  });

  test('create and invite: whoever is made chooses the password, and the operator sees none', async () => {
    expect((await desk.open('/admin/users')).buttons).not.toContain('New user');
    const page = await office.open('/admin/users/new');
    const fill = (from: PageOf, typed: Record<string, string>) =>
      office.post('/admin/users/new', { ...from.formWith('Create and invite').fields, locale: 'en', ...typed });
    const taken = await fill(page, { username: operator.username, email: 'new@example.com' });
    expect(taken.alert).toContain('This username is taken');
    const username = `made${world().running.context.crypto.digits(6)}`;
    const done = await fill(taken, { username, email: `${username}@example.com` });
    expect(done.text).toContain(`on its way to ${username}@example.com`);
    const link =
      /http:\S+\/invitation\/[\w-]+/.exec((await world().mail(`${username}@example.com`, '')).text)?.[0] ?? '';
    const id = done.path.split('/').at(-1) ?? '';
    const again = await office.press(await office.open(`/admin/users/${id}/invite`), 'Send it');
    expect(again.text).toContain('The invitation is on its way');
    const browser = world().browser();
    expect((await browser.open(link)).heading).not.toContain('Choose');
    const newer =
      /http:\S+\/invitation\/[\w-]+/.exec((await world().mail(`${username}@example.com`, '')).text)?.[0] ?? '';
    expect(newer).not.toBe(link);
    expect((await world().browser().open(newer)).status).toBe(200);
  });

  test('a role that sleeps is confirmed by another admin, and by no operator', async () => {
    const other = await staff(world(), 'admin');
    await world().ports.store.accounts.update(other.id, { recoveredAt: Date.now() });
    const own = world().browser();
    expect((await openAdmin(world(), own, other)).heading).toBe('Your role is asleep');
    expect((await desk.open(at(other, '/confirm-role'))).status).toBe(403);
    expect((await own.open(at(other, '/confirm-role'))).status).toBe(403);
    expect((await act(office, other, 'confirm-role', { reason: 'called her' })).text).toContain('counts again');
    expect((await own.open('/admin/users')).status).toBe(200);
  });

  test('an admin gives a role and takes it away; what it let is over in pages that are open', async () => {
    const person = await world().person();
    const own = world().browser();
    expect((await openAdmin(world(), own, person)).status).toBe(404);
    const form = await office.open(at(person, '/grant-role'));
    expect((await office.press(form, 'Give the role', { reason: 'new at the help desk' })).alert).toContain(
      'Choose a role',
    );
    const fields = {
      ...form.formWith('Give the role').fields,
      choice: 'operator:default',
      reason: 'new at the help desk',
    };
    expect((await office.post(at(person, '/grant-role'), fields)).text).toContain(`${person.username} has the role`);
    expect((await own.open('/admin/users')).status).toBe(200);
    expect((await desk.open(at(person, '/revoke-role'))).status).toBe(403);
    const taking = await office.open(at(person, '/revoke-role'));
    const taken = { ...taking.formWith('Take the role away').fields, choice: 'operator:default', reason: 'left' };
    expect((await office.post(at(person, '/revoke-role'), taken)).text).toContain('no longer has the role');
    expect((await own.open('/admin/users')).status).toBe(404);
  });
});

describe('S11 S14 restore codes', () => {
  test('issued in person: shown once, never in an address, printed as a letter in the language of whom it is for', async () => {
    const person = await world().person({ locale: 'fr' });
    const form = await desk.open(at(person, '/restore-code'));
    expect(form.text).not.toContain('By e-mail');
    const none = await desk.press(form, 'Issue the code', { reason: 'passport' });
    expect(none.alert).toContain('Choose how it reaches them');
    const fields = { ...form.formWith('Issue the code').fields, way: 'person', reason: 'passport' };
    const page = await desk.post(at(person, '/restore-code'), fields);
    const code = codeOn(page);
    expect('code' in parseRestoreCode(code)).toBe(true);
    const hash = (await load(person)).restoreCode?.hash;
    const read = parseRestoreCode(code);
    expect(hash).toEqual('code' in read ? world().running.context.crypto.hashToken(read.code) : undefined);
    const letter = await desk.press(page, 'Print the letter');
    expect(codeOn(letter)).toBe(code);
    expect(letter.html).toMatch(/<p lang="fr">[^<]*J’ai mon code de restauration/);
    expect(letter.url.search).toBe('');

    // Not for anybody else's session, nor after a quarter of an hour, nor for another account.
    const other = await world().person();
    const sealed = page.formWith('Print the letter').fields;
    const elsewhere = { ...sealed, _csrf: (await office.open(at(person, '/restore-code'))).csrf };
    expect(codeOn(await office.post(at(person, '/restore-code/letter'), elsewhere))).toBe('');
    expect(codeOn(await desk.post(at(other, '/restore-code/letter'), sealed))).toBe('');
    world().later(16 * MINUTE);
    expect(codeOn(await desk.post(at(person, '/restore-code/letter'), sealed))).toBe('');
    expect(world().log()).not.toContain(code);
    const [line] = (await linesOf(person)).filter(({ kind }) => kind === 'restore-code.issued');
    expect(line?.details).toMatchObject({ by: operator.username, way: 'person', reason: 'passport' });
    await world().mail(person.email, 'Un code de restauration a été créé');
  });
});

const codeOn = (page: PageOf): string =>
  (/data-testid="restore-code">([^]*?)<\/code>/.exec(page.html)?.[1] ?? '').replaceAll(/<[^>]*>/g, '');

test('no page of the console has a field for a password, and none shows a secret', async () => {
  const person = await world().person({ passkey: true });
  const account = await load(person);
  const secrets = account.credentials
    .flatMap((held) => ('hash' in held ? [held.hash] : []))
    .concat(person.totp ?? '', PASSWORD);
  await signInAt(world(), office, admin, await office.open('/admin/users/new'));
  for (const path of ['', '/suspend', '/re-register', '/restore-code', '/end-sessions']) {
    const { html } = await office.open(at(person, path));
    expect(html).not.toContain('type="password"');
    for (const secret of secrets) expect(html).not.toContain(secret);
  }
});
