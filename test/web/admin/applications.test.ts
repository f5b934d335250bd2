import { exportJWK, generateKeyPair } from 'jose';
import * as oidc from 'openid-client';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { createClient } from '../../../src/flows/administration/create-client.ts';
import { addOrganization, type Person } from '../../support/people.ts';
import { ISSUER } from '../../support/ports.ts';
import { openConsole, signInAt } from '../account/console.ts';
import type { Browser } from '../recovery/browser.ts';
import { type PageOf, wordsOf } from '../recovery/page.ts';
import { allow } from '../recovery/steps.ts';
import { type Application, CALLBACK, useWorld } from '../recovery/world.ts';
import { openAdmin, staff } from './staff.ts';

const world = useWorld();
const MINUTE = 60_000;
/** Other nodes, and this one, hear of a change within moments. */
const soon = { timeout: 5_000, interval: 10 };

let admin: Person;
let desk: Browser;

beforeAll(async () => {
  await world().policy(PRESETS['password-sms']);
  admin = await staff(world(), 'admin');
  desk = world().browser();
  await openAdmin(world(), desk, admin);
});

const LIST = '/admin/applications';
const at = (id: string, below = '') => `${LIST}/${id}${below}`;
const clients = () => world().running.context.administration.store.clients;
const linesOf = async (kind: 'client.created' | 'client.changed' | 'client.secret-rotated', client: string) =>
  (await world().running.context.administration.store.log.page({ scope: null, kind, limit: 50 })).filter(
    ({ details }) => details['client'] === client,
  );

const EMPTY = { name: 'Shop', redirect_uris: CALLBACK, authorization_code: 'on', refresh_token: 'on' };

/** Sends the form of a page as it was rendered, with other boxes and texts. */
function send(browser: Browser, page: PageOf, fields: Record<string, string>): Promise<PageOf> {
  const form = page.forms[0] ?? page.formWith();
  return browser.post(new URL(form.action ?? page.url.href, page.url).href, { ...form.fields, ...fields });
}

const secretOn = (page: PageOf) =>
  wordsOf(/data-testid="client-secret"[^>]*>([^]*?)<\/code>/.exec(page.html)?.[1] ?? '');
const typedIn = (page: PageOf, name: string) => page.formWith().fields[name];

/** Registers an application in the page. */
async function register(fields: Record<string, string> = {}): Promise<{ id: string; secret: string; page: PageOf }> {
  const page = await send(desk, await desk.open(`${LIST}/new`), { ...EMPTY, kind: 'secret', ...fields });
  const id = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/.exec(`${page.text} ${page.path}`)?.[0];
  if (id === undefined) throw new Error(`not registered: ${page.alert}`);
  return { id, secret: secretOn(page), page };
}

/** Somebody signs in to it, as far as its tokens. */
async function signIn(app: Application, person: Person, scope = 'openid email offline_access') {
  const browser = world().browser();
  const asked = await app.open(browser, { scope, prompt: 'consent' });
  const page = await allow(browser, await signInAt(world(), browser, person, asked.page));
  return asked.tokens(page);
}

const refusal = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing refused',
    (error: unknown) =>
      error instanceof oidc.WWWAuthenticateChallengeError ? error.cause[0]?.parameters.error : String(error),
  );

