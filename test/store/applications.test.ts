import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { addPerson, atOnce, crypto, type Person, untilWaiting, useStore } from './fixture.ts';

const fixture = useStore();
const MINUTE = 60_000;
const MAIL = { scopes: ['openid', 'email'], claims: ['name'], consented: true };

beforeAll(async () => {
  const client = { organization_id: 'default' };
  await fixture()
    .db.insertInto('clients')
    .values([
      {
        ...client,
        id: 'listens',
        name: 'Atlas',
        metadata: JSON.stringify({ backchannel_logout_uri: 'https://app.example/bye' }),
      },
      { ...client, id: 'silent', name: 'Bora', metadata: '{}' },
    ])
    .execute();
});

/** A person in two browsers, signed in to two applications in one of them, with tokens of both. */
async function signedIn(): Promise<{ person: Person; mark: string; found: () => Promise<string[]> }> {
  const { records, store, clock } = fixture();
  const person = await addPerson(fixture());
  const mark = crypto.token();
  const owned = { accountId: person.id, sessionUid: `uid-${mark}` };
  const mine = { ...owned, clientId: 'listens', grantId: `grant-${mark}` };
  const others = { ...owned, clientId: 'silent', grantId: `grant2-${mark}` };
  const session = (uid: string, sid: string) => ({
    uid,
    accountId: person.id,
    authorizations: {
      listens: { sid, grantId: `grant-${mark}` },
      silent: { sid: `${sid}-silent`, grantId: `grant2-${mark}` },
    },
  });
  const put: [string, string, Record<string, unknown>][] = [
    ['Session', `session-${mark}`, session(`uid-${mark}`, `sid-${mark}`)],
    ['Session', `session2-${mark}`, session(`uid2-${mark}`, `sid2-${mark}`)],
    ['Grant', `grant-${mark}`, { accountId: person.id, clientId: 'listens' }],
    ['Grant', `older-${mark}`, { accountId: person.id, clientId: 'listens' }],
    ['AccessToken', `at-${mark}`, mine],
    ['RefreshToken', `rt-${mark}`, { ...mine, sid: `long-gone-${mark}` }],
    ['AuthorizationCode', `ac-${mark}`, { ...mine, sid: `sid-${mark}` }],
    ['DeviceCode', `dc-${mark}`, { grantId: `older-${mark}` }],
    ['Interaction', `open-${mark}`, { session: { accountId: person.id }, params: { client_id: 'listens' } }],
    ['Grant', `grant2-${mark}`, { accountId: person.id, clientId: 'silent' }],
    ['AccessToken', `at2-${mark}`, others],
  ];
  for (const [model, id, payload] of put) await records.upsert(model, id, payload, 3600);
  for (const id of ['listens', 'silent', 'gone']) await store.applications.remember(person.id, id, MAIL, clock.now);
  const found = async () => {
    const present = await atOnce(put.length, async (n) => {
      const [model = '', id = ''] = put[n] ?? [];
      return (await records.find(model, id)) ? `${model} ${id.replace(`-${mark}`, '')}` : '';
    });
    return present.filter((text) => text !== '');
  };
  return { person, mark, found };
}

async function logoutJobs(accountId: string): Promise<unknown[]> {
  const { rows } = await sql<{ data: { accountId: string } }>`
    select data from jobs.job where name = 'tell-logout' order by data ->> 'sid'`.execute(fixture().db);
  return rows.map(({ data }) => data).filter((data) => data.accountId === accountId);
}

