import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { addPerson, crypto, journeyOf, password, totp, useStore, visitor } from './fixture.ts';

const fixture = useStore();
const DAY = 86_400_000;

async function left(): Promise<Record<string, number>> {
  const { db } = fixture();
  const tables = ['oidc_records', 'journeys', 'one_time_codes', 'credentials', 'attempts', 'rate_limits'] as const;
  const counts = tables.map(async (table) => {
    const { count } = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return [table, count] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

it('removes what has expired and nothing else, in small batches', async () => {
  const { store, records, clock, purgeExpired, limits } = fixture();
  const person = await addPerson(fixture());
  const [stays, goes] = [password(), totp()];
  await store.credentials.add(person.id, stays);
  await store.credentials.add(person.id, goes);
  await store.credentials.remove(person.id, [goes.id], clock.now + DAY);
  const journey = await store.journeys.create(journeyOf(clock, { accountId: person.id }), randomBytes(32));
  const code = { purpose: 'sms' as const, accountId: person.id, journeyId: journey.id, contactId: person.phoneId };
  const hashes = { tokenHash: null, codeHash: randomBytes(32) };
  await store.codes.create({ id: crypto.uuid(), ...code, ...hashes, expiresAt: clock.now + 40 * DAY });
  await store.codes.create({ id: crypto.uuid(), ...code, ...hashes, expiresAt: clock.now + 1_000 });
  for (let n = 0; n < 5; n += 1) await records.upsert('AccessToken', `short ${n}`, {}, 60);
  await records.upsert('Grant', 'lasting', {}, undefined);
  await store.attempts.count(['quiet'], [0, 0], clock.now);
  await limits.take([{ budget: 'sms-per-number', key: 'n' }]);

  expect(await purgeExpired(100)).toBe(0);
  clock.now += 60_000;
  expect(await purgeExpired(2)).toBe(2);
  expect(await purgeExpired(2)).toBe(2);
  expect(await purgeExpired(2)).toBe(1);
  expect(await left()).toMatchObject({ oidc_records: 1, journeys: 1, one_time_codes: 2, credentials: 2 });

  clock.now += 2 * DAY;
  await purgeExpired(100);
  expect(await left()).toEqual({
    oidc_records: 1,
    journeys: 0,
    one_time_codes: 1,
    credentials: 1,
    attempts: 1,
    rate_limits: 0,
  });
  expect((await store.accounts.load(person.id))?.credentials).toMatchObject([{ id: stays.id }]);
  clock.now += 31 * DAY;
  await purgeExpired(100);
  expect((await left())['attempts']).toBe(0);
});

it('what a session stood on is known for as long as a refresh token of its last day lives: the token ends with it', async () => {
  const { store, records, clock, purgeExpired } = fixture();
  const person = await addPerson(fixture());
  const [journeyId, uid, by] = [crypto.uuid(), crypto.token(), crypto.uuid()];
  await store.sessions.recordProofs(journeyId, person.id, [{ kind: 'totp', at: clock.now, by }], visitor);
  await store.sessions.bind(journeyId, uid);
  clock.now += 30 * DAY;
  await records.upsert('RefreshToken', journeyId, { accountId: person.id, sessionUid: uid }, 14 * 86_400);
  clock.now += 13 * DAY;
  await purgeExpired(100);
  expect(await records.find('RefreshToken', journeyId)).toBeDefined();
  await store.transaction((tx) => tx.sessions.endStandingOn(person.id, [by]));
  expect(await records.find('RefreshToken', journeyId)).toBeUndefined();
});

it('forgets a restore code that was shown and never typed back, and keeps one that counts', async () => {
  const { store, clock, purgeExpired, db } = fixture();
  const person = await addPerson(fixture());
  const code = (id: string) => ({
    id,
    hash: randomBytes(32),
    sealed: null,
    issuedBy: 'owner' as const,
    createdAt: clock.now,
    unsettledUntil: null,
    journeyId: null,
  });
  const [counts, waits] = [crypto.uuid(), crypto.uuid()];
  await store.restoreCodes.propose(person.id, code(counts));
  await store.restoreCodes.confirm(person.id, counts, clock.now);
  await store.restoreCodes.propose(person.id, code(waits));
  const kept = () => db.selectFrom('restore_codes').select('id').where('account_id', '=', person.id).execute();
  clock.now += DAY - 1;
  await purgeExpired(100);
  expect(await kept()).toHaveLength(2);
  clock.now += 1;
  await purgeExpired(100);
  expect(await kept()).toEqual([{ id: counts }]);
});
