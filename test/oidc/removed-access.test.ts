import { createHash } from 'node:crypto';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { removeAccess } from '../../src/flows/account/remove-access.ts';
import type { ProviderRecords } from '../../src/flows/ports/provider.ts';
import { addPerson, crypto as kit, totp, useStore, visitor } from '../store/fixture.ts';
import type { Browser } from './support/browser.ts';
import { arrive, interactionAt, request, signIn, tokens } from './support/sign-in.ts';
import { CALLBACK, post, SECRET, World } from './support/world.ts';

/** On the real store: access that is removed while requests of the application are under way. */
const fixture = useStore();
const OFFLINE = { scope: 'openid email offline_access', prompt: 'consent' };
const MAIL = { scope: 'openid email' };

let world: World;
let app: oidc.Configuration;
let other: oidc.Configuration;
/** Called once, right before the provider writes a record of this model. */
let before: { model: string; act: () => Promise<unknown> } | undefined;

beforeAll(async () => {
  const { records, clients, keys, store, db } = fixture();
  const { accounts, sessions, applications } = store;
  const watched: ProviderRecords = {
    ...records,
    upsert: async (model, ...rest) => {
      const act = before?.model === model ? before.act : undefined;
      if (act) before = undefined;
      await act?.();
      await records.upsert(model, ...rest);
    },
  };
  world = await World.start({
    override: () => ({ records: watched, clients, keys, accounts, sessions, applications }),
  });
  const code = { redirect_uris: [CALLBACK], grant_types: ['authorization_code', 'refresh_token'] };
  const row = {
    organization_id: 'default',
    metadata: JSON.stringify(code),
    secret_hash: createHash('sha256').update(SECRET).digest(),
  };
  const rows = [
    { ...row, id: 'app', name: 'Atlas' },
    { ...row, id: 'other', name: 'Bora' },
    { ...row, id: 'house', name: 'House', first_party: true },
  ];
  await db.insertInto('clients').values(rows).execute();
  app = await world.client();
  other = await world.client('other');
});
afterAll(() => world.close());
beforeEach(() => {
  before = undefined;
});

async function newPerson(): Promise<string> {
  const { store } = fixture();
  const { id } = await addPerson(fixture());
  await store.transaction(async (tx) => {
    await tx.credentials.add(id, totp());
    await tx.accounts.update(id, { boundToSecondFactor: true });
    const journeyId = crypto.randomUUID();
    await tx.sessions.recordProofs(journeyId, id, [{ kind: 'password', at: 0, by: 'p' }], visitor);
    await tx.sessions.bind(journeyId, `console-${id}`);
  });
  return id;
}

/** A browser in which somebody is signed in to `app` with offline access. */
async function signedIn() {
  const accountId = await newPerson();
  const browser = world.browser();
  const got = await (await arrive(world, browser, app, OFFLINE, { accountId })).tokens();
  return { accountId, browser, got };
}

/** The owner removes access, in a console session of their own. */
async function remove(accountId: string, clientId = 'app'): Promise<unknown> {
  const { store } = fixture();
  const account = await store.accounts.load(accountId);
  if (!account) throw new Error('nobody');
  const session = { uid: `console-${accountId}`, acr: 'urn:regain:acr:1', at: 0 } as const;
  return removeAccess({ store, crypto: kit, closed: [], now: Date.now }, { account, session, visitor }, clientId);
}

/** What is left of the application at the account: records by their models. */
async function left(accountId: string, clientId = 'app'): Promise<string[]> {
  const rows = await fixture()
    .db.selectFrom('oidc_records')
    .select('model')
    .where('account_id', '=', accountId)
    .where('client_id', '=', clientId)
    .where('model', '<>', 'Interaction')
    .execute();
  return rows.map(({ model }) => model);
}

async function tried(place: string, attempt: Promise<unknown>): Promise<string[]> {
  return attempt.then(
    () => [place],
    () => [],
  );
}

type Got = Awaited<ReturnType<typeof tokens>>;

async function works({ access_token, refresh_token }: Got, sub: string, by = app): Promise<string[]> {
  const { active } = await oidc.tokenIntrospection(by, access_token);
  return [
    ...(active ? ['introspection'] : []),
    ...(await tried('userinfo', oidc.fetchUserInfo(by, access_token, sub))),
    ...(refresh_token ? await tried('refresh', oidc.refreshTokenGrant(by, refresh_token)) : []),
  ];
}

async function asked(browser: Browser, params: Record<string, string>) {
  const stop = await browser.go((await request(app, params)).url);
  return stop.left ? stop.url.searchParams.get('error') : interactionAt(stop);
}

test('A20: what was issued is dead at once, the person stays signed in, other applications keep theirs, and it is asked anew', async () => {
  const { store } = fixture();
  const { accountId, browser, got } = await signedIn();
  const others = await (await arrive(world, browser, other, OFFLINE)).tokens();
  const unredeemed = await arrive(world, browser, app, MAIL);
  expect(await remove(accountId)).toEqual({ outcome: 'removed', name: 'Atlas' });
  expect(await works(got, accountId)).toEqual([]);
  await expect(unredeemed.tokens()).rejects.toMatchObject({ error: 'invalid_grant' });
  expect(await left(accountId)).toEqual([]);
  expect((await store.applications.of(accountId)).map(({ name }) => name)).toEqual(['Bora']);

  expect(JSON.parse(await (await browser.request('/current')).text())).toMatchObject({ accountId });
  expect(await works(others, accountId, other)).toEqual(['introspection', 'userinfo', 'refresh']);
  expect(await asked(browser, { ...MAIL, prompt: 'none' })).toBe('consent_required');
  expect(await asked(browser, MAIL)).toMatchObject({ prompt: 'consent', consent: { scopes: ['openid', 'email'] } });
  expect(await remove(accountId)).toEqual({ outcome: 'refused', reason: 'no-access' });

  const rows = await Array.fromAsync(fixture().readAudit({ accountId }));
  const [row] = rows.filter(({ kind }) => kind === 'access.removed');
  expect(row).toMatchObject({ actor: 'user', ip: visitor.ip, details: { client: 'app', name: 'Atlas' } });
  expect(rows.filter(({ kind }) => kind === 'access.removed')).toHaveLength(1);
  expect(world.heard.faults).toEqual([]);
});

