import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Proof } from '../../src/domain/proof.ts';
import { FROM } from '../support/from.ts';
import { addPerson, atOnce, crypto, type Person, useStore } from './fixture.ts';

const fixture = useStore();
const proof = (at: number): Proof => ({ kind: 'password', at, by: crypto.uuid() });

/** A person with a session, a grant for an application that listens and one that does not, tokens and an open interaction. */
async function signedIn(): Promise<{ person: Person; uid: string; found: () => Promise<string[]> }> {
  const { records, store } = fixture();
  const person = await addPerson(fixture());
  const mark = crypto.token();
  const uid = `uid-${mark}`;
  const owned = { accountId: person.id, sessionUid: uid };
  const put: [string, string, Record<string, unknown>][] = [
    [
      'Session',
      `session-${mark}`,
      {
        uid,
        accountId: person.id,
        authorizations: {
          listens: { sid: `sid-${mark}`, grantId: `grant-${mark}` },
          silent: { sid: `sid2-${mark}`, grantId: `grant2-${mark}` },
        },
      },
    ],
    ['Grant', `grant-${mark}`, { accountId: person.id, clientId: 'listens' }],
    ['Grant', `grant2-${mark}`, { accountId: person.id, clientId: 'silent' }],
    ['AccessToken', `at-${mark}`, { ...owned, grantId: `grant-${mark}` }],
    ['RefreshToken', `rt-${mark}`, { ...owned, grantId: `grant-${mark}` }],
    ['AuthorizationCode', `ac-${mark}`, { ...owned, grantId: `grant2-${mark}` }],
    ['DeviceCode', `dc-${mark}`, { grantId: `grant2-${mark}` }],
    ['Interaction', `open-${mark}`, { session: { accountId: person.id, uid } }],
    ['Interaction', `done-${mark}`, { result: { login: { accountId: person.id } } }],
  ];
  for (const [model, id, payload] of put) await records.upsert(model, id, payload, 3600);
  const journeyId = crypto.uuid();
  await store.sessions.recordProofs(journeyId, person.id, [proof(1)], FROM);
  await store.sessions.bind(journeyId, uid);
  const found = async () => {
    const present = await atOnce(put.length, async (n) => {
      const [model = '', id = ''] = put[n] ?? [];
      return (await records.find(model, id)) ? model : '';
    });
    return present.filter((model) => model !== '');
  };
  return { person, uid, found };
}

async function logoutJobs(): Promise<unknown[]> {
  const { rows } = await sql<{ data: unknown }>`select data from jobs.job where name = 'tell-logout'`.execute(
    fixture().db,
  );
  return rows.map(({ data }) => data);
}

it('A20: ending an account’s sessions leaves no session, grant, token or open interaction, and tells who asked to be told', async () => {
  const { store, db } = fixture();
  const client = { organization_id: 'default', name: 'An application' };
  await db
    .insertInto('clients')
    .values([
      { ...client, id: 'listens', metadata: JSON.stringify({ backchannel_logout_uri: 'https://app.example/bye' }) },
      { ...client, id: 'silent', metadata: '{}' },
    ])
    .execute();
  const [mine, theirs] = [await signedIn(), await signedIn()];
  expect(await mine.found()).toHaveLength(9);
  const ended = await store.transaction((tx) => tx.sessions.endAll(mine.person.id));
  expect(ended).toEqual({ sessions: 1 });
  expect(await mine.found()).toEqual([]);
  expect(await store.sessions.proofsOf(mine.uid, mine.person.id)).toEqual([]);
  expect(await theirs.found()).toHaveLength(9);
  expect(await store.sessions.proofsOf(theirs.uid, theirs.person.id)).toHaveLength(1);
  const sid = mine.uid.replace('uid-', 'sid-');
  expect(await logoutJobs()).toEqual([{ clientId: 'listens', accountId: mine.person.id, sid }]);
  expect(await store.sessions.endAll(mine.person.id)).toEqual({ sessions: 0 });
});

