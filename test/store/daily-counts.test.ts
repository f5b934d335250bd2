import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { backFill } from '../../migrations/0019-daily-counts.ts';
import type { Journey } from '../../src/domain/journey.ts';
import { countsQuery, figuresOn } from '../../src/store/administration/figures.ts';
import { planOf, readsOf } from '../support/plans.ts';
import { addPerson, atOnce, emailTo, journeyOf, type Person, useStore, visitor } from './fixture.ts';

const fixture = useStore();
const DAY = 86_400_000;
const WAY = 'reset-second-factor:email-code+password+sms-code';

/** What was counted since the last call, as "kind route: count". */
let before: Record<string, number> = {};
async function counted(): Promise<Record<string, number>> {
  const { db } = fixture();
  const rows = await db.selectFrom('daily_counts').selectAll().where('organization_id', '=', 'default').execute();
  const all = Object.fromEntries(rows.map(({ day, kind, route, count }) => [`${day} ${kind} ${route}`, count]));
  const changed = Object.entries(all).filter(([key, count]) => count !== (before[key] ?? 0));
  const since = changed.map(([key, count]) => [key, count - (before[key] ?? 0)] as const);
  before = all;
  return Object.fromEntries(since);
}

const today = () => fixture().clock.now - (fixture().clock.now % DAY);

test('sign-ins and failed tries of somebody, by day, however many at once; nothing of what was taken back', async () => {
  const { store, clock } = fixture();
  const person = await addPerson(fixture());
  await counted();
  const about = { accountId: person.id, organizationId: 'default', actor: 'user' } as const;
  await atOnce(20, () => store.audit.append({ ...about, kind: 'sign-in.succeeded' }, visitor));
  await store.audit.append({ ...about, kind: 'sign-in.failed' }, visitor);
  await store.audit.append({ kind: 'sign-in.failed', actor: 'user' }, visitor);
  await store.audit.append({ ...about, kind: 'step-up.succeeded' }, visitor);
  const lost = store.transaction(async (tx) => {
    await tx.audit.append({ ...about, kind: 'sign-in.succeeded' }, visitor);
    throw new Error('taken back');
  });
  await expect(lost).rejects.toThrow('taken back');
  clock.now += DAY;
  await store.audit.append({ ...about, kind: 'sign-in.succeeded' }, visitor);
  expect(await counted()).toEqual({
    [`${today() - DAY} sign-in `]: 20,
    [`${today() - DAY} sign-in-failed `]: 1,
    [`${today()} sign-in `]: 1,
  });
});

test('messages on the day on which they were asked for: sent, given up, too late; a decoy is none', async () => {
  const { store, outbox, clock, db, purgeExpired } = fixture();
  const person = await addPerson(fixture());
  await counted();
  const sms = { ...emailTo(person, clock), channel: 'sms', content: { template: 'code', code: '1' } } as const;
  await store.outbox.send(emailTo(person, clock));
  await store.outbox.send({ ...emailTo(person, clock), outlivesAccount: true });
  await store.outbox.send(sms);
  await store.outbox.send(sms);
  await store.outbox.send(emailTo(person, clock, { to: '' }));
  const queued = await db.selectFrom('outbox').select(['id', 'channel']).where('state', '=', 'queued').execute();
  const [first, second] = queued.filter(({ channel }) => channel === 'sms').map(({ id }) => id);
  clock.now += DAY;
  for (const { id } of queued.filter(({ channel }) => channel === 'email')) await outbox.markSent(id, clock.now);
  await outbox.markFailed(first ?? '', 'busy', false);
  await outbox.markFailed(first ?? '', 'no such number', true);
  await outbox.markFailed(first ?? '', 'no such number', true);
  await purgeExpired(100);
  expect(
    await db
      .selectFrom('outbox')
      .select('state')
      .where('id', '=', second ?? '')
      .execute(),
  ).toEqual([{ state: 'expired' }]);
  expect(await counted()).toEqual({ [`${today() - DAY} email-sent `]: 2, [`${today() - DAY} sms-failed `]: 2 });
});