it('lists applications by name, the last used first, those that are gone by their id', async () => {
  const { store, clock } = fixture();
  const { id } = await addPerson(fixture());
  const [first, second, third] = [clock.now, clock.now + 1, clock.now + 2];
  await store.applications.remember(id, 'gone', { scopes: ['openid'], claims: [], consented: false }, second);
  await store.applications.remember(id, 'listens', MAIL, third);
  await store.applications.remember(id, 'silent', MAIL, first);
  const mail = { scopes: ['openid', 'email'], claims: ['name'], consented: true };
  expect(await store.applications.of(id)).toEqual([
    { clientId: 'listens', name: 'Atlas', ...mail, since: third, lastUsedAt: third },
    {
      clientId: 'gone',
      name: 'gone',
      scopes: ['openid'],
      claims: [],
      consented: false,
      since: second,
      lastUsedAt: second,
    },
    { clientId: 'silent', name: 'Bora', ...mail, since: first, lastUsedAt: first },
  ]);
  expect(await store.applications.of(crypto.uuid())).toEqual([]);
});

it('adds to what was granted; consent and what needed none are not mixed', async () => {
  const { store, clock } = fixture();
  const { id } = await addPerson(fixture());
  const { applications } = store;
  expect(await applications.remembered(id, 'silent')).toBeUndefined();
  const grant = (scopes: string[], claims: string[], consented: boolean, later: number) =>
    applications.remember(id, 'silent', { scopes, claims, consented }, clock.now + later);
  expect(await grant(['openid', 'phone'], [], false, 0)).toBe(clock.now);
  expect(await grant(['openid'], ['name'], true, 5)).toBe(clock.now);
  const times = { since: clock.now, lastUsedAt: clock.now + 5 };
  expect(await applications.remembered(id, 'silent')).toEqual({
    scopes: ['openid'],
    claims: ['name'],
    consented: true,
    ...times,
  });
  await grant(['email', 'openid'], ['email'], true, 2);
  expect(await applications.remembered(id, 'silent')).toEqual({
    scopes: ['email', 'openid'],
    claims: ['email', 'name'],
    consented: true,
    ...times,
  });
});

it('of many consents at once none is lost', async () => {
  const { store, clock } = fixture();
  const { id } = await addPerson(fixture());
  const scopes = Array.from({ length: 20 }, (_, n) => `scope-${n}`);
  await atOnce(20, (n) =>
    store.applications.remember(id, 'silent', { ...MAIL, scopes: [scopes[n] ?? ''] }, clock.now + n),
  );
  expect((await store.applications.remembered(id, 'silent'))?.scopes.toSorted()).toEqual(scopes.toSorted());
});

it('the time of the last use is written when it is older than five minutes, and where there is access', async () => {
  const { store, clock } = fixture();
  const { id } = await addPerson(fixture());
  const { applications } = store;
  await applications.touch(id, 'silent', clock.now);
  expect(await applications.of(id)).toEqual([]);
  const start = clock.now;
  await applications.remember(id, 'silent', MAIL, start);
  const used = async (at: number) => {
    await applications.touch(id, 'silent', at);
    return ((await applications.remembered(id, 'silent'))?.lastUsedAt ?? 0) - start;
  };
  expect(await used(start + 5 * MINUTE)).toBe(0);
  expect(await used(start + 5 * MINUTE + 1)).toBe(5 * MINUTE + 1);
  expect(await used(start)).toBe(5 * MINUTE + 1);
});

it('A20: removing access ends all that this application holds of this account, tells it, and nothing else', async () => {
  const { store, records } = fixture();
  const [mine, theirs] = [await signedIn(), await signedIn()];
  const before = await mine.found();
  expect(before).toHaveLength(11);
  const { id } = mine.person;
  expect(await store.applications.remove(id, 'listens')).toBe(true);
  expect(await mine.found()).toEqual([
    'Session session',
    'Session session2',
    'Interaction open',
    'Grant grant2',
    'AccessToken at2',
  ]);
  expect(await theirs.found()).toEqual(before);
  expect((await store.applications.of(id)).map(({ clientId }) => clientId)).toEqual(['gone', 'silent']);
  expect(await store.applications.of(theirs.person.id)).toHaveLength(3);

  const told = { clientId: 'listens', accountId: id };
  const sids = [`long-gone-${mine.mark}`, `sid-${mine.mark}`, `sid2-${mine.mark}`];
  expect(await logoutJobs(id)).toEqual(sids.map((sid) => ({ ...told, sid })));
  // A later sign-in to it is a new one, also for the application; the other applications' stay.
  expect(await records.findByUid('Session', `uid-${mine.mark}`)).toEqual({
    uid: `uid-${mine.mark}`,
    accountId: id,
    authorizations: { silent: { sid: `sid-${mine.mark}-silent`, grantId: `grant2-${mine.mark}` } },
  });
  expect(await store.applications.remove(id, 'listens')).toBe(false);
  expect(await logoutJobs(id)).toHaveLength(3);
});

