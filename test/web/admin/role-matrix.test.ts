import { beforeAll, describe, expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { addApi } from '../../../src/flows/administration/apis.ts';
import { createLog } from '../../../src/observability/log.ts';
import { createFrame } from '../../../src/web/frame/frame.ts';
import { routes } from '../../../src/web/router.ts';
import { addOrganization, type Person } from '../../support/people.ts';
import { openConsole } from '../account/console.ts';
import type { Browser } from '../recovery/browser.ts';
import { useWorld } from '../recovery/world.ts';
import { fileRequest } from './requests.ts';
import { grant, openAdmin, staff } from './staff.ts';

const world = useWorld();

/** In the order of the letters below. */
const WHO = ['nobody', 'person', 'elsewhere', 'operator', 'admin', 'asleep'] as const;
type Who = (typeof WHO)[number];

/**
 * What each of them gets of each address, GET and POST: `s` is sent to sign in, `-` finds nothing (404), `x` is refused (403), `z` reads that the role
 * is asleep, `o` is let in. The person that these pages are about has no role, and is of the operator's organization. An operator may
 * what the organization lets; here that is what is usual.
 */
const MATRIX: Readonly<Record<string, { readonly get?: string; readonly post?: string }>> = {
  //                                        not signed in, no role, operator elsewhere, operator, admin, sleeping admin
  '/admin': { get: 's-oooz' },
  '/admin/users': { get: 's-oooz' },
  '/admin/users/new': { get: 's-xxoz', post: 's-xxoz' },
  '/admin/users/:id': { get: 's--ooz' },
  '/admin/users/:id/suspend': { get: 's--ooz', post: 's--ooz' },
  '/admin/users/:id/resume': { get: 's--ooz', post: 's--ooz' },
  '/admin/users/:id/end-sessions': { get: 's--ooz', post: 's--ooz' },
  '/admin/users/:id/re-register': { get: 's--xoz', post: 's--xoz' },
  '/admin/users/:id/forbid-restoring': { get: 's--xoz', post: 's--xoz' },
  '/admin/users/:id/allow-restoring': { get: 's--xoz', post: 's--xoz' },
  '/admin/users/:id/invite': { get: 's--ooz', post: 's--ooz' },
  '/admin/users/:id/confirm-role': { get: 's--xoz', post: 's--xoz' },
  '/admin/users/:id/grant-role': { get: 's--xoz', post: 's--xoz' },
  '/admin/users/:id/revoke-role': { get: 's--xoz', post: 's--xoz' },
  '/admin/users/:id/devices/:device': { get: 's--ooz', post: 's--ooz' },
  '/admin/users/:id/restore-code': { get: 's--ooz', post: 's--ooz' },
  '/admin/users/:id/restore-code/letter': { get: 's-oooz', post: 's--ooz' },
  '/admin/users/:id/emergency-code': { get: 's--ooz', post: 's--ooz' },
  '/admin/users/:id/emergency-code/approve': { get: 's--ooz', post: 's--ooz' },
  '/admin/users/:id/revoke-emergency-code': { get: 's--ooz', post: 's--ooz' },
  '/admin/requests': { get: 's-oooz' },
  '/admin/requests/:request': { get: 's--ooz', post: 's--ooz' },
  '/admin/apis': { get: 's---oz' },
  '/admin/apis/new': { get: 's---oz', post: 's---oz' },
  '/admin/apis/:api': { get: 's---oz', post: 's---oz' },
  '/admin/apis/:api/remove': { get: 's---oz', post: 's---oz' },
  '/admin/applications': { get: 's---oz' },
  '/admin/applications/new': { get: 's---oz', post: 's---oz' },
  '/admin/applications/:client': { get: 's---oz' },
  '/admin/applications/:client/edit': { get: 's---oz', post: 's---oz' },
  '/admin/applications/:client/secret': { get: 's---oz', post: 's---oz' },
  '/admin/applications/:client/suspend': { get: 's---oz', post: 's---oz' },
  '/admin/applications/:client/resume': { get: 's---oz', post: 's---oz' },
  '/admin/applications/:client/remove': { get: 's---oz', post: 's---oz' },
  '/admin/policy': { get: 's-oooz' },
  '/admin/policy/:organization': { get: 's--ooz' },
  '/admin/policy/:organization/versions': { get: 's--ooz' },
  '/admin/policy/:organization/draft': { get: 's--xoz', post: 's--xoz' },
  '/admin/policy/:organization/draft/switches': { get: 's--xoz', post: 's--xoz' },
  '/admin/policy/:organization/:which': { get: 's--ooz' },
  '/admin/policy/:organization/:which/proof': { get: 's--ooz' },
  '/admin/policy/:organization/:which/try': { get: 's--ooz' },
  '/admin/policy/:organization/:which/publish': { get: 's--xoz', post: 's--xoz' },
  '/admin/self-recovery': { get: 's---oz' },
  '/admin/self-recovery/:organization': { get: 's---oz' },
  '/admin/self-recovery/:organization/left-out': { get: 's---oz' },
  '/admin/self-recovery/:organization/pilot-group': { get: 's---oz', post: 's---oz' },
  '/admin/self-recovery/:organization/on-for-pilot-group': { get: 's---oz', post: 's---oz' },
  '/admin/self-recovery/:organization/on-for-everybody': { get: 's---oz', post: 's---oz' },
  '/admin/self-recovery/:organization/off': { get: 's---oz', post: 's---oz' },
  '/admin/organizations': { get: 's---oz' },
  '/admin/organizations/new': { get: 's---oz', post: 's---oz' },
  '/admin/organizations/:organization': { get: 's---oz' },
  '/admin/organizations/:organization/about': { get: 's---oz', post: 's---oz' },
  '/admin/organizations/:organization/colours': { get: 's---oz', post: 's---oz' },
  '/admin/organizations/:organization/messages': { get: 's---oz', post: 's---oz' },
  '/admin/organizations/:organization/apps': { get: 's---oz', post: 's---oz' },
  '/admin/organizations/:organization/logo': { get: 's---oz', post: 's---oz' },
  '/admin/lock-out': { get: 's---oz' },
  '/admin/lock-out/export': { get: 's---oz', post: 's---oz' },
  '/admin/lock-out/:organization/propose/:addition': { get: 's---oz', post: 's---oz' },
  '/admin/audit': { get: 's---oz' },
  '/admin/audit/export': { get: 's---oz', post: 's---oz' },
  '/admin/audit/verify': { get: 's---oz', post: 's---oz' },
  '/admin/audit/:seq': { get: 's---oz' },
};

const API = { name: '', scopes: '', applications: '' };
const APPLICATION = { name: '', redirect_uris: '', post_logout_redirect_uris: '', backchannel_logout_uri: '' };

/** A whole form of each page, so that it is the role that decides and not a field that is missing. */
const FORMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/admin/users/new': { username: '', email: '', phone: '', given_name: '', family_name: '', locale: 'en' },
  '/admin/users/:id/devices/:device': { reason: '' },
  '/admin/users/:id/restore-code': { reason: '' },
  '/admin/users/:id/restore-code/letter': { letter: '' },
  '/admin/users/:id/emergency-code/approve': { proposal: '', decision: 'approve' },
  '/admin/requests/:request': { want: 'claim' },
  '/admin/apis/new': { ...API, identifier: '' },
  '/admin/apis/:api': API,
  '/admin/applications/new': APPLICATION,
  '/admin/applications/:client/edit': APPLICATION,
  '/admin/applications/:client/secret': { reason: '' },
  '/admin/applications/:client/suspend': { reason: '' },
  '/admin/applications/:client/resume': { reason: '' },
  '/admin/applications/:client/remove': { reason: '' },
  '/admin/policy/:organization/draft': { text: '', saves: '0' },
  '/admin/policy/:organization/draft/switches': { saves: '0' },
  '/admin/policy/:organization/:which/publish': { reason: '', since: '0' },
  '/admin/self-recovery/:organization/pilot-group': { names: '' },
  '/admin/self-recovery/:organization/on-for-pilot-group': { reason: '', version: '1' },
  '/admin/self-recovery/:organization/on-for-everybody': { reason: '', version: '1' },
  '/admin/self-recovery/:organization/off': { reason: '', version: '1' },
  '/admin/lock-out/:organization/propose/:addition': { reason: '', version: '1', turn: 'on' },
  '/admin/organizations/new': { name: '', locale: 'en' },
  '/admin/lock-out/export': { organization: 'default' },
  '/admin/audit/export': { format: 'ndjson' },
};

