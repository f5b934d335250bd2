import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE_FILTERS, type PeopleQuery, type PersonFound } from '../../src/flows/ports/people.ts';
import { peopleOn, searchQuery } from '../../src/store/administration/people.ts';
import { addCrowd } from '../support/crowd.ts';
import { planOf, readsOf } from '../support/plans.ts';
import { addPerson, passkey, totp, useStore, visitor } from './fixture.ts';

const fixture = useStore();
const query = (changes: Partial<PeopleQuery>): PeopleQuery => ({
  scope: null,
  typed: '',
  recoveredSince: 0,
  limit: 26,
  ...changes,
});
const search = (changes: Partial<PeopleQuery>) => peopleOn(fixture().db).search(query(changes));
const names = (found: readonly PersonFound[]) => found.map(({ username }) => username);

let made: Promise<void> | undefined;
const people = () => (made ??= make());
async function make(): Promise<void> {
  const { db } = fixture();
  const [zoe, jeanne, ivan] = [
    await addPerson(fixture(), 'zoe.marti', 'zoe@example.com'),
    await addPerson(fixture(), 'darc', 'jeanne@example.com'),
    await addPerson(fixture(), 'ivan', 'i@example.com'),
  ];
  const name = (id: string, given_name: string, family_name: string, phone: string) =>
    Promise.all([
      db.updateTable('accounts').set({ given_name, family_name }).where('id', '=', id).execute(),
      db
        .updateTable('contact_points')
        .set({ value: phone, key: phone })
        .where('account_id', '=', id)
        .where('kind', '=', 'phone')
        .execute(),
    ]);
  await name(zoe.id, 'Zoé', 'Marti', '+41790000001');
  await name(jeanne.id, 'Jeanne', 'd’Arc', '+41790000002');
  await name(ivan.id, 'Иван', 'Петров', '+33600000003');
}

describe('what finds somebody', () => {
  test.each([
    ['zoe.marti', ['zoe.marti']],
    ['ZOE.M', ['zoe.marti']],
    ['Zoé', ['zoe.marti']],
    ['zoe  marti', ['zoe.marti']],
    ['Marti z', ['zoe.marti']],
    ['d’ar', ['darc']],
    ["D'Arc J", ['darc']],
    ['jeanne@ex', ['darc']],
    ['+41 79 000 00 01', ['zoe.marti']],
    ['0041790000001', ['zoe.marti']],
    ['4179', ['darc', 'zoe.marti']],
    ['oe.marti', []],
    ['%', []],
    ['_oe', []],
    ['\0', []],
    ['ИВАН', ['ivan']],
  ])('%s finds %j', async (typed, expected) => {
    await people();
    expect(names(await search({ typed })).toSorted()).toEqual(expected);
  });

  test('a number that changes while its owner is renamed is found no more', async () => {
    const { db } = fixture();
    const { id, phone } = await addPerson(fixture(), 'renamed.meanwhile');
    await db.transaction().execute(async (moving) => {
      await moving
        .updateTable('contact_points')
        .set({ value: '+33600000009', key: '+33600000009' })
        .where('account_id', '=', id)
        .where('kind', '=', 'phone')
        .execute();
      // In another connection, and in no need of what the first one holds.
      await db.transaction().execute(async (naming) => {
        await sql`set local lock_timeout = '5s'`.execute(naming);
        await naming.updateTable('accounts').set({ given_name: 'Renée' }).where('id', '=', id).execute();
      });
    });
    expect(names(await search({ typed: phone }))).toEqual([]);
    expect(names(await search({ typed: '+33600000009' }))).toEqual(['renamed.meanwhile']);
    expect(names(await search({ typed: 'renée' }))).toEqual(['renamed.meanwhile']);
  });

  test('a whole id finds its account, where it is in reach and in the list', async () => {
    const { id } = await addPerson(fixture(), 'known.by.id', 'by-id@example.com');
    expect(names(await search({ typed: ` ${id.toUpperCase()} ` }))).toEqual(['known.by.id']);
    expect(names(await search({ typed: id, filter: 'never-signed-in', scope: ['default'] }))).toEqual(['known.by.id']);
    expect(await search({ typed: id, filter: 'suspended' })).toEqual([]);
    expect(await search({ typed: id, scope: ['other'] })).toEqual([]);
    expect(await search({ typed: id, after: id })).toEqual([]);
    expect(await search({ typed: id.slice(0, 30) })).toEqual([]);
    // Some are called like one.
    const alike = randomUUID();
    await addPerson(fixture(), alike, 'alike@example.com');
    expect(names(await search({ typed: alike }))).toEqual([alike]);
  });

  test('an address that was given up finds nobody any more, a new name at once; an account that is gone leaves nothing', async () => {
    const { store, db, clock } = fixture();
    const person = await addPerson(fixture(), 'quentin', 'quentin@example.com');
    await store.contacts.giveUp(person.id, person.phoneId, clock.now + 1_000);
    expect(await search({ typed: person.phone })).toEqual([]);
    await store.accounts.rename(person.id, 'quincy', 'quincy', { id: randomUUID(), keptUntil: clock.now });
    expect(names(await search({ typed: 'quinc' }))).toEqual(['quincy']);
    await store.accounts.erase(person.id);
    expect(await search({ typed: 'quincy' })).toEqual([]);
    const left = await db.selectFrom('account_search').select('key').where('account_id', '=', person.id).execute();
    expect(left).toEqual([]);
  });

  test('lists are narrowed by what is so now', async () => {
    const { store, clock } = fixture();
    const person = await addPerson(fixture(), 'narrow', 'narrow@example.com');
    const [app, key] = [totp(), passkey()];
    const is = async () => {
      const hits = await Promise.all(PEOPLE_FILTERS.map((filter) => search({ typed: 'narrow', filter })));
      return PEOPLE_FILTERS.filter((_, index) => (hits[index] ?? []).length > 0);
    };
    expect(await is()).toEqual(['no-second-factor', 'never-signed-in']);
    await store.credentials.add(person.id, app);
    await store.devices.remember(person.id, Buffer.alloc(32, 9), visitor, 1);
    expect(await is()).toEqual([]);
    await store.credentials.setState(person.id, [app.id], 'off');
    await store.devices.forgetOthers(person.id, null);
    expect(await is()).toEqual(['no-second-factor']);
    await store.credentials.add(person.id, key);
    await store.accounts.update(person.id, { suspendedAt: 1, recoveredAt: clock.now });
    expect(await is()).toEqual(['suspended', 'recovered']);
    expect(await search({ typed: 'narrow', filter: 'recovered', recoveredSince: clock.now + 1 })).toEqual([]);
    await store.accounts.update(person.id, { suspendedAt: null });
    await store.credentials.remove(person.id, [key.id], clock.now + 1_000);
    expect(await is()).toEqual(['no-second-factor', 'recovered']);
  });
});