const recovery = (person: Person, changes: Partial<Journey> = {}) =>
  journeyOf(fixture().clock, {
    kind: 'recovery',
    goal: null,
    accountId: person.id,
    interactionUid: null,
    expiresAt: fixture().clock.now + 1_800_000,
    ...changes,
  });
const walk = async (
  journey: Journey,
  changes: Parameters<ReturnType<typeof fixture>['store']['journeys']['advance']>[1],
) => {
  const walked = await fixture().store.journeys.advance(journey, changes);
  if (!walked) throw new Error('not advanced');
  return walked;
};

test('a recovery on the day on which it was begun, under the way that it walks in the end; in any browser it is one', async () => {
  const { store, db, clock } = fixture();
  const person = await addPerson(fixture());
  await counted();
  const begun = await store.journeys.create(recovery(person), randomBytes(32));
  const day = today();
  expect(await counted()).toEqual({ [`${day} recovery-begun `]: 1 });
  await walk(begun, { goal: 'reset-password', route: 'reset-password:email-code+totp' });
  const elsewhere = await store.journeys.create(recovery(person, { origin: begun.id }), randomBytes(32));
  const walked = await walk(elsewhere, { goal: 'reset-second-factor', route: WAY });
  expect(await counted()).toEqual({ [`${day} recovery-begun `]: -1, [`${day} recovery-begun ${WAY}`]: 1 });
  const open = await figuresOn(db).openRecoveries({ scope: ['default'], from: day }, clock.now);
  expect(open).toEqual([{ day, route: WAY, count: 1 }]);
  await store.transaction(async (tx) => {
    await tx.journeys.complete(walked, clock.now);
    await tx.journeys.endOthers(person.id, walked.id, clock.now);
  });
  expect(await counted()).toEqual({ [`${day} recovery-finished ${WAY}`]: 1 });
  expect(await figuresOn(db).openRecoveries({ scope: null, from: day }, clock.now)).toEqual([]);
});

test('a decoy is counted once it is somebody’s; a sign-in, an invitation and what was taken back never', async () => {
  const { store } = fixture();
  const person = await addPerson(fixture());
  await counted();
  const nobody = await store.journeys.create({ ...recovery(person), accountId: null }, randomBytes(32));
  await store.journeys.create(recovery(person, { kind: 'sign-in', goal: 'sign-in' }), randomBytes(32));
  await store.journeys.create(recovery(person, { kind: 'invitation' }), randomBytes(32));
  const lost = store.transaction(async (tx) => {
    await tx.journeys.create(recovery(person), randomBytes(32));
    throw new Error('taken back');
  });
  await expect(lost).rejects.toThrow('taken back');
  expect(await counted()).toEqual({});
  await walk(nobody, { accountId: person.id });
  expect(await counted()).toEqual({ [`${today()} recovery-begun `]: 1 });
});

test('many that begin, go on and end at once are counted once each, and hold up nobody', async () => {
  const { store, clock } = fixture();
  const people = await atOnce(10, () => addPerson(fixture()));
  await counted();
  await Promise.all(
    people.map(async (person) => {
      const begun = await store.journeys.create(recovery(person), randomBytes(32));
      const walked = await walk(begun, { goal: 'reset-second-factor', route: WAY });
      await store.transaction(async (tx) => {
        await tx.accounts.loadForUpdate(person.id);
        await tx.journeys.complete(walked, clock.now);
        const about = { accountId: person.id, organizationId: 'default', actor: 'user' } as const;
        await tx.audit.append({ ...about, kind: 'sign-in.succeeded' }, visitor);
      });
    }),
  );
  expect(await counted()).toEqual({
    [`${today()} recovery-begun ${WAY}`]: 10,
    [`${today()} recovery-finished ${WAY}`]: 10,
    [`${today()} sign-in `]: 10,
  });
});