test('nothing is removed by an owner whose session has ended meanwhile', async () => {
  const { accountId, got } = await signedIn();
  await fixture().store.sessions.end(`console-${accountId}`, accountId);
  expect(await remove(accountId)).toEqual({ outcome: 'not-allowed', verdict: { verdict: 'session-over' } });
  expect(await works(got, accountId)).toEqual(['introspection', 'userinfo', 'refresh']);
});

test('a session that was written back as it was, with the grant that is gone, comes to the consent page', async () => {
  const { accountId, browser } = await signedIn();
  // The request has read its session and writes it after the removal.
  before = { model: 'Session', act: () => remove(accountId) };
  await browser.go((await request(app, { prompt: 'login' })).url);
  const { uid } = JSON.parse(await (await browser.request('/current')).text());
  const stale = await fixture().records.findByUid('Session', uid);
  expect(stale?.['authorizations']).toHaveProperty('app.grantId');
  expect(await asked(browser, MAIL)).toMatchObject({ prompt: 'consent' });
  const again = await (await arrive(world, browser, app, OFFLINE)).tokens();
  expect(await works(again, accountId)).toEqual(['introspection', 'userinfo', 'refresh']);
  expect(world.heard.faults).toEqual([]);
});

test.each(['RefreshToken', 'AccessToken'])(
  'A20: access removed while a refresh is under way, before its %s is written, leaves nothing alive',
  async (model) => {
    const { accountId, got } = await signedIn();
    before = { model, act: () => remove(accountId) };
    const late = await oidc.refreshTokenGrant(app, got.refresh_token ?? '');
    expect(before).toBeUndefined();
    expect(await works(late, accountId)).toEqual([]);
    expect(await left(accountId)).toEqual([]);
  },
);

test('A20: access removed while a code is being made or redeemed leaves nothing alive', async () => {
  const { accountId, browser } = await signedIn();
  before = { model: 'AuthorizationCode', act: () => remove(accountId) };
  const { stop, tokens: redeem } = await arrive(world, browser, app, MAIL);
  expect(stop.url.searchParams.has('code')).toBe(true);
  await expect(redeem()).rejects.toMatchObject({ error: 'invalid_grant' });
  expect(await left(accountId)).toEqual([]);

  const anew = await arrive(world, browser, app, OFFLINE);
  before = { model: 'AccessToken', act: () => remove(accountId) };
  expect(await works(await anew.tokens(), accountId)).toEqual([]);
  expect(await left(accountId)).toEqual([]);
});

test('A20: a grant that is just being made from remembered consent is none', async () => {
  const { accountId } = await signedIn();
  const browser = world.browser();
  const page = await browser.go((await request(app, MAIL)).url);
  before = { model: 'Grant', act: () => remove(accountId) };
  const stop = await signIn(browser, page, { accountId });
  expect(interactionAt(stop)).toMatchObject({ prompt: 'consent', consent: { scopes: ['openid', 'email'] } });
  expect(await left(accountId)).toEqual([]);
  expect(await fixture().store.applications.of(accountId)).toEqual([]);
});

test('A20: a consent page that is answered at the same moment does not bring the ended grant back', async () => {
  const { accountId, browser, got } = await signedIn();
  const page = await browser.go((await request(app, { scope: 'openid phone' })).url);
  expect(interactionAt(page).consent.scopes).toEqual(['phone']);
  before = { model: 'Grant', act: () => remove(accountId) };
  const stop = await post(browser, page, { act: 'consent' });
  expect(stop.left).toBe(false);
  expect(await works(got, accountId)).toEqual([]);
  expect(await left(accountId)).toEqual([]);
});

test('A20: an application that is granted what it asks for gets a new grant, that is listed and can be removed', async () => {
  const { store } = fixture();
  const accountId = await newPerson();
  const house = await world.client('house');
  before = { model: 'Grant', act: () => remove(accountId, 'house') };
  const browser = world.browser();
  const got = await (await arrive(world, browser, house, MAIL, { accountId })).tokens();
  expect(await works(got, accountId, house)).toEqual(['introspection', 'userinfo']);
  expect(await store.applications.of(accountId)).toMatchObject([{ name: 'House', consented: false }]);
  expect(await remove(accountId, 'house')).toMatchObject({ outcome: 'removed' });
  expect(await works(got, accountId, house)).toEqual([]);
});

test('A20: refreshes and removals at once, again and again: nothing that was refreshed works', async () => {
  const { accountId, browser } = await signedIn();
  for (let n = 0; n < 10; n += 1) {
    const { refresh_token = '' } = await (await arrive(world, browser, app, OFFLINE)).tokens();
    const [refreshed, removed] = await Promise.allSettled([
      oidc.refreshTokenGrant(app, refresh_token),
      remove(accountId),
    ]);
    expect(removed).toMatchObject({ value: { outcome: 'removed' } });
    expect(refreshed.status === 'fulfilled' ? await works(refreshed.value, accountId) : []).toEqual([]);
    expect(await left(accountId)).toEqual([]);
  }
  expect(world.heard.faults).toEqual([]);
});