describe('among 50,000 accounts', () => {
  beforeAll(() => addCrowd(fixture().url, 50_000), 120_000);

  test('page by page everybody comes once, forwards and backwards, whatever they were found by', async () => {
    const all: string[] = [];
    let after: string | undefined;
    // Found by username, by address and by name at once.
    for (;;) {
      const page = await search({ typed: 'ada', limit: 500, after });
      all.push(...names(page));
      after = page.at(-1)?.id;
      if (page.length < 500) break;
    }
    expect(all.length).toBeGreaterThan(4_000);
    expect(new Set(all).size).toBe(all.length);

    const second = await search({
      typed: 'ada',
      limit: 10,
      after: (await search({ typed: 'ada', limit: 10 })).at(-1)?.id,
    });
    expect(names(second)).toEqual(all.slice(10, 20));
    expect(names(await search({ typed: 'ada', limit: 10, before: second[0]?.id }))).toEqual(all.slice(0, 10));
  });

  test('only the organizations that somebody may look into', async () => {
    expect(await search({ scope: [], typed: 'ada' })).toEqual([]);
    expect(await search({ scope: ['other'], typed: 'ada' })).toEqual([]);
    expect(await search({ scope: ['default', 'other'], typed: 'ada' })).toHaveLength(26);
  });

  const ASKED: readonly Partial<PeopleQuery>[] = [
    {},
    { typed: 'a' },
    { typed: 'ada.lovelace.3' },
    { typed: 'lovelace' },
    { typed: '+417' },
    { typed: 'nobody at all' },
    ...PEOPLE_FILTERS.flatMap((filter) => [{ filter }, { filter, typed: 'n' }]),
    { scope: ['default'], typed: 'mei' },
  ];

  test.each(ASKED)('%j reads the search by an index only, and about as much of it as is shown', async (asked) => {
    const first = await search(asked);
    const [begin] = first;
    for (const page of [asked, { ...asked, after: begin?.id }, { ...asked, before: first.at(-1)?.id }]) {
      const plan = await planOf(fixture().db, searchQuery(query(page)));
      const { reads, rows, withoutIndex } = readsOf(plan, 'account_search');
      expect(reads.length).toBeGreaterThan(0);
      expect(withoutIndex).toEqual([]);
      expect(rows).toBeLessThan(1_200);
    }
  });
});
