import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Message } from '../../../src/domain/message.ts';
import { askToClose } from '../../../src/flows/account/ask-to-close.ts';
import { cancelClosing } from '../../../src/flows/account/cancel-closing.ts';
import { resumeAccount } from '../../../src/flows/administration/resume-account.ts';
import { suspendAccount } from '../../../src/flows/administration/suspend-account.ts';
import { closeDueAccounts } from '../../../src/flows/close-due-accounts.ts';
import { freeze } from '../../../src/flows/freeze.ts';
import { undoContested } from '../../../src/flows/undo-contested.ts';
import { addPerson, type Person } from '../../support/people.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';
import { auditOf, HOME, ownerOf } from './owner.ts';

const DAY = 86_400_000;
const CLOSING = 7 * DAY;

let test: TestPorts;
beforeAll(async () => {
  test = await openPorts();
});
afterAll(() => test.close());
/** What one test leaves is not due in the next. */
afterEach(() => sql`update accounts set closes_at = null`.execute(test.database.db));

const accountOf = ({ id }: Person) => test.ports.store.accounts.load(id);
const update = ({ id }: Person, changes: object) => test.ports.store.accounts.update(id, changes);

async function asked(person: Person): Promise<number> {
  const done = await askToClose(test.ports, await ownerOf(test, person));
  if (done.outcome !== 'closing') throw new Error(`not closing: ${JSON.stringify(done)}`);
  return done.closesAt;
}

/** What waits in the outbox, opened, newest last. */
async function messages(): Promise<Message[]> {
  const rows = await test.database.db.selectFrom('outbox').select('id').orderBy('created_at').execute();
  const opened = await Promise.all(rows.map(({ id }) => test.database.outbox.open(id)));
  return opened.filter((message) => message !== undefined);
}

const noticesTo = async ({ id }: Pick<Person, 'id'>, notice: string) =>
  (await messages()).filter(
    ({ accountId, content }) => accountId === id && content.template === 'notice' && content.notice === notice,
  );

it('asks, tells everybody until when it can be kept, and counts once', async () => {
  const person = await addPerson(test);
  const closesAt = await asked(person);
  expect(closesAt).toBe(test.ports.now() + CLOSING);
  expect((await accountOf(person))?.closesAt).toBe(closesAt);
  test.clock.now += DAY;
  expect(await asked(person)).toBe(closesAt);

  const told = await noticesTo(person, 'closing-asked');
  expect(told.map(({ to }) => to).toSorted()).toEqual([person.phone, person.email].toSorted());
  expect(told.find(({ channel }) => channel === 'email')?.content).toMatchObject({
    until: closesAt,
    contest: { digits: expect.stringMatching(/^\d\d$/) },
  });
  expect((await auditOf(test, person.id)).filter((kind) => kind === 'account.closing-asked')).toHaveLength(1);
});

it('many at once ask once', async () => {
  const person = await addPerson(test);
  const owner = await ownerOf(test, person);
  const all = await Promise.all(Array.from({ length: 6 }, () => askToClose(test.ports, owner)));
  expect(new Set(all.map((done) => JSON.stringify(done))).size).toBe(1);
  expect(await noticesTo(person, 'closing-asked')).toHaveLength(2);
});

it('A4 a weak or an old session closes nothing, and an ended one neither closes nor keeps', async () => {
  const person = await addPerson(test);
  const weak = await ownerOf(test, person, { acr: 'urn:regain:acr:1' });
  const stepUp = { verdict: 'step-up', acr: 'urn:regain:acr:2', maxAge: 570 };
  expect(await askToClose(test.ports, weak)).toMatchObject({ verdict: stepUp });
  const old = await ownerOf(test, person, { age: 21 * 60_000 });
  expect(await askToClose(test.ports, old)).toMatchObject({ verdict: stepUp });
  const ended = await ownerOf(test, person);
  await test.ports.store.sessions.endAll(person.id);
  expect(await askToClose(test.ports, ended)).toMatchObject({ verdict: { verdict: 'session-over' } });
  expect((await accountOf(person))?.closesAt).toBeNull();

  await update(person, { closesAt: test.ports.now() + DAY });
  expect(await cancelClosing(test.ports, ended)).toMatchObject({ verdict: { verdict: 'session-over' } });
  expect((await accountOf(person))?.closesAt).not.toBeNull();
});

