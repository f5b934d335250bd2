import { expect, it } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import { addPerson, atOnce, passkey, password, totp, untilWaiting, useStore } from './fixture.ts';

const fixture = useStore();

it('loads an account with credentials, contacts and the policy in force', async () => {
  const { store, clock } = fixture();
  const person = await addPerson(fixture());
  const held = [password(), totp(), passkey()];
  for (const credential of held) await store.credentials.add(person.id, { ...credential, unsettledUntil: clock.now });
  const account = await store.accounts.load(person.id);
  expect(account).toMatchObject({ username: person.username, organizationId: 'default', policyVersion: 1 });
  expect(account?.policy).toEqual(PRESETS['password-sms']);
  const contacts = account?.contacts.map(({ kind, value, primary }) => ({ kind, value, primary }));
  expect(contacts?.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([
    { kind: 'email', value: person.email, primary: true },
    { kind: 'phone', value: person.phone, primary: true },
  ]);
  const facts = {
    state: 'active',
    failures: 0,
    lostAt: null,
    addedFrom: null,
    lastUsedAt: null,
    createdAt: clock.now,
    unsettledUntil: clock.now,
  };
  expect(account?.credentials).toHaveLength(3);
  for (const credential of held) expect(account?.credentials).toContainEqual({ ...credential, ...facts });
});

it('finds by username and e-mail address in any case, verified or not, and by passkey', async () => {
  const { store, db } = fixture();
  const person = await addPerson(fixture(), 'Zoé.Müller');
  const key = passkey('cGFzc2tleQ');
  await store.credentials.add(person.id, key);
  await db.updateTable('contact_points').set({ verified_at: null }).where('id', '=', person.emailId).execute();
  for (const typed of [
    'zoé.müller',
    ' ZOÉ.MÜLLER ',
    'Zoe\u0301.Mu\u0308ller',
    person.email,
    person.email.toUpperCase(),
  ]) {
    expect([typed, (await store.accounts.findByIdentifier(typed))?.id]).toEqual([typed, person.id]);
  }
  expect((await store.accounts.findByPasskey('cGFzc2tleQ'))?.id).toBe(person.id);
  await store.credentials.remove(person.id, [key.id], 1);
  expect(await store.accounts.findByPasskey('cGFzc2tleQ')).toBeUndefined();
});

it('A28: finds nobody by what PostgreSQL cannot hold, by a phone, by a foreign id', async () => {
  const { store } = fixture();
  const person = await addPerson(fixture());
  for (const typed of ['', '\0', `${person.username}\0`, '\ud800', "' or true --", 'x'.repeat(100_000), person.phone]) {
    expect(await store.accounts.findByIdentifier(typed)).toBeUndefined();
  }
  expect(await store.accounts.load('not-an-id')).toBeUndefined();
  expect(await store.accounts.findByPasskey('a\0b')).toBeUndefined();
});

it('A21: one identifier never leads to two accounts, whoever comes first and also at once', async () => {
  const person = await addPerson(fixture());
  const taken = { code: '23505', constraint: 'identifier_is_free' };
  await expect(addPerson(fixture(), person.email, 'x1@example.com')).rejects.toMatchObject(taken);
  await addPerson(fixture(), 'early@example.com', 'x2@example.com');
  await expect(addPerson(fixture(), 'late', 'Early@example.com')).rejects.toMatchObject(taken);
  await addPerson(fixture(), 'own@example.com', 'own@example.com');
  let second: Promise<PromiseSettledResult<unknown>[]> | undefined;
  await fixture()
    .db.transaction()
    .execute(async (trx) => {
      await addPerson({ ...fixture(), db: trx }, 'raced@example.com', 'x3@example.com');
      second = Promise.allSettled([addPerson(fixture(), 'racing', 'raced@example.com')]);
      await untilWaiting(fixture(), 1);
    });
  expect(await second).toMatchObject([{ status: 'rejected', reason: taken }]);
});

it('A21: an e-mail address is one in the installation, a username too', async () => {
  const person = await addPerson(fixture());
  await expect(addPerson(fixture(), person.username.toUpperCase())).rejects.toMatchObject({ code: '23505' });
});

it('only the very first verified contact counts at once', async () => {
  const { store, db, clock } = fixture();
  const person = await addPerson(fixture());
  await db
    .updateTable('contact_points')
    .set({ verified_at: null, counts_from: 9e12 })
    .where('account_id', '=', person.id)
    .execute();
  await store.accounts.verifyContact(person.emailId, clock.now);
  await store.accounts.verifyContact(person.phoneId, clock.now);
  const account = await store.accounts.load(person.id);
  const contact = (id: string) => account?.contacts.find((known) => known.id === id);
  expect(contact(person.emailId)).toMatchObject({ verifiedAt: clock.now, countsFrom: clock.now });
  expect(contact(person.phoneId)).toMatchObject({ verifiedAt: clock.now, countsFrom: 9e12 });
});

it('holds what a completion decides on: the second waits for the first and sees what it did', async () => {
  const { store } = fixture();
  const person = await addPerson(fixture());
  const seen = await atOnce(5, (n) =>
    store.transaction(async (tx) => {
      const account = await tx.accounts.loadForUpdate(person.id);
      await tx.accounts.update(person.id, { recoveredAt: (account?.recoveredAt ?? 0) + 1, suspendedAt: n });
      return account?.recoveredAt ?? 0;
    }),
  );
  expect(seen.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
});

it('gives those without an account the policy of the organization, else the default one', async () => {
  const { store } = fixture();
  expect(await store.accounts.policyFor('default')).toEqual({ policy: PRESETS['password-sms'], version: 1 });
  expect(await store.accounts.policyFor('nowhere')).toEqual({ policy: PRESETS['password-sms'], version: 1 });
});
