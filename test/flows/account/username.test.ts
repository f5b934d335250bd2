import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { addContact } from '../../../src/flows/account/add-contact.ts';
import { changeUsername } from '../../../src/flows/account/change-username.ts';
import { createAccount } from '../../../src/flows/administration/create-account.ts';
import { Taken } from '../../../src/flows/ports/administration.ts';
import type { Account, Visitor } from '../../../src/flows/ports.ts';
import type { Person } from '../../support/people.ts';
import { OWNER, THIEF, useContested } from '../contested.ts';
import { ownerOf } from './owner.ts';

const here = useContested();
const DAY = 86_400_000;
const WITH_APP = ['email-code', 'password', 'totp'] as const;

afterEach(() => sql`delete from rate_limits`.execute(here().test.database.db));

/** Somebody in a session of the account calls it so. */
async function called(person: Person, username: string, visitor: Visitor = THIEF): Promise<string> {
  here().test.clock.now += 1_000;
  const owner = { ...(await ownerOf(here().test, person)), visitor };
  const done = await changeUsername(here().ports, owner, username);
  return done.outcome === 'refused' ? done.reason : done.outcome;
}

/** The changes to these names were not the owner's, who walks the way back. */
async function contested(person: Person, names: readonly string[], all: readonly string[]): Promise<string> {
  const { ports, contest, lift } = here();
  const changes = (await ports.store.notices.toldSince(person.id, 0, 100))
    .filter(({ kind }) => kind === 'username-changed')
    .toReversed();
  const [first, ...more] = names.map((name) => changes[all.indexOf(name)]);
  if (!first) throw new Error('nothing to contest');
  expect(
    (
      await contest(
        first,
        more.flatMap((one) => one?.id ?? []),
      )
    ).outcome,
  ).toBe('frozen');
  const done = await lift(person, WITH_APP);
  if (done.outcome !== 'finished') throw new Error(done.reason);
  return done.receipt.undone?.username ?? '';
}

const found = async (name: string): Promise<Account['id'] | undefined> =>
  (await here().ports.store.accounts.findByIdentifier(name))?.id;

const made = () => `name${here().test.crypto.digits(8)}`;

describe('a username that was changed', () => {
  it('is nobody else’s for a week, by a change, as an address or for a new account; then it is free', async () => {
    const { person, test, ports } = here();
    const [owner, other] = [await person(), await person()];
    const [late, new_] = [made(), made()];
    expect(await called(owner, new_)).toBe('changed');
    const account = {
      email: `${late}@example.com`,
      organizationId: 'default',
      emailVerified: true,
      phoneVerified: false,
      invite: false,
    };
    const create = () => createAccount(test.administration, { ...account, username: owner.username.toUpperCase() });

    test.clock.now += 7 * DAY - 10_000;
    await test.database.purgeExpired(100);
    expect(await found(owner.username)).toBe(owner.id);
    expect(await called(other, owner.username.toUpperCase(), OWNER)).toBe('taken');
    expect(await create()).toMatchObject({ outcome: 'refused' });

    test.clock.now += 20_000;
    await test.database.purgeExpired(100);
    expect(await found(owner.username)).toBeUndefined();
    expect(await create()).toMatchObject({ outcome: 'created' });
    expect(await ports.store.accounts.formerUsernames(owner.id)).toEqual([]);
  });

  it('may be had again by its owner, and is taken by one of many who want it at once', async () => {
    const { person } = here();
    const owner = await person();
    const before = owner.username;
    expect([await called(owner, made()), await called(owner, before), await called(owner, made())]).toEqual([
      'changed',
      'changed',
      'changed',
    ]);
    const others = await Promise.all(Array.from({ length: 3 }, () => person()));
    expect(await Promise.all(others.map((one) => called(one, before)))).toEqual(['taken', 'taken', 'taken']);
  });

  it('and wanted by another just as it is changed: whoever waits for it does not get it', async () => {
    const { person, ports, test } = here();
    const [owner, other] = [await person(), await person()];
    const keptUntil = ports.now() + DAY;
    let taking: Promise<string> | undefined;
    await ports.store.transaction(async (tx) => {
      const name = made();
      await tx.accounts.rename(owner.id, name, name, { id: test.crypto.uuid(), keptUntil });
      taking = called(other, owner.username);
      await Promise.race([taking, waiting()]);
    });
    expect(await taking).toBe('taken');
  });

  it('shaped like an address, is no address of another account either, and nothing is mailed to nobody', async () => {
    const { person, ports, test } = here();
    const [owner, other] = [await person(), await person()];
    expect(await called(owner, owner.email)).toBe('changed');
    expect(await called(owner, made())).toBe('changed');
    await sql`delete from contact_points where key = ${owner.email.toLowerCase()}`.execute(test.database.db);
    const sent = async () =>
      (await sql<{ count: number }>`select count(*) from outbox`.execute(test.database.db)).rows[0]?.count;
    const before = await sent();
    const asked = await addContact(ports, await ownerOf(test, other), { kind: 'email', value: owner.email });
    expect([asked.outcome, await sent()]).toEqual(['sent', before]);
    const contact = {
      id: test.crypto.uuid(),
      kind: 'email',
      value: owner.email,
      key: owner.email.toLowerCase(),
    } as const;
    const taken = ports.store.contacts.add(other.id, { ...contact, verifiedAt: 1, primary: false, countsFrom: 1 });
    await expect(taken).rejects.toThrow(Taken);
  });
});