it('one that does not listen, or is gone, is not told; one that nobody has is no fault', async () => {
  const { store } = fixture();
  const { person, found } = await signedIn();
  expect(await store.applications.remove(person.id, 'silent')).toBe(true);
  expect(await store.applications.remove(person.id, 'gone')).toBe(true);
  expect(await found()).toHaveLength(9);
  expect(await logoutJobs(person.id)).toEqual([]);
  expect(await store.applications.remove(person.id, 'nul\0')).toBe(false);
  expect(await store.applications.remove(person.id, 'nobody')).toBe(false);
  expect(await store.applications.remove(crypto.uuid(), 'listens')).toBe(false);
});

it('a removal that is rolled back changes nothing and tells nobody', async () => {
  const { store } = fixture();
  const { person, found } = await signedIn();
  const removed = store.transaction(async (tx) => {
    await tx.applications.remove(person.id, 'listens');
    throw new Error('no');
  });
  await expect(removed).rejects.toThrow('no');
  expect(await found()).toHaveLength(11);
  expect(await store.applications.of(person.id)).toHaveLength(3);
  expect(await logoutJobs(person.id)).toEqual([]);
});

it('A20: what is written under a removed grant waits, and then is not', async () => {
  const { store, records, db } = fixture();
  const { person, mark, found } = await signedIn();
  const token = { accountId: person.id, clientId: 'listens', grantId: `grant-${mark}`, sessionUid: `uid-${mark}` };
  const late: Promise<void>[] = [];
  await store.transaction(async (tx) => {
    await tx.applications.remove(person.id, 'listens');
    late.push(
      records.upsert('RefreshToken', `late-rt-${mark}`, token, 60),
      records.upsert('AccessToken', `late-at-${mark}`, token, 60),
      // A consent page that is answered right now writes the grant that it has read.
      records.upsert('Grant', `grant-${mark}`, { accountId: person.id, clientId: 'listens' }, 60),
    );
    await untilWaiting({ db }, 3);
  });
  await Promise.all(late);
  await records.upsert('AccessToken', `later-at-${mark}`, token, 60);
  for (const id of ['late-rt', 'late-at', 'later-at']) {
    expect(await records.find(id === 'late-rt' ? 'RefreshToken' : 'AccessToken', `${id}-${mark}`)).toBeUndefined();
  }
  expect(await found()).not.toContain('Grant grant');
  const anew = { accountId: person.id, clientId: 'listens' };
  await records.upsert('Grant', `new-${mark}`, anew, 60);
  await records.upsert('AccessToken', `new-at-${mark}`, { ...token, grantId: `new-${mark}` }, 60);
  expect(await records.find('AccessToken', `new-at-${mark}`)).toBeDefined();
});

it('ended grants are forgotten after a day, and access goes with its account', async () => {
  const { store, clock, db, purgeExpired } = fixture();
  const { person } = await signedIn();
  await store.applications.remove(person.id, 'listens');
  const ended = async () => (await db.selectFrom('ended_grants').selectAll().execute()).length;
  expect(await ended()).toBeGreaterThan(0);
  clock.now += 86_400_000;
  await purgeExpired(1_000);
  expect(await ended()).toBeGreaterThan(0);
  clock.now += 1;
  await purgeExpired(1_000);
  expect(await ended()).toBe(0);
  await db.deleteFrom('accounts').where('id', '=', person.id).execute();
  expect(await store.applications.of(person.id)).toEqual([]);
});
