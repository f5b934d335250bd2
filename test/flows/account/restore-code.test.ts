import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { confirmRestoreCode } from '../../../src/flows/account/confirm-restore-code.ts';
import { proposeRestoreCode, sealShown } from '../../../src/flows/account/propose-restore-code.ts';
import { removeRestoreCode } from '../../../src/flows/account/remove-restore-code.ts';
import { seeRestoreCode } from '../../../src/flows/account/see-restore-code.ts';
import { contestedWith } from '../../../src/flows/contestable.ts';
import { freeze } from '../../../src/flows/freeze.ts';
import { undoContested } from '../../../src/flows/undo-contested.ts';
import { accountOf, ownerOf } from '../../support/owner.ts';
import { addPerson, type Person } from '../../support/people.ts';
import { putInForce } from '../../support/policy.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';

const OFFERING = PRESETS['restore-code'];
const ONCE = { ...OFFERING, restoreCode: { ...OFFERING.restoreCode, shownAgain: false } };

let test: TestPorts;
beforeAll(async () => {
  test = await openPorts();
});
afterAll(() => test.close());
beforeEach(async () => {
  await sql`delete from rate_limits`.execute(test.database.db);
  await putInForce(test.administration, 'default', OFFERING);
});

const rowsOf = async ({ id }: Person) =>
  test.database.db.selectFrom('restore_codes').selectAll().where('account_id', '=', id).execute();
const noticesOf = async ({ id }: Person) =>
  test.database.db
    .selectFrom('notices')
    .selectAll()
    .where('account_id', '=', id)
    .where(sql<boolean>`kind like 'restore-code-%'`)
    .orderBy('at')
    .orderBy('id')
    .execute();

/** A code on the screen of this session, as its form carries it. */
async function shown(person: Person) {
  const owner = await ownerOf(test, person.id);
  const one = proposeRestoreCode(test.ports, owner);
  const form = { shown: sealShown(test.ports, owner, one), typed: one.code };
  return { owner, one, confirm: () => confirmRestoreCode(test.ports, owner, form) };
}

it('proposing changes nothing; typing it back makes it count, under its hash alone and sealed (A29)', async () => {
  const person = await addPerson(test);
  const { one, confirm } = await shown(person);
  expect(await rowsOf(person)).toEqual([]);
  expect(await confirm()).toEqual({ outcome: 'activated', replaced: false });
  const [row, ...more] = await rowsOf(person);
  expect(more).toEqual([]);
  expect(row?.hash).toEqual(test.ports.crypto.hashToken(one.code));
  const sealed = row?.sealed ?? Buffer.of();
  expect(sealed.includes(one.code)).toBe(false);
  expect(test.ports.crypto.open(sealed, `restore-code:${one.id}`)).toBe(one.code);
  expect(() => test.ports.crypto.open(sealed, 'restore-code:another')).toThrow(/another context/);
  const dump = JSON.stringify(await sql`select n.*, a.* from notices n, audit_log a`.execute(test.database.db));
  expect(dump).not.toContain(one.code);
});

it('A4 a first code that is owed is made in the session of the enrolment, and in no other of one factor', async () => {
  const { restoreCode } = OFFERING;
  await putInForce(test.administration, 'default', { ...OFFERING, restoreCode: { ...restoreCode, automatic: true } });
  const person = await addPerson(test);
  const enrolledAt = (await accountOf(test, person.id)).credentials.find(({ kind }) => kind === 'totp')?.createdAt ?? 0;
  const from = async (at: number) => {
    const owner = await ownerOf(test, person.id, { acr: 'urn:regain:acr:1', at });
    const one = proposeRestoreCode(test.ports, owner);
    return confirmRestoreCode(test.ports, owner, { shown: sealShown(test.ports, owner, one), typed: one.code });
  };
  const before = enrolledAt - 1_000;
  const stepUp = { outcome: 'not-allowed', verdict: expect.objectContaining({ verdict: 'step-up' }) };
  // It was put off, or never owed: the session has to be a full one.
  expect(await from(before)).toEqual(stepUp);
  const { accounts } = test.ports.store;
  await accounts.update(person.id, { signInsAsked: -2 });
  // Somebody who has signed in since, by one factor.
  expect(await from(enrolledAt)).toEqual(stepUp);
  // The factor came by a recovery: cooling down.
  await accounts.update(person.id, { recoveredAt: test.ports.now() });
  expect(await from(before)).toMatchObject({ verdict: { verdict: 'wait' } });
  await sql`update accounts set recovered_at = null where id = ${person.id}`.execute(test.database.db);
  // A second factor was used since, and replaced.
  await accounts.update(person.id, { lastMethod: 'totp' });
  expect(await from(before)).toEqual(stepUp);
  await sql`update accounts set last_method = null where id = ${person.id}`.execute(test.database.db);
  expect(await from(before)).toEqual({ outcome: 'activated', replaced: false });
  expect((await accountOf(test, person.id)).signInsAsked).toBe(0);
  expect(await from(before)).toEqual(stepUp);
});