describe('an application that was registered in the page', () => {
  test('is a real relying party: people sign in to it; its addresses are compared exactly; its secret was shown once', async () => {
    const { id, secret, page } = await register({ name: 'Corner shop' });
    expect([page.status, page.heading]).toEqual([200, 'Secret of Corner shop']);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(page.text).toContain(`client_id ${id} issuer ${ISSUER}`);
    expect(page.headers.get('cache-control')).toBe('no-store');

    const person = await world().person();
    const app = await world().relyingParty(id, secret);
    const tokens = await signIn(app, person);
    expect(tokens.claims()?.sub).toBe(person.id);
    expect(await oidc.fetchUserInfo(app.config, tokens.access_token, person.id)).toMatchObject({ email: person.email });

    const almost = await app.open(world().browser(), { redirect_uri: `${CALLBACK}/` });
    expect([almost.page.status, almost.page.path]).toEqual([400, '/auth']);

    const shown = await desk.open(at(id));
    expect([shown.heading, shown.text.includes(CALLBACK)]).toEqual(['Corner shop', true]);
    expect((await desk.open(LIST)).text).toContain('Corner shop');
    const [line] = await linesOf('client.created', id);
    expect(line).toMatchObject({ actor: 'operator', details: { operator: admin.id, redirect_uris: [CALLBACK] } });
    expect(`${shown.html}${JSON.stringify(line)}${world().log()}`).not.toContain(secret);
  });

  test('without a secret it has none, signs people in by PKCE alone, and is not offered a new one', async () => {
    const { id, secret, page } = await register({ name: 'In the browser', kind: 'public' });
    expect([page.path, secret]).toEqual([at(id), '']);
    const person = await world().person();
    const tokens = await signIn(await world().relyingParty(id, undefined), person);
    expect(tokens.claims()?.sub).toBe(person.id);
    expect(page.links.some(({ href }) => href.endsWith('/secret'))).toBe(false);
    expect((await desk.open(at(id, '/secret'))).path).toBe(at(id));
  });

  test('with a key of its own shows nothing secret, gets its tokens by a signed assertion, and pushes its requests', async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(pair.publicKey);
    const mistaken = JSON.stringify({ ...jwk, d: 'a private part' });
    const form = await desk.open(`${LIST}/new`);
    const refused = await send(desk, form, { ...EMPTY, kind: 'key', fapi: 'on', keys: mistaken });
    expect([refused.status, refused.alert]).toEqual([
      422,
      expect.stringContaining('There was a private key among these'),
    ]);
    expect(refused.html).not.toContain('a private part');
    const { id, secret, page } = await register({ name: 'Vault', kind: 'key', fapi: 'on', keys: JSON.stringify(jwk) });
    expect([page.path, secret]).toEqual([at(id), '']);
    expect((await clients().find(id))?.metadata).toMatchObject({
      token_endpoint_auth_method: 'private_key_jwt',
      'urn:regain:profile': 'fapi2',
      jwks: { keys: [jwk] },
    });
    expect(typedIn(await desk.open(at(id, '/edit')), 'fapi')).toBe('on');
    const plain = await (await world().relyingParty(id, undefined)).open(world().browser());
    expect(plain.page.url.searchParams.get('error') ?? plain.page.text).toContain('invalid_request');
  });

  test('what is set in the form holds at the provider: weakest sign-in, PKCE, whose application it is, whom it admits', async () => {
    const elsewhere = await addOrganization(
      { ...world().running.context, clock: { now: 0 }, close: async () => {} },
      PRESETS['password-sms'],
    );
    const guest = await world().person({ organizationId: elsewhere });
    const own = await register({ name: 'Payroll', first_party: 'on', without_pkce: 'on', minimum_acr: 'phr' });
    const app = await world().relyingParty(own.id, own.secret);
    const client = await clients().find(own.id);
    expect(client).toMatchObject({ firstParty: true, admitsOthers: false });
    expect(client?.metadata).toMatchObject({ require_pkce: false, 'urn:regain:minimum_acr': 'phr' });
    // By password and app: asked for a passkey, which this account has not.
    const person = await world().person();
    const browser = world().browser();
    const asked = await app.open(browser, { scope: 'openid' });
    const done = await signInAt(world(), browser, person, asked.page);
    expect(done.url.searchParams.get('error')).toBe('unmet_authentication_requirements');

    const open = await register({ name: 'For all', admits_others: 'on' });
    const tokens = await signIn(await world().relyingParty(open.id, open.secret), guest);
    expect(tokens.claims()?.sub).toBe(guest.id);
    const both = await send(desk, await desk.open(at(open.id, '/edit')), { first_party: 'on' });
    expect([both.status, both.alert]).toEqual([422, expect.stringContaining('have to be asked')]);
  });
});