describe('X3 a contested change of the username', () => {
  it('is undone: the old name is the account’s again, the new one is free', async () => {
    const { person, account, test } = here();
    const owner = await person();
    const name = made();
    await called(owner, name);
    expect(await contested(owner, [name], [name])).toBe(owner.username);
    expect((await account(owner)).username).toBe(owner.username);
    expect([await found(owner.username), await found(name)]).toEqual([owner.id, undefined]);
    expect(await here().ports.store.accounts.formerUsernames(owner.id)).toEqual([]);
    test.clock.now += 2 * DAY;
    expect(await called(await person(), name)).toBe('changed');
  });

  it('of several, there and back, to the name before the first of them', async () => {
    const { person, account } = here();
    const owner = await person();
    const all = [made(), owner.username, made(), made()];
    for (const name of all) await called(owner, name);
    await contested(owner, all, all);
    expect((await account(owner)).username).toBe(owner.username);
  });

  it('leaves what nobody contested: a name that the owner had chosen before, and one chosen since', async () => {
    const { person, account } = here();
    const [before, since] = [await person(), await person()];
    const names = [made(), made(), made(), made()] as const;
    await called(before, names[0], OWNER);
    await called(before, names[1]);
    await contested(before, [names[1]], names.slice(0, 2));
    expect((await account(before)).username).toBe(names[0]);
    await called(since, names[2]);
    await called(since, names[3], OWNER);
    expect(await contested(since, [names[2]], names.slice(2))).toBe('');
    expect((await account(since)).username).toBe(names[3]);
  });

  it('A36 is still there to be undone after weeks of a frozen account', async () => {
    const { person, account, notice, contest, lift, test } = here();
    const owner = await person();
    await called(owner, made());
    await contest(await notice(owner, 'username-changed'));
    test.clock.now += 60 * DAY;
    await test.database.purgeExpired(1_000);
    expect(await called(await person(), owner.username)).toBe('taken');
    expect((await lift(owner, WITH_APP)).outcome).toBe('finished');
    expect((await account(owner)).username).toBe(owner.username);
  });
});

/** Somebody waits for a lock. */
async function waiting(): Promise<string> {
  for (;;) {
    const { rows } = await sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(here().test.database.db);
    if (rows.length > 0) return 'waits';
  }
}