it('two at once, of two pages: one counts, the other one is told so', async () => {
  const person = await addPerson(test);
  const pages = [await shown(person), await shown(person)];
  const done = await Promise.all(pages.map(({ confirm }) => confirm()));
  expect(done.map((one) => ('reason' in one ? one.reason : one.outcome)).toSorted()).toEqual(['activated', 'expired']);
  const [row, ...more] = await rowsOf(person);
  const winner = pages[done.findIndex(({ outcome }) => outcome === 'activated')];
  expect([more, row?.id]).toEqual([[], winner?.one.id]);
});

it('one form many times at once activates one and tells of one', async () => {
  const person = await addPerson(test);
  const { confirm, one } = await shown(person);
  const done = await Promise.all(Array.from({ length: 8 }, confirm));
  expect(new Set(done.map(({ outcome }) => outcome))).toEqual(new Set(['activated']));
  expect((await rowsOf(person)).map(({ id }) => id)).toEqual([one.id]);
  expect((await noticesOf(person)).map(({ kind }) => kind)).toEqual(['restore-code-activated']);
});

it('A14 the code that counts is spent once by fifty at once, and the next one replaces it whole', async () => {
  const person = await addPerson(test);
  const first = await shown(person);
  await first.confirm();
  const second = await shown(person);
  expect(await second.confirm()).toEqual({ outcome: 'activated', replaced: true });
  expect(await test.ports.store.restoreCodes.spend(person.id, first.one.id, test.clock.now)).toBe(false);
  const spent = await Promise.all(
    Array.from({ length: 50 }, () => test.ports.store.restoreCodes.spend(person.id, second.one.id, test.clock.now)),
  );
  expect(spent.filter(Boolean)).toHaveLength(1);
  expect(await rowsOf(person)).toEqual([]);
  const [activated, replaced] = await noticesOf(person);
  expect([activated?.added, replaced?.removed, replaced?.added]).toEqual([
    [first.one.id],
    [first.one.id],
    [second.one.id],
  ]);
});

it('A4 none of it in an old session, one of one factor, or while a recovery cools down; removing needs the session only', async () => {
  const person = await addPerson(test);
  await (await shown(person)).confirm();
  const [held] = await rowsOf(person);
  const settings = [{ acr: 'urn:regain:acr:1' as const }, { at: test.clock.now - 1_200_001 }];
  for (const one of settings) {
    const owner = await ownerOf(test, person.id, one);
    const proposed = proposeRestoreCode(test.ports, owner);
    const form = { shown: sealShown(test.ports, owner, proposed), typed: proposed.code };
    const stepUp = { outcome: 'not-allowed', verdict: { verdict: 'step-up' } };
    expect(await confirmRestoreCode(test.ports, owner, form)).toMatchObject(stepUp);
    expect(await seeRestoreCode(test.ports, owner)).toMatchObject(stepUp);
  }
  await test.ports.store.accounts.update(person.id, { recoveredAt: test.clock.now });
  const cooling = { outcome: 'not-allowed', verdict: { verdict: 'wait' } };
  expect(await (await shown(person)).confirm()).toMatchObject(cooling);
  expect(await seeRestoreCode(test.ports, await ownerOf(test, person.id))).toMatchObject(cooling);
  expect((await rowsOf(person)).map(({ id }) => id)).toEqual([held?.id]);
  const weak = await ownerOf(test, person.id, settings[1] ?? {});
  expect(await removeRestoreCode(test.ports, weak)).toEqual({ outcome: 'removed' });
  expect(await removeRestoreCode(test.ports, weak)).toMatchObject({ reason: 'gone' });
  expect(await rowsOf(person)).toEqual([]);
});