describe('an address that cannot be one', () => {
  const WRONG = [
    'https://app.example.com/cb#done',
    'http://app.example.com/cb',
    'https://*.example.com/cb',
    'com.example.app:/cb',
    'app.example.com/cb',
    'https://somebody@app.example.com/cb',
    'https://app.example.com/a b',
  ];
  const fields = { name: 'Mistyped', kind: 'secret', backchannel_logout_uri: 'http://intranet/out' };

  test('A27 is told one by one with what to do, and nothing that was typed is lost', async () => {
    const before = (await clients().page({ scope: null, limit: 1000 })).length;
    const page = await desk.open(`${LIST}/new`);
    const typed = { ...fields, redirect_uris: [CALLBACK, ...WRONG].join('\r\n'), client_credentials: 'on' };
    const answer = await send(desk, page, typed);
    expect([answer.status, answer.title.startsWith('Error: ')]).toEqual([422, true]);
    const said = [
      'Leave out the #',
      'begins with http://',
      'has a *',
      'does not begin with https://',
      'no whole address',
    ];
    for (const [index, text] of [...said, 'names a user', '%20'].entries()) {
      const line = answer.links.find(({ href, text: words }) => href === '#f-redirect_uris' && words.includes(text));
      expect(line?.text).toContain(`“${WRONG[index]}”`);
    }
    expect(answer.alert).not.toContain(`“${CALLBACK}”`);
    expect(answer.alert).toContain('“http://intranet/out”');
    expect(typedIn(answer, 'redirect_uris')).toBe([CALLBACK, ...WRONG].join('\r\n'));
    expect(answer.formWith().fields).toMatchObject({ ...fields, client_credentials: 'on' });
    expect((await clients().page({ scope: null, limit: 1000 })).length).toBe(before);
  });

  test('en français aussi', async () => {
    const french = world().browser({ language: 'fr' });
    await openAdmin(world(), french, await staff(world(), 'admin', null, { locale: 'fr' }));
    const answer = await send(french, await french.open(`${LIST}/new`), { ...fields, redirect_uris: WRONG.join('\n') });
    expect([answer.lang, answer.status]).toEqual(['fr', 422]);
    expect(answer.title).toMatch(/^Erreur :/);
    expect(answer.alert).toContain('« https://app.example.com/cb#done » contient un fragment. Retirez le #');
    expect(answer.alert).toContain('« https://*.example.com/cb » contient un *.');
    expect(typedIn(answer, 'redirect_uris')).toBe(WRONG.join('\n'));
  });

  test('A28 markup in an address or a name is text', async () => {
    const answer = await send(desk, await desk.open(`${LIST}/new`), {
      ...EMPTY,
      kind: 'secret',
      name: '<b>x</b>',
      redirect_uris: 'https://app.example.com/</textarea><script>1</script>',
    });
    expect(answer.html).not.toMatch(/<script>1|<b>x/);
    expect(typedIn(answer, 'redirect_uris')).toBe('https://app.example.com/</textarea><script>1</script>');
  });
});

