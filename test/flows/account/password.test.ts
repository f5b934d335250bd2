import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { changePassword } from '../../../src/flows/account/change-password.ts';
import { accountOf, ownerOf } from '../../support/owner.ts';
import { addPerson, type Person } from '../../support/people.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';

const NEW = 'a quiet harbour in spring';
const DAY = 86_400_000;

let test: TestPorts;
beforeAll(async () => {
  test = await openPorts();
});
afterAll(() => test.close());
beforeEach(() => sql`delete from rate_limits`.execute(test.database.db));

const passwordsOf = async ({ id }: Person) =>
  (await accountOf(test, id)).credentials.filter(({ kind }) => kind === 'password');

it('two sessions at once: one sets its password, the other one is over', async () => {
  const person = await addPerson(test);
  const owners = [await ownerOf(test, person.id), await ownerOf(test, person.id)];
  for (const { session } of owners) {
    const payload = { uid: session.uid, accountId: person.id };
    await test.database.records.upsert('Session', test.ports.crypto.token(), payload, 3_600);
  }
  const all = await Promise.all(owners.map((owner, n) => changePassword(test.ports, owner, `${NEW} ${n}`)));
  expect(all.map((one) => (one.outcome === 'not-allowed' ? one.verdict.verdict : one.outcome)).toSorted()).toEqual([
    'changed',
    'session-over',
  ]);
  const [held, ...more] = await passwordsOf(person);
  const winner = all.findIndex(({ outcome }) => outcome === 'changed');
  const hash = held?.kind === 'password' ? held.hash : undefined;
  expect((await test.ports.passwords.verify(`${NEW} ${winner}`, hash)).ok).toBe(true);
  expect(more).toEqual([]);
});

it('the old one is kept sealed, so that a contest revives it; the notice says which came and which went', async () => {
  const person = await addPerson(test);
  const [old] = await passwordsOf(person);
  expect(await changePassword(test.ports, await ownerOf(test, person.id), NEW)).toMatchObject({ outcome: 'changed' });
  const [held] = await passwordsOf(person);
  const { db } = test.database;
  const sealed = await db
    .selectFrom('credentials')
    .selectAll()
    .where('id', '=', old?.id ?? '')
    .executeTakeFirst();
  expect([sealed?.state, (sealed?.purge_at ?? 0) >= test.clock.now + DAY]).toEqual(['removed', true]);
  const notice = await db
    .selectFrom('notices')
    .selectAll()
    .where('kind', '=', 'password-changed')
    .where('account_id', '=', person.id)
    .executeTakeFirst();
  expect([notice?.kind, notice?.added, notice?.removed]).toEqual(['password-changed', [held?.id], [old?.id]]);
  expect(notice?.used).toContain(old?.id);
});

it('A4 a session of one factor, or an old one, changes nothing', async () => {
  const person = await addPerson(test);
  const [old] = await passwordsOf(person);
  for (const settings of [{ acr: 'urn:regain:acr:1' as const }, { at: test.clock.now - 1_200_001 }]) {
    const outcome = await changePassword(test.ports, await ownerOf(test, person.id, settings), NEW);
    expect(outcome).toMatchObject({ outcome: 'not-allowed', verdict: { verdict: 'step-up', maxAge: 570 } });
  }
  expect((await passwordsOf(person)).map(({ id }) => id)).toEqual([old?.id]);
});

it('after a recovery the password that it set may be changed at once, and stays unsettled; an older one waits', async () => {
  const person = await addPerson(test, { totp: false });
  const settles = test.clock.now + 7 * DAY;
  await test.database.db
    .updateTable('credentials')
    .set({ unsettled_until: settles, created_at: test.clock.now })
    .where('account_id', '=', person.id)
    .execute();
  await test.ports.store.accounts.update(person.id, { recoveredAt: test.clock.now });
  const change = async () =>
    changePassword(test.ports, await ownerOf(test, person.id, { acr: 'urn:regain:acr:1' }), `${NEW} ${test.clock.now}`);
  expect(await change()).toMatchObject({ outcome: 'changed' });
  const [held] = await passwordsOf(person);
  expect(held?.unsettledUntil).toBe(settles);

  await test.database.db
    .updateTable('credentials')
    .set({ created_at: test.clock.now - 1 })
    .where('account_id', '=', person.id)
    .execute();
  const until = test.clock.now + DAY;
  expect(await change()).toMatchObject({ outcome: 'not-allowed', verdict: { verdict: 'wait', until } });
  test.clock.now += DAY;
  expect(await change()).toMatchObject({ outcome: 'changed' });
});