test('what was stored before there were counts is counted as if there had been', async () => {
  const { store, db, clock } = fixture();
  await sql`truncate daily_counts, recoveries; delete from journeys`.execute(db);
  const person = await addPerson(fixture());
  const about = { accountId: person.id, organizationId: 'default', actor: 'user' } as const;
  const told = (journey: string, finished: boolean) =>
    store.audit.append(
      finished
        ? {
            ...about,
            kind: 'recovery.finished',
            details: { journey, goal: 'reset-second-factor', proofs: ['email-code', 'password', 'sms-code'] },
          }
        : { ...about, kind: 'recovery.begun', details: { journey, written: true } },
    );
  // Given up; finished in the browser that asked; finished in another one; a name that nobody has.
  for (const [here, there] of [[undefined], ['a', 'a'], ['b', 'c']] as const) {
    const begun = await store.journeys.create(recovery(person), randomBytes(32));
    await told(here ?? begun.id, false);
    if (there === undefined) continue;
    const walked = await walk(begun, { goal: 'reset-second-factor', route: WAY });
    await store.journeys.complete(walked, clock.now);
    await told(there, true);
  }
  await store.audit.append({ kind: 'recovery.begun', actor: 'user', details: { journey: 'd', written: false } });
  await store.audit.append({
    ...about,
    kind: 'emergency-code.made',
    details: { journey: 'e', proofs: ['password', 'sms-code'] },
  });
  const kept = await figuresOn(db).counts({ scope: null, from: today() });
  const open = await figuresOn(db).openRecoveries({ scope: null, from: today() }, clock.now);
  expect(open).toEqual([{ day: today(), route: '', count: 1 }]);

  // As in the migration, where there is no trigger yet.
  await sql`truncate daily_counts, recoveries; alter table recoveries disable trigger recoveries_counted`.execute(db);
  await backFill(db);
  await sql`alter table recoveries enable trigger recoveries_counted`.execute(db);
  const again = await figuresOn(db).counts({ scope: null, from: today() });
  const plain = (rows: typeof kept) =>
    rows.filter(({ kind }) => kind.startsWith('recovery')).map(({ kind, route, count }) => `${kind} ${route} ${count}`);
  expect(plain(kept).toSorted()).toEqual([
    'recovery-begun  1',
    `recovery-begun ${WAY} 2`,
    `recovery-finished ${WAY} 2`,
  ]);
  // The way that begins with the password stands in the log only.
  expect(plain(again).toSorted()).toEqual(
    [
      ...plain(kept),
      'recovery-begun emergency-code:password+sms-code 1',
      'recovery-finished emergency-code:password+sms-code 1',
    ].toSorted(),
  );
  expect(await figuresOn(db).openRecoveries({ scope: null, from: today() }, clock.now)).toEqual(open);
});

test('read by index, as much as is shown, among a year of 100 organizations', async () => {
  const { db } = fixture();
  await sql`insert into daily_counts select 'o' || o, ${today()}::bigint - d * ${DAY}::bigint, kind, '', 1
    from generate_series(1, 100) o, generate_series(0, 364) d,
      unnest(array['sign-in', 'email-sent']) kind`.execute(db);
  await sql`vacuum analyze daily_counts`.execute(db);
  const query = { scope: ['o7'], from: today() - 29 * DAY };
  const { rows, reads } = readsOf(await planOf(db, countsQuery(query)), 'daily_counts');
  expect([rows, reads.filter((node) => node['Node Type'] === 'Seq Scan')]).toEqual([60, []]);
  expect(await figuresOn(db).counts(query)).toHaveLength(60);
  expect(await figuresOn(db).counts({ scope: [], from: 0 })).toEqual([]);
});

test('what is older than is shown is removed', async () => {
  const { db, purgeExpired, clock } = fixture();
  await purgeExpired(100_000);
  const day = today() - 401 * DAY;
  await db
    .insertInto('daily_counts')
    .values({ organization_id: 'default', day, kind: 'sign-in', route: '', count: 1 })
    .execute();
  clock.now += 3 * DAY;
  expect(await purgeExpired(100_000)).toBeGreaterThan(0);
  expect(await db.selectFrom('daily_counts').select('day').where('day', '=', day).execute()).toEqual([]);
  expect(await db.selectFrom('recoveries').select('id').execute()).toEqual([]);
});