describe('changing one', () => {
  test('takes effect on the running node, is written down from what to what, and is refused to a sign-in that is too old', async () => {
    const { id, secret } = await register({ name: 'Moving' });
    const app = await world().relyingParty(id, secret);
    const moved = 'http://localhost:3001/moved';
    const done = await send(desk, await desk.open(at(id, '/edit')), { redirect_uris: moved, name: 'Moved' });
    expect([done.path, done.heading]).toEqual([at(id), 'Moved']);
    expect(done.text).toContain('The changes to Moved hold from now on.');
    await vi.waitFor(async () => {
      const asked = await app.open(world().browser(), { redirect_uri: moved });
      expect(asked.page.path).toMatch(/^\/sign-in\//);
      expect((await app.open(world().browser())).page.status).toBe(400);
    }, soon);
    const [line] = await linesOf('client.changed', id);
    expect(line?.details).toMatchObject({
      operator: admin.id,
      changed: ['name', 'redirect_uris'],
      redirect_uris_before: [CALLBACK],
      redirect_uris: [moved],
      name_before: 'Moving',
    });
    expect((await send(desk, await desk.open(at(id, '/edit')), {})).text).toContain('nothing was changed');
    expect(await linesOf('client.changed', id)).toHaveLength(1);

    const page = await desk.open(at(id, '/edit'));
    world().later(21 * MINUTE);
    const late = await send(desk, page, { name: 'Too late' });
    expect(late.path).toMatch(/^\/sign-in\//);
    expect((await clients().find(id))?.name).toBe('Moved');
    await signInAt(world(), desk, admin, late);
  });

  test('by two at the same time: the second sees what the first has made of it, with what was typed, and may then decide', async () => {
    const { id } = await register({ name: 'Contested' });
    const office = world().browser();
    await openAdmin(world(), office, await staff(world(), 'admin'));
    const [here, there] = [await desk.open(at(id, '/edit')), await office.open(at(id, '/edit'))];
    expect((await send(desk, here, { backchannel_logout_uri: 'https://here.example/out' })).path).toBe(at(id));
    const second = await send(office, there, { redirect_uris: 'https://there.example/cb' });
    expect([second.status, second.alert]).toEqual([409, expect.stringContaining('Somebody else has changed')]);
    expect(second.text).toContain('https://here.example/out');
    expect(typedIn(second, 'redirect_uris')).toBe('https://there.example/cb');
    expect((await clients().find(id))?.metadata).toMatchObject({ redirect_uris: [CALLBACK] });
    expect((await send(office, second, {})).path).toBe(at(id));
    const after = (await clients().find(id))?.metadata;
    expect(after).toMatchObject({ redirect_uris: ['https://there.example/cb'] });
    expect(after).not.toHaveProperty('backchannel_logout_uri');
  });
});

describe('a new secret', () => {
  test('ends the old one at once, and nobody is signed out', async () => {
    const { id, secret } = await register({ name: 'Leaky', client_credentials: 'on' });
    const [old, person] = [await world().relyingParty(id, secret), await world().person()];
    const { refresh_token: token = '' } = await signIn(old, person);
    await oidc.clientCredentialsGrant(old.config);

    const page = await desk.open(at(id, '/secret'));
    expect(page.text).toContain('The old secret ends the moment you press the button.');
    expect((await send(desk, page, { reason: ' ' })).alert).toContain('Say why');
    const issued = await send(desk, page, { reason: 'it stood in a ticket' });
    const fresh = secretOn(issued);
    expect([issued.heading, fresh === secret]).toEqual(['Secret of Leaky', false]);
    await vi.waitFor(async () => {
      expect(await refusal(oidc.clientCredentialsGrant(old.config))).toBe('invalid_client');
    }, soon);
    expect(await refusal(oidc.refreshTokenGrant(old.config, token))).toBe('invalid_client');
    const next = await world().relyingParty(id, fresh);
    expect((await oidc.refreshTokenGrant(next.config, token)).access_token).toBeTypeOf('string');

    // The page of before, sent once more: it was made of a state that is over.
    const again = await send(desk, page, { reason: 'twice' });
    expect([again.status, again.alert]).toEqual([409, expect.stringContaining('would end that one too')]);
    expect((await oidc.clientCredentialsGrant(next.config)).access_token).toBeTypeOf('string');
    const lines = await linesOf('client.secret-rotated', id);
    expect(lines.map(({ details }) => details['reason'])).toEqual(['it stood in a ticket']);
    expect(JSON.stringify(lines)).not.toContain(fresh);
  });
});

describe('a test sign-in', () => {
  test('is a real one by the rules of the application, shows what it would receive, and gives it nothing', async () => {
    const { id, page } = await register({ name: 'Tried' });
    const shown = await desk.open(at(id));
    expect(page.status).toBe(200);
    const [browser, person] = [world().browser(), await world().person({ givenName: 'Ada' })];
    const asked = await browser.open(shown.link('Try a sign-in'));
    expect([asked.heading, asked.text.includes('To continue to Tried')]).toEqual(['Sign in to your account', true]);
    const told = await signInAt(world(), browser, person, asked);
    expect([told.path, told.heading]).toEqual([`/test-sign-in/${id}`, 'What Tried would receive']);
    for (const claim of [
      `aud ${id}`,
      `sub ${person.id}`,
      'acr urn:regain:acr:2 amr',
      'mfa',
      `email: ${person.email}`,
      'given_name: Ada',
    ])
      expect(told.text).toContain(claim);
    const { db } = world().running.context.database;
    const kept = await db.selectFrom('oidc_records').select('model').where('account_id', '=', person.id).execute();
    expect(new Set(kept.map(({ model }) => model))).toEqual(new Set(['Grant', 'Session']));
    expect(await world().ports.store.applications.of(person.id)).toEqual([]);
    // The same session, by the same link: as an application would find it.
    expect((await browser.open(`/test-sign-in/${id}`)).heading).toBe('What Tried would receive');
  });

  test('ends as the real one would: too weak, not admitted, unknown; nobody reads of a session that the application would not take', async () => {
    const elsewhere = await addOrganization(
      { ...world().running.context, clock: { now: 0 }, close: async () => {} },
      PRESETS['password-sms'],
    );
    const [strict, usual] = [await register({ name: 'Vault', minimum_acr: 'phr' }), await register({ name: 'Usual' })];
    const [browser, person] = [world().browser(), await world().person()];
    const weak = await signInAt(world(), browser, person, await browser.open(`/test-sign-in/${strict.id}`));
    expect([weak.heading, weak.text]).toEqual(['No sign-in to Vault', expect.stringContaining('error unmet_auth')]);
    expect((await browser.open(`/test-sign-in/${strict.id}?state=done`)).heading).toBe('No sign-in to Vault');
    expect((await browser.open(`/test-sign-in/${usual.id}?state=done`)).heading).toBe('What Usual would receive');

    const [other, guest] = [world().browser(), await world().person({ organizationId: elsewhere })];
    await openConsole(world(), other, guest);
    expect((await other.open(`/test-sign-in/${usual.id}?state=done`)).text).not.toContain(guest.email);
    expect((await other.open(`/test-sign-in/${usual.id}`)).path).toMatch(/^\/sign-in\//);
    for (const own of ['regain-admin', `regain-test.${usual.id}`])
      expect((await browser.open(`/test-sign-in/${own}?state=done`)).heading).toMatch(/^No sign-in to/);
    expect((await other.open(`/test-sign-in/${crypto.randomUUID()}`)).status).toBe(404);
    await send(desk, await desk.open(at(usual.id, '/suspend')), { reason: 'enough' });
    await vi.waitFor(async () => {
      expect((await browser.open(`/test-sign-in/${usual.id}`)).heading).toBe('We do not know this application');
    }, soon);
    expect((await desk.open(at(usual.id))).links.some(({ text }) => text === 'Try a sign-in')).toBe(false);
  });
});

describe('suspending and removing', () => {
  test('A20 nobody signs in to it, and no token of it counts; what was suspended goes on as before', async () => {
    const { id, secret } = await register({ name: 'Paused' });
    const [app, other] = [await world().relyingParty(id, secret), await world().application('Asks')];
    const person = await world().person();
    const { access_token: access, refresh_token: refresh = '' } = await signIn(app, person);
    const active = async () => (await oidc.tokenIntrospection(other.config, access)).active;
    const userinfo = () =>
      fetch(`${world().origin}/me`, { headers: { authorization: `Bearer ${access}`, 'x-forwarded-for': '192.0.2.1' } });
    expect([await active(), (await userinfo()).status]).toEqual([true, 200]);

    const act = async (name: string) => send(desk, await desk.open(at(id, `/${name}`)), { reason: 'told to' });
    expect((await act('suspend')).text).toContain('Paused is suspended.');
    await vi.waitFor(async () => expect(await active()).toBe(false), soon);
    expect((await userinfo()).status).toBe(401);
    expect(await refusal(oidc.refreshTokenGrant(app.config, refresh))).toBe('invalid_client');
    const turnedAway = (await app.open(world().browser())).page;
    expect([turnedAway.status, turnedAway.heading]).toEqual([400, 'We do not know this application']);
    expect((await desk.open(LIST)).text).toContain('Paused Suspended');

    expect((await act('resume')).text).toContain('Paused can be used again.');
    await vi.waitFor(async () => expect(await active()).toBe(true), soon);
    const renewed = await oidc.refreshTokenGrant(app.config, refresh);

    expect((await act('remove')).path).toBe(LIST);
    await vi.waitFor(async () => expect(await active()).toBe(false), soon);
    expect((await oidc.tokenIntrospection(other.config, renewed.access_token)).active).toBe(false);
    expect(await refusal(oidc.refreshTokenGrant(app.config, renewed.refresh_token ?? ''))).toBe('invalid_client');
    expect((await desk.open(at(id))).status).toBe(404);
  });
});

describe('A24 an admin of one organization', () => {
  test('sees and changes nothing of another, and registers nothing there', async () => {
    const here = { ...world().running.context, clock: { now: 0 }, close: async () => {} };
    const mine = await addOrganization(here, PRESETS['password-sms']);
    const settings = { name: 'Theirs', redirectUris: [CALLBACK], postLogoutRedirectUris: [], kind: 'secret' } as const;
    const made = async (organizationId: string, name: string) => {
      const grants = ['authorization_code'] as const;
      const done = await createClient(here.administration, { ...settings, grants, name, organizationId });
      if (done.outcome !== 'created') throw new Error(done.reason);
      return done.clientId;
    };
    const [own, theirs] = [await made(mine, 'Ours alone'), await made('default', 'Theirs alone')];
    const browser = world().browser();
    await openAdmin(world(), browser, await staff(world(), 'admin', mine, { organizationId: mine }));

    const list = await browser.open(LIST);
    expect([list.text.includes('Ours alone'), list.text.includes('Theirs alone')]).toEqual([true, false]);
    // Nor by the place where a page of the list begins.
    expect((await browser.open(`${LIST}?before=${theirs}`)).text).not.toContain('Theirs alone');
    const form = await browser.open(at(own, '/edit'));
    for (const below of ['', '/edit', '/secret', '/suspend', '/resume', '/remove']) {
      expect((await browser.open(at(theirs, below))).status).toBe(404);
      if (below === '') continue;
      const fields = { ...form.formWith().fields, reason: 'mine now', version: '1' };
      expect((await browser.post(at(theirs, below), fields)).status).toBe(404);
    }
    const fields = { ...EMPTY, kind: 'secret', organization: 'default' };
    const elsewhere = await send(browser, await browser.open(`${LIST}/new`), fields);
    expect(elsewhere.status).toBe(403);
    expect(await clients().find(theirs)).toMatchObject({ version: 1, suspendedAt: null, name: 'Theirs alone' });
  });
});