it('waits while a recovery cools down; keeping it does not', async () => {
  const person = await addPerson(test);
  await update(person, { recoveredAt: test.ports.now() - 60_000 });
  const owner = await ownerOf(test, person);
  const until = test.ports.now() - 60_000 + owner.account.policy.lifetimes.cooling * 1000;
  expect(await askToClose(test.ports, owner)).toMatchObject({ verdict: { verdict: 'wait', until } });
  await update(person, { closesAt: test.ports.now() + DAY });
  const weak = await ownerOf(test, person, { acr: 'urn:regain:acr:1', age: 8 * 3_600_000 });
  expect(await cancelClosing(test.ports, weak)).toEqual({ outcome: 'kept', changed: true });
  expect((await accountOf(person))?.closesAt).toBeNull();
});

it('keeps it once, and tells everybody', async () => {
  const person = await addPerson(test);
  await asked(person);
  const owner = await ownerOf(test, person);
  expect(await cancelClosing(test.ports, owner)).toEqual({ outcome: 'kept', changed: true });
  expect(await cancelClosing(test.ports, owner)).toEqual({ outcome: 'kept', changed: false });
  expect(await noticesTo(person, 'closing-cancelled')).toHaveLength(2);
  test.clock.now += 30 * DAY;
  await closeDueAccounts(test.ports);
  expect(await accountOf(person)).toBeDefined();
});