/** Every address of the console, from the router itself. */
function adminRoutes() {
  const { context } = world().running;
  const { ports, database } = context;
  const frame = createFrame({
    config: { issuer: new URL(ports.issuer), trustProxy: 0 },
    log: createLog('silent', 'stderr'),
    ports,
    organizations: database.organizations,
    clients: database.clients,
    csrfKeys: [Buffer.alloc(32)],
  });
  const readiness = { database: async () => true, migrations: async () => true, keys: async () => true };
  const all = routes({ frame, readiness, administration: context.administration });
  return all.filter(({ path }) => path === '/admin' || path.startsWith('/admin/'));
}

let browsers: ReadonlyMap<Who, Browser>;
let target: Person;
let device: string;
let request: string;
let client: string;
let api: string;

beforeAll(async () => {
  await world().policy(PRESETS['restore-code']);
  const own = { ...world().running.context, clock: { now: 0 }, close: async () => {} };
  const elsewhere = await addOrganization(own, PRESETS['password-sms']);
  target = await world().person();
  device =
    (await world().ports.store.accounts.load(target.id))?.credentials.find(({ kind }) => kind === 'totp')?.id ?? '';
  request = await fileRequest(world(), target);
  client = (await world().application('App')).clientId;
  const added = await addApi(world().running.context.administration, {
    identifier: 'urn:matrix:api',
    name: 'Matrix',
    organizationId: 'default',
    scopes: [],
    tokenFormat: 'jwt',
    minimumAcr: null,
    applications: [],
  });
  api = added.outcome === 'added' ? added.id : '';
  const people: Readonly<Record<Exclude<Who, 'nobody'>, Person>> = {
    person: await world().person(),
    elsewhere: await staff(world(), 'operator', elsewhere),
    operator: await staff(world(), 'operator', 'default'),
    admin: await staff(world(), 'admin'),
    asleep: await staff(world(), 'admin'),
  };
  const opened = new Map<Who, Browser>([['nobody', world().browser()]]);
  for (const [who, person] of Object.entries(people)) {
    const browser = world().browser();
    await openConsole(world(), browser, person);
    opened.set(WHO.find((one) => one === who) ?? 'nobody', browser);
  }
  await world().ports.store.accounts.update(people.asleep.id, { recoveredAt: Date.now() });
  browsers = opened;
}, 120_000);