it('is shown as it is, each time with a notice and a line; never where the policy or the account says no', async () => {
  const person = await addPerson(test);
  const { one, confirm } = await shown(person);
  await confirm();
  const owner = await ownerOf(test, person.id);
  for (let time = 0; time < 2; time += 1)
    expect(await seeRestoreCode(test.ports, owner)).toMatchObject({ outcome: 'seen', shown: { code: one.code } });
  const viewed = (await noticesOf(person)).filter(({ kind }) => kind === 'restore-code-viewed');
  expect([viewed.length, viewed.every(({ told }) => told)]).toEqual([2, true]);
  const entries = await test.ports.store.activity.of(person.id, { limit: 100 });
  expect(entries.filter(({ kind }) => kind === 'restore-code.viewed')).toHaveLength(2);

  const { db } = test.database;
  await db.updateTable('accounts').set({ restore_forbidden: true }).where('id', '=', person.id).execute();
  expect(await seeRestoreCode(test.ports, owner)).toMatchObject({ reason: 'forbidden' });
  expect(await (await shown(person)).confirm()).toMatchObject({ reason: 'forbidden' });
  await db.updateTable('accounts').set({ restore_forbidden: false }).where('id', '=', person.id).execute();
  await putInForce(test.administration, 'default', ONCE);
  expect((await rowsOf(person))[0]?.sealed).toBeNull();
  expect(await seeRestoreCode(test.ports, owner)).toMatchObject({ reason: 'no-copy' });
  await putInForce(test.administration, 'default', PRESETS['password-sms']);
  expect(await seeRestoreCode(test.ports, owner)).toMatchObject({ reason: 'not-offered' });
});

it('no copy is left when the policy is changed while codes are being confirmed (S2)', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => addPerson(test)));
  const pages = await Promise.all(people.map(shown));
  await Promise.all([
    ...pages.slice(0, 3).map(({ confirm }) => confirm()),
    putInForce(test.administration, 'default', ONCE),
    ...pages.slice(3).map(({ confirm }) => confirm()),
  ]);
  const rows = (await Promise.all(people.map(rowsOf))).flat();
  expect([rows.length, rows.filter(({ sealed }) => sealed !== null)]).toEqual([6, []]);
});

it.each(['restore-code-viewed', 'restore-code-activated'])(
  'contested, %s takes the code: whoever did it may hold it',
  async (kind) => {
    const person = await addPerson(test);
    expect(await (await shown(person)).confirm()).toMatchObject({ outcome: 'activated' });
    expect(await seeRestoreCode(test.ports, await ownerOf(test, person.id))).toMatchObject({ outcome: 'seen' });
    const { ports } = test;
    const [row] = (await noticesOf(person)).filter((one) => one.kind === kind);
    await ports.store.transaction(async (tx) => {
      const account = await accountOf(test, person.id);
      const notice = (await tx.notices.toldSince(account.id, 0, 10)).find(({ id }) => id === row?.id);
      if (!notice) throw new Error('no notice');
      const acts = await contestedWith(tx, account, notice, []);
      for (const { id } of acts) await tx.notices.contest(id, ports.now());
      await freeze(ports, tx, account, acts, { ip: '203.0.113.9', userAgent: '', deviceHash: null });
    });
    await ports.store.transaction(async (tx) => {
      await undoContested(tx, await accountOf(test, person.id), ports.now());
    });
    expect(await rowsOf(person)).toEqual([]);
  },
);
