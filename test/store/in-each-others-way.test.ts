import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { FROM } from '../support/from.ts';
import { addPerson, crypto, useStore } from './fixture.ts';

const fixture = useStore();

/** Settles when somebody in this database waits for a lock. */
async function somebodyWaits(): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      fixture().db,
    );
    if (rows.length > 0) return;
  }
}

test('two transactions that wait for each other both come to their end, each once', async () => {
  const [one, other] = [await addPerson(fixture()), await addPerson(fixture())];
  const { store } = fixture();
  const met = Promise.withResolvers<void>();
  let first = 0;
  const walk = (from: string, to: string) =>
    store.transaction(async (tx) => {
      await tx.accounts.loadForUpdate(from);
      first += 1;
      if (first === 2) met.resolve();
      await met.promise;
      await tx.accounts.loadForUpdate(to);
      await tx.audit.append({ kind: 'account.described', accountId: from, actor: 'user' });
    });
  await Promise.all([walk(one.id, other.id), walk(other.id, one.id)]);
  // Once more for whoever had to give way, at least.
  expect(first).toBeGreaterThan(2);
  for (const { id } of [one, other]) {
    const written = await Array.fromAsync(fixture().readAudit({ accountId: id }));
    expect(written.map(({ kind }) => kind)).toEqual(['account.described']);
  }
});

test('who counts the use of a credential does not wait for who holds the account and waits for the credential', async () => {
  const person = await addPerson(fixture());
  const { store } = fixture();
  const id = crypto.uuid();
  const sealedSecret = Buffer.from('sealed');
  await store.credentials.add(person.id, {
    id,
    kind: 'totp',
    label: '',
    sealedSecret,
    lastStep: null,
    unsettledUntil: null,
  });
  let runs = 0;
  const accepted = Promise.withResolvers<void>();
  const using = store.transaction(async (tx) => {
    runs += 1;
    await tx.credentials.acceptStep(id, 1);
    accepted.resolve();
    await somebodyWaits();
    await tx.credentials.recordUse(id, 1);
  });
  await accepted.promise;
  const switchingOff = store.transaction(async (tx) => {
    runs += 1;
    await tx.accounts.loadForUpdate(person.id);
    return tx.credentials.setState(person.id, [id], 'off', 1);
  });
  await using;
  expect(await switchingOff).toEqual([id]);
  expect(runs).toBe(2);
});

test('S13 a sign-in that comes to its session while what it stands on is ended: the session ends', async () => {
  const person = await addPerson(fixture());
  const { store, db } = fixture();
  const [journey, uid] = [crypto.uuid(), `session-${crypto.uuid()}`];
  await store.sessions.recordProofs(journey, person.id, [{ kind: 'totp', at: 1, by: 'app' }], FROM);
  await fixture().records.upsert('Session', `jti-${uid}`, { uid, accountId: person.id }, 3_600);
  const ended = await db.transaction().execute(async (other) => {
    await sql`update session_proofs set session_uid = sha256(${uid}::bytea) where journey_id = ${journey}`.execute(
      other,
    );
    const ending = store.sessions.endStandingOn(person.id, ['app']);
    await somebodyWaits();
    return { ending };
  });
  expect(await ended.ending).toEqual({ sessions: 1 });
  expect(await fixture().records.findByUid('Session', uid)).toBeUndefined();
});