it('a rolled back ending changes nothing and tells nobody', async () => {
  const { store } = fixture();
  const before = await logoutJobs();
  const { person, found } = await signedIn();
  await expect(
    store.transaction(async (tx) => {
      await tx.sessions.endAll(person.id);
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await found()).toHaveLength(9);
  expect(await logoutJobs()).toEqual(before);
});

it('A20: a request that was under way cannot bring an ended session back, nor get anything in it', async () => {
  const { store, records } = fixture();
  const { person, uid, found } = await signedIn();
  const payload = { uid, accountId: person.id };
  const late: Promise<void>[] = [];
  await store.transaction(async (tx) => {
    await tx.sessions.endAll(person.id);
    // Begun before the commit: these wait for it, or come after it.
    late.push(
      records.upsert('Session', 'renewed', payload, 3600),
      records.upsert('AuthorizationCode', 'late-code', { accountId: person.id, sessionUid: uid, grantId: 'g' }, 60),
      records.upsert('Interaction', 'late-page', { session: { accountId: person.id, uid } }, 60),
    );
  });
  await Promise.all(late);
  expect(await records.find('Interaction', 'late-page')).toBeUndefined();
  await records.upsert('Session', 'renewed-later', payload, 3600);
  expect(await records.find('Session', 'renewed')).toBeUndefined();
  expect(await records.find('Session', 'renewed-later')).toBeUndefined();
  expect(await records.findByUid('Session', uid)).toBeUndefined();
  expect(await records.find('AuthorizationCode', 'late-code')).toBeUndefined();
  expect(await found()).toEqual([]);
  await records.upsert('Session', 'new', { uid: 'a new one', accountId: person.id }, 3600);
  expect(await records.find('Session', 'new')).toBeDefined();
});

it('A20: many endings among many renewals: nothing stays', async () => {
  const { store, records } = fixture();
  const people = await atOnce(10, () => signedIn());
  await Promise.all(
    people.flatMap(({ person, uid }) => [
      ...Array.from({ length: 8 }, (_, n) =>
        records.upsert('Session', `${uid}-${n}`, { uid, accountId: person.id }, 60),
      ),
      store.sessions.endAll(person.id),
    ]),
  );
  const left = await atOnce(10, (n) => records.findByUid('Session', people[n]?.uid ?? ''));
  expect(left.filter((session) => session !== undefined)).toEqual([]);
});

it('knows the proofs of a session by its uid, for its account, and those of the last step-up', async () => {
  const { store, clock } = fixture();
  const { id } = await addPerson(fixture());
  const [first, second] = [proof(1), proof(2)];
  const [signIn, stepUp] = [crypto.uuid(), crypto.uuid()];
  await store.sessions.recordProofs(signIn, id, [first], FROM);
  expect(await store.sessions.proofsOf('the-uid', id)).toEqual([]);
  await store.sessions.bind(signIn, 'the-uid');
  expect(await store.sessions.proofsOf('the-uid', id)).toEqual([first]);
  clock.now += 1;
  await store.sessions.recordProofs(stepUp, id, [first, second], FROM);
  await store.sessions.bind(stepUp, 'the-uid');
  expect(await store.sessions.proofsOf('the-uid', id)).toEqual([first, second]);
  expect(await store.sessions.proofsOf('the-uid', crypto.uuid())).toEqual([]);
});

it('ends one session of an account, once and for all, and no other', async () => {
  const { store, records } = fixture();
  const { person, uid, found } = await signedIn();
  const other = { uid: `other-${uid}`, accountId: person.id };
  await records.upsert('Session', `other-${uid}`, other, 3600);
  const late: Promise<void>[] = [];
  await store.transaction(async (tx) => {
    await tx.sessions.end(uid, person.id);
    late.push(records.upsert('Session', `renewed-${uid}`, { uid, accountId: person.id }, 3600));
  });
  await Promise.all(late);
  // What is left is an interaction of the account that was not begun in this session.
  expect(await found()).toEqual(['Interaction']);
  expect(await records.find('Session', `renewed-${uid}`)).toBeUndefined();
  expect(await store.sessions.proofsOf(uid, person.id)).toEqual([]);
  expect(await records.find('Session', `other-${uid}`)).toBeDefined();
  expect(await logoutJobs()).toContainEqual(expect.objectContaining({ sid: uid.replace('uid-', 'sid-') }));
});

it('binds proofs to a session; says no once all sessions of the account were ended', async () => {
  const { store } = fixture();
  const { id } = await addPerson(fixture());
  const journeyId = crypto.uuid();
  await store.sessions.recordProofs(journeyId, id, [proof(1)], FROM);
  expect(await store.sessions.bind(journeyId, `late-${journeyId}`)).toBe(true);
  await store.sessions.endAll(id);
  expect(await store.sessions.bind(journeyId, `late-${journeyId}`)).toBe(false);
});