const addressOf = (path: string): string =>
  path
    .replace(':id', target.id)
    .replace(':device', device)
    .replace(':seq', '1')
    .replace(':request', request)
    .replace(':api', api)
    .replace(':organization', 'default')
    .replace(':which', '1')
    .replace(':client', client)
    .replace(':addition', 'restore-code');

/** What somebody got, in one letter. A browser that is sent away is not followed. */
async function letter(response: Response): Promise<string> {
  const { status, headers } = response;
  const location = headers.get('location') ?? '';
  const text = await response.text();
  if (status === 303 && location.includes('/auth?')) return 's';
  if (status === 404) return '-';
  if (status === 403) return text.includes('Your role is asleep') ? 'z' : 'x';
  return status < 400 || status === 409 || status === 422 ? 'o' : String(status);
}

async function post(who: Who, path: string): Promise<string> {
  const browser = browsers.get(who) ?? world().browser();
  // A form that was shown to this account, so that it is not the token that is refused.
  const page = await browser.open(who === 'nobody' ? '/lost-credentials' : '/account/name');
  const fields = { _csrf: page.csrf, ...FORMS[path] };
  const response = await browser.request(addressOf(path), {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  return letter(response);
}

const methods = ({ get, post: posted }: { get?: unknown; post?: unknown }) =>
  [get && 'get', posted && 'post'].filter(Boolean).join(' ');
/** Without what differs each time. */
const plain = (html: string) => html.replaceAll(/R-[0-9A-Z-]+|nonce="[^"]*"|return=[^"]*/g, '');

