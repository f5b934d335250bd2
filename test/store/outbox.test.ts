import { sql } from 'kysely';
import { afterEach, expect, it, vi } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { addPerson, crypto, emailTo, useStore } from './fixture.ts';

const fixture = useStore();
const soon = { timeout: 15_000, interval: 20 };

afterEach(async () => {
  await fixture().jobs.stop();
});

it('delivers what was committed, by the id alone, at once', async () => {
  const { store, outbox, jobs, clock, db } = fixture();
  const person = await addPerson(fixture());
  const delivered: string[] = [];
  await jobs.start({
    async deliver(id) {
      const message = await outbox.open(id);
      if (message) delivered.push(message.to);
      await outbox.markSent(id, clock.now);
    },
    async tellLogout() {},
    async everyMinute() {},
  });
  const message = emailTo(person, clock);
  await store.outbox.send(message);
  await vi.waitFor(() => expect(delivered).toEqual([person.email]), soon);
  await vi.waitFor(async () => {
    expect(await db.selectFrom('outbox').select(['state', 'sealed', 'sent_at']).execute()).toEqual([
      { state: 'sent', sealed: null, sent_at: clock.now },
    ]);
  }, soon);
});

it('tries again after a failure, and keeps no word of it beside the job', async () => {
  const { store, outbox, jobs, clock, db } = fixture();
  const person = await addPerson(fixture());
  let tries = 0;
  await jobs.start({
    async deliver(id) {
      tries += 1;
      if (tries === 1) {
        await outbox.markFailed(id, 'gateway\0down', false);
        throw new Error(`no route to ${person.email}`);
      }
      await outbox.markSent(id, clock.now);
    },
    async tellLogout() {},
    async everyMinute() {},
  });
  await store.outbox.send(emailTo(person, clock));
  await vi.waitFor(() => expect(tries).toBe(2), soon);
  const { rows } = await sql<{ job: string }>`select j::text as job from jobs.job j`.execute(db);
  expect(rows.filter(({ job }) => job.includes(person.email) || job.includes('no route'))).toEqual([]);
});

it('another node takes over; a job is not lost with the node that did not finish it', async () => {
  const { store, jobs, clock, url, outbox } = fixture();
  const person = await addPerson(fixture());
  await store.outbox.send(emailTo(person, clock));
  const other = await openStore({ url, crypto, now: () => clock.now });
  const delivered: string[] = [];
  try {
    await other.jobs.start({
      deliver: async () => Promise.reject(new Error('dying')),
      tellLogout: async () => {},
      everyMinute: async () => {},
    });
    await vi.waitFor(async () => {
      const { rows } = await sql`select from jobs.job where state = 'retry'`.execute(fixture().db);
      expect(rows.length).toBeGreaterThan(0);
    }, soon);
  } finally {
    await other.close();
  }
  await jobs.start({
    async deliver(id) {
      const message = await outbox.open(id);
      if (message) delivered.push(message.to);
    },
    async tellLogout() {},
    async everyMinute() {},
  });
  await vi.waitFor(() => expect(delivered).toContain(person.email), soon);
});

it('A32: what has expired, was sent or failed for good is not opened, and its text is gone', async () => {
  const { store, outbox, clock, db, purgeExpired } = fixture();
  await db.deleteFrom('outbox').execute();
  const person = await addPerson(fixture());
  for (let n = 0; n < 3; n += 1) await store.outbox.send(emailTo(person, clock));
  const [sent = '', failed = '', expired = ''] = (await db.selectFrom('outbox').select('id').execute()).map(
    ({ id }) => id,
  );
  expect(await outbox.open(sent)).toEqual(emailTo(person, clock));
  await outbox.markSent(sent, clock.now);
  await outbox.markFailed(failed, 'no such mailbox', true);
  clock.now += 300_000;
  for (const id of [sent, failed, expired, 'no-uuid']) expect(await outbox.open(id)).toBeUndefined();
  await purgeExpired(100);
  const rows = await db.selectFrom('outbox').select(['state', 'sealed']).orderBy('state').execute();
  expect(rows).toEqual(['expired', 'failed', 'sent'].map((state) => ({ state, sealed: null })));
});

it('A26: decoys have a queue of their own: however many wait, a real message leaves at once', async () => {
  const { store, outbox, jobs, clock } = fixture();
  const person = await addPerson(fixture());
  const held = Promise.withResolvers<void>();
  const delivered: string[] = [];
  let decoys = 0;
  for (let n = 0; n < 30; n += 1) await store.outbox.send(emailTo(person, clock, { to: '' }));
  await jobs.start({
    async deliver(id) {
      const message = await outbox.open(id);
      if (message?.to === '') {
        decoys += 1;
        await held.promise;
      } else if (message) delivered.push(message.to);
      await outbox.markSent(id, clock.now);
    },
    async tellLogout() {},
    async everyMinute() {},
  });
  try {
    await vi.waitFor(() => expect(decoys).toBeGreaterThanOrEqual(5), soon);
    await store.outbox.send(emailTo(person, clock));
    await vi.waitFor(() => expect(delivered).toEqual([person.email]), soon);
  } finally {
    held.resolve();
  }
});

it('A11: a decoy for nobody is queued like any other', async () => {
  const { store, outbox, clock, db } = fixture();
  await db.deleteFrom('outbox').execute();
  const nobody = { ...(await addPerson(fixture())), id: crypto.uuid() };
  await store.outbox.send({ ...emailTo(nobody, clock), to: '' });
  const { id } = await db.selectFrom('outbox').select('id').executeTakeFirstOrThrow();
  expect(await outbox.open(id)).toMatchObject({ to: '', accountId: nobody.id });
  const { rows } = await sql`select from jobs.job where data ->> 'outboxId' = ${id}`.execute(db);
  expect(rows).toHaveLength(1);
});
