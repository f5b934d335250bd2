import { createHash } from 'node:crypto';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPerson, type Fixture, totp, useStore } from '../store/fixture.ts';
import { FROM } from '../support/from.ts';
import type { Browser } from './support/browser.ts';
import { arrive, interactionAt, type Request, request, signIn, tokens } from './support/sign-in.ts';
import { CALLBACK, SECRET, World } from './support/world.ts';

/** On the real store: what holds under parallel requests, and what is ended in a transaction elsewhere. */
const fixture = useStore();
const TIMES = 25;
const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' };

let world: World;
let config: oidc.Configuration;

beforeAll(async () => {
  const { records, clients, keys, store } = fixture();
  const { accounts, sessions, applications } = store;
  world = await World.start({ override: () => ({ records, clients, keys, accounts, sessions, applications }) });
  await addClient(fixture());
  config = await world.client();
});
afterAll(() => world.close());

async function addClient({ db }: Fixture): Promise<void> {
  const metadata = { redirect_uris: [CALLBACK], grant_types: ['authorization_code', 'refresh_token'] };
  const secret_hash = createHash('sha256').update(SECRET).digest();
  const client = {
    id: 'app',
    organization_id: 'default',
    name: 'App',
    metadata: JSON.stringify(metadata),
    secret_hash,
  };
  await db.insertInto('clients').values(client).execute();
}

/** A browser in which somebody with a second factor has signed in and consented. */
async function signedIn(): Promise<{ browser: Browser; id: string; got: Awaited<ReturnType<typeof tokens>> }> {
  const { store } = fixture();
  const { id } = await addPerson(fixture());
  await store.transaction(async (tx) => {
    await tx.credentials.add(id, totp());
    await tx.accounts.update(id, { boundToSecondFactor: true });
  });
  const browser = world.browser();
  const journeyId = crypto.randomUUID();
  await store.sessions.recordProofs(journeyId, id, [{ kind: 'password', at: Date.now(), by: 'p' }], FROM);
  const got = await (await arrive(world, browser, config, OFFLINE, { accountId: id, journeyId })).tokens();
  return { browser, id, got };
}

/** Four redemptions of one thing at the same moment: how they ended, and what still works of what the winner got. */
async function race(redeem: () => ReturnType<typeof tokens>): Promise<Outcome> {
  const results = await Promise.allSettled(Array.from({ length: 4 }, redeem));
  const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason.error)] : []));
  return { wins: won.length, errors, alive: (await Promise.all(won.map(alive))).flat() };
}

interface Outcome {
  readonly wins: number;
  readonly errors: readonly string[];
  readonly alive: readonly string[];
}

const ONE_DEAD_WINNER: Outcome = { wins: 1, errors: ['invalid_grant', 'invalid_grant', 'invalid_grant'], alive: [] };

async function taken(place: string, attempt: Promise<unknown>): Promise<string[]> {
  return attempt.then(
    () => [place],
    () => [],
  );
}

/** The places where tokens of this family are still taken. */
async function alive({ access_token, refresh_token = '' }: Awaited<ReturnType<typeof tokens>>): Promise<string[]> {
  const { active } = await oidc.tokenIntrospection(config, access_token);
  const userinfo = taken('userinfo', oidc.fetchUserInfo(config, access_token, oidc.skipSubjectCheck));
  const refresh = taken('refresh', oidc.refreshTokenGrant(config, refresh_token));
  return [...(active ? ['introspection'] : []), ...(await userinfo), ...(await refresh)];
}

test('A38: authorization codes redeemed in parallel: one success each, and the family is dead', async () => {
  const { browser } = await signedIn();
  for (let n = 0; n < TIMES; n += 1) {
    const { asked, code } = await nextCode(browser);
    expect(await race(() => tokens(config, asked, code))).toEqual(ONE_DEAD_WINNER);
  }
});

test('A38: refresh tokens used in parallel: one success each, and the family is dead', async () => {
  const { browser, got } = await signedIn();
  let current = got;
  for (let n = 0; n < TIMES; n += 1) {
    const { refresh_token = '' } = current;
    expect(await race(() => oidc.refreshTokenGrant(config, refresh_token))).toEqual(ONE_DEAD_WINNER);
    const { asked, code } = await nextCode(browser);
    current = await tokens(config, asked, code);
  }
});

/** Another code in the same session. The family before it is dead, so consent is asked anew. */
async function nextCode(browser: Browser): Promise<{ asked: Request; code: Awaited<ReturnType<Browser['go']>> }> {
  const { asked, stop } = await arrive(world, browser, config, OFFLINE);
  return { asked, code: stop };
}

test('A20: after endAll nothing of the account works, and the browser has no session', async () => {
  const { store } = fixture();
  const { browser, id, got } = await signedIn();
  const open = await browser.go((await request(config, { prompt: 'login' })).url);
  const { uid } = JSON.parse(await (await browser.request('/current')).text());
  expect(await store.sessions.proofsOf(uid, id)).toHaveLength(1);

  expect(await store.transaction((tx) => tx.sessions.endAll(id))).toEqual({ sessions: 1 });

  expect(await oidc.tokenIntrospection(config, got.access_token)).toEqual({ active: false });
  await expect(oidc.fetchUserInfo(config, got.access_token, id)).rejects.toMatchObject({ status: 401 });
  await expect(oidc.refreshTokenGrant(config, got.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  expect(JSON.parse((await browser.go(open.url)).body)).toBeNull();
  expect(JSON.parse(await (await browser.request('/current')).text())).toBeNull();
  const page = await browser.go((await request(config)).url);
  expect(interactionAt(page)).toMatchObject({ prompt: 'login', reasons: ['no_session'] });
  // Consent is kept apart from what was issued upon it (SPEC S4).
  expect((await signIn(browser, page, { accountId: id })).url.searchParams.has('code')).toBe(true);
  expect(await store.sessions.proofsOf(uid, id)).toEqual([]);
});

test('codes that are redeemed while the sessions end bring nothing that works', async () => {
  const { store } = fixture();
  const { browser, id } = await signedIn();
  const codes = [await nextCode(browser), await nextCode(browser), await nextCode(browser), await nextCode(browser)];
  const [redeemed] = await Promise.all([
    Promise.allSettled(codes.map(({ asked, code }) => tokens(config, asked, code))),
    store.transaction((tx) => tx.sessions.endAll(id)),
  ]);
  const won = redeemed.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  expect((await Promise.all(won.map(alive))).flat()).toEqual([]);
});