describe('A24 every address of the console, by every role', () => {
  test('there is none that the matrix forgets, and none that it has too many', () => {
    expect(Object.fromEntries(adminRoutes().map((page) => [page.path, methods(page)]))).toEqual(
      Object.fromEntries(Object.entries(MATRIX).map(([path, row]) => [path, methods(row)])),
    );
  });

  test.each(Object.entries(MATRIX).filter(([, row]) => row.get !== undefined))('GET %s: %o', async (path, { get }) => {
    const got = await Promise.all(
      WHO.map(async (who) => letter(await (browsers.get(who) ?? world().browser()).request(addressOf(path)))),
    );
    expect(got.join('')).toBe(get);
  });

  test.each(Object.entries(MATRIX).filter(([, row]) => row.post !== undefined))('POST %s: %o', async (path, row) => {
    const got: string[] = [];
    for (const who of WHO) got.push(await post(who, path));
    expect(got.join('')).toBe(row.post);
  });

  test('whoever has no role sees of every address what they see of one that there is not', async () => {
    const browser = browsers.get('person') ?? world().browser();
    const none = await browser.open('/admin/nothing-here');
    expect(none.status).toBe(404);
    for (const path of Object.keys(MATRIX).filter((one) => MATRIX[one]?.get)) {
      const page = await browser.open(addressOf(path));
      expect([page.status, plain(page.html)]).toEqual([404, plain(none.html)]);
    }
  });
});

describe('A24 on whom', () => {
  const ACTS = ['suspend', 'end-sessions', 'restore-code', 'emergency-code', 'revoke-emergency-code'] as const;

  test('an operator acts neither on himself, nor on another operator, nor on an admin; an admin not on himself', async () => {
    const [operator, other, admin] = [
      await staff(world(), 'operator', 'default'),
      await staff(world(), 'operator', 'default'),
      await staff(world(), 'admin'),
    ];
    const [desk, office] = [world().browser(), world().browser()];
    await openAdmin(world(), desk, operator);
    await openAdmin(world(), office, admin);
    for (const somebody of [operator, other, admin]) {
      const page = await desk.open(`/admin/users/${somebody.id}`);
      expect(page.status).toBe(200);
      expect(page.links.filter(({ href }) => ACTS.some((act) => href.endsWith(`/${act}`)))).toEqual([]);
      for (const act of ACTS) expect((await desk.open(`/admin/users/${somebody.id}/${act}`)).status).toBe(403);
    }
    expect((await office.open(`/admin/users/${admin.id}/suspend`)).status).toBe(403);
    expect((await office.open(`/admin/users/${operator.id}/suspend`)).status).toBe(200);
  });

  test('a role that is taken away while the page is open does nothing any more', async () => {
    const operator = await staff(world(), 'operator', 'default');
    const [desk, person] = [world().browser(), await world().person()];
    await openAdmin(world(), desk, operator);
    const page = await desk.open(`/admin/users/${person.id}/suspend`);
    const { administration } = world().running.context;
    await administration.store.roles.revoke(operator.id, 'operator', 'default');
    const after = await desk.press(page, 'Suspend', { reason: 'asked for it' });
    expect(after.status).toBe(404);
    expect((await world().ports.store.accounts.load(person.id))?.suspendedAt).toBeNull();
    await grant(world(), operator, 'operator', 'default');
    expect((await desk.press(page, 'Suspend', { reason: 'asked for it' })).path).toBe(`/admin/users/${person.id}`);
    expect((await world().ports.store.accounts.load(person.id))?.suspendedAt).not.toBeNull();
  });
});