/** Every table that still names the account anywhere, and how often. */
async function tracesOf({ id }: Person): Promise<Record<string, number>> {
  const { db } = test.database;
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(db);
  const counted = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from ${sql.table(name)} t where t::text like ${`%${id}%`}`.execute(db);
      return [name, rows[0]?.n ?? 0] as const;
    }),
  );
  return Object.fromEntries(counted.filter(([, n]) => n > 0));
}

it('erases it when its time has come, with everything that names it but the lines of the log, and says a last word', async () => {
  const person = await addPerson(test);
  const closesAt = await asked(person);
  const owner = await ownerOf(test, person);
  expect(Object.keys(await tracesOf(person))).toEqual(
    expect.arrayContaining(['accounts', 'contact_points', 'credentials', 'notices', 'outbox', 'session_proofs']),
  );
  test.clock.now = closesAt - 1;
  expect(await closeDueAccounts(test.ports)).toBe(0);
  test.clock.now = closesAt;
  expect(await closeDueAccounts(test.ports)).toBe(1);

  expect(await accountOf(person)).toBeUndefined();
  expect(Object.keys(await tracesOf(person))).toEqual(['audit_log']);
  expect((await auditOf(test, person.id)).at(-1)).toBe('account.closed');
  expect(await test.ports.store.sessions.proofsOf(owner.session.uid, person.id)).toEqual([]);
  expect((await test.database.verifyAudit()).ok).toBe(true);
  // Nothing that it had been told before is sent any more; the last word is.
  const left = (await messages()).filter(({ accountId }) => accountId === person.id);
  expect(left.map(({ to }) => to).toSorted()).toEqual([person.phone, person.email].toSorted());
  expect(left.map(({ content }) => content)).toEqual(
    left.map(() => ({
      template: 'notice',
      notice: 'account-closed',
      circumstances: { at: closesAt, ip: '', userAgent: '' },
    })),
  );
});

it('several nodes at once close it once', async () => {
  const person = await addPerson(test);
  test.clock.now = await asked(person);
  const counts = await Promise.all(Array.from({ length: 5 }, () => closeDueAccounts(test.ports)));
  expect(counts.reduce((all, n) => all + n, 0)).toBe(1);
  expect((await auditOf(test, person.id)).filter((kind) => kind === 'account.closed')).toHaveLength(1);
  expect(await noticesTo(person, 'account-closed')).toHaveLength(2);
});

/** As if it had become due right before it was suspended, frozen, kept. */
const dueAlready = ({ id }: Person) => ({
  ...test.ports,
  store: {
    ...test.ports.store,
    accounts: { ...test.ports.store.accounts, toClose: async () => [id, test.ports.crypto.uuid()] },
  },
});

it('looks again under the lock: what was kept, suspended or frozen since it was found to be due stays', async () => {
  const person = await addPerson(test);
  const closesAt = await asked(person);
  expect(await closeDueAccounts(dueAlready(person))).toBe(0);
  test.clock.now = closesAt;
  for (const changes of [{ closesAt: null }, { suspendedAt: 1 }, { frozenAt: 1 }]) {
    await update(person, { closesAt, suspendedAt: null, frozenAt: null, ...changes });
    expect(await closeDueAccounts(dueAlready(person))).toBe(0);
  }
  await update(person, { closesAt, suspendedAt: null, frozenAt: null });
  expect(await closeDueAccounts(dueAlready(person))).toBe(1);
});

it('leaves one alone that is suspended, and gives it the whole time again when it is resumed', async () => {
  const person = await addPerson(test);
  await asked(person);
  await suspendAccount(test.administration, person.username);
  test.clock.now += CLOSING + DAY;
  await closeDueAccounts(test.ports);
  expect(await accountOf(person)).toBeDefined();
  await resumeAccount(test.administration, person.username);
  await closeDueAccounts(test.ports);
  expect((await accountOf(person))?.closesAt).toBe(test.ports.now() + CLOSING);
});

it('leaves one alone that is frozen, however many are due', async () => {
  const person = await addPerson(test);
  await asked(person);
  await update(person, { frozenAt: test.ports.now() });
  test.clock.now += CLOSING + DAY;
  expect(await test.ports.store.accounts.toClose(test.ports.now(), 1)).toEqual([]);
  await closeDueAccounts(test.ports);
  expect(await accountOf(person)).toBeDefined();
});

it('X3 one whose closing was contested stays open once the way back was walked', async () => {
  const person = await addPerson(test);
  const closesAt = await asked(person);
  const [notice] = await test.ports.store.notices.toldSince(person.id, 0, 1);
  await test.ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(person.id);
    if (!account || !notice) throw new Error('nothing to contest');
    await tx.notices.contest(notice.id, test.ports.now());
    await freeze(test.ports, tx, account, [notice], HOME);
  });
  test.clock.now = closesAt;
  expect(await closeDueAccounts(test.ports)).toBe(0);
  await test.ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(person.id);
    if (account) await undoContested(tx, account, test.ports.now());
  });
  expect(await closeDueAccounts(test.ports)).toBe(0);
  expect(await accountOf(person)).toMatchObject({ frozenAt: null, closesAt: null });
});

it('one that was recovered lately is closed when the cooling period is over', async () => {
  const person = await addPerson(test);
  await asked(person);
  test.clock.now += CLOSING;
  const recoveredAt = test.ports.now() - 60_000;
  await update(person, { recoveredAt });
  expect(await closeDueAccounts(test.ports)).toBe(0);
  const account = await accountOf(person);
  const until = recoveredAt + (account?.policy.lifetimes.cooling ?? 0) * 1000;
  expect(account?.closesAt).toBe(until);
  test.clock.now = until;
  expect(await closeDueAccounts(test.ports)).toBe(1);
});

it('one that fails holds up no other, and is tried again', async () => {
  const [first, second] = [await addPerson(test), await addPerson(test)];
  await asked(first);
  test.clock.now += 1_000;
  test.clock.now = await asked(second);
  const failing = {
    ...test.ports,
    store: {
      ...test.ports.store,
      transaction: <T>(work: Parameters<typeof test.ports.store.transaction<T>>[0]) =>
        test.ports.store.transaction<T>((tx) =>
          work({
            ...tx,
            accounts: {
              ...tx.accounts,
              erase: (id) => (id === first.id ? Promise.reject(new Error('disk full')) : tx.accounts.erase(id)),
            },
          }),
        ),
    },
  };
  await expect(closeDueAccounts(failing)).rejects.toThrow('disk full');
  expect([await accountOf(first), await accountOf(second)]).toEqual([expect.anything(), undefined]);
  expect(await closeDueAccounts(test.ports)).toBe(1);
  expect(await accountOf(first)).toBeUndefined();
});
