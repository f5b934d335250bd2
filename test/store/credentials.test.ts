import { expect, it } from 'vitest';
import { DISABLE_AFTER } from '../../src/domain/back-off.ts';
import { addPerson, atOnce, crypto, passkey, password, totp, useStore } from './fixture.ts';

const fixture = useStore();

it('A15: of parallel replays of one TOTP step one is accepted; older steps never are', async () => {
  const { store } = fixture();
  const { id } = await addPerson(fixture());
  const app = totp();
  await store.credentials.add(id, app);
  const results = await atOnce(50, () => store.credentials.acceptStep(app.id, 1000));
  expect(results.filter(Boolean)).toHaveLength(1);
  expect(await store.credentials.acceptStep(app.id, 999)).toBe(false);
  expect(await store.credentials.acceptStep(app.id, 1001)).toBe(true);
  await store.credentials.remove(id, [app.id], 1);
  expect(await store.credentials.acceptStep(app.id, 1002)).toBe(false);
});

it('disables a credential at the hundredth failure in a row, and says so once', async () => {
  const { store } = fixture();
  const { id } = await addPerson(fixture());
  const word = password();
  await store.credentials.add(id, word);
  const results = await atOnce(DISABLE_AFTER + 20, () => store.credentials.countFailure(word.id, DISABLE_AFTER));
  expect(results.filter(({ disabled }) => disabled)).toEqual([{ failures: DISABLE_AFTER, disabled: true }]);
  const account = await store.accounts.load(id);
  expect(account?.credentials).toMatchObject([{ id: word.id, state: 'disabled', failures: DISABLE_AFTER }]);
  await store.credentials.recordUse(word.id, 1);
  expect((await store.accounts.load(id))?.credentials).toMatchObject([{ state: 'disabled', failures: DISABLE_AFTER }]);
  expect(await store.credentials.countFailure(crypto.uuid(), DISABLE_AFTER)).toEqual({ failures: 0, disabled: false });
});

it('forgets failures after a success, and a passkey counter never goes back', async () => {
  const { store, clock } = fixture();
  const { id } = await addPerson(fixture());
  const key = passkey();
  await store.credentials.add(id, key);
  await store.credentials.countFailure(key.id, DISABLE_AFTER);
  await store.credentials.recordUse(key.id, clock.now, 9);
  await store.credentials.recordUse(key.id, clock.now, 7);
  expect((await store.accounts.load(id))?.credentials).toMatchObject([
    { failures: 0, lastUsedAt: clock.now, signCount: 9 },
  ]);
});

it('keeps one password: the new one may come before the old one goes, but not stay beside it', async () => {
  const { store } = fixture();
  const { id } = await addPerson(fixture());
  const [first, second] = [password('one'), password('two')];
  await store.credentials.add(id, first);
  await store.transaction(async (tx) => {
    await tx.credentials.add(id, second);
    await tx.credentials.remove(id, [first.id], 99);
  });
  expect((await store.accounts.load(id))?.credentials).toMatchObject([{ id: second.id, hash: 'two' }]);
  await expect(store.credentials.add(id, password('three'))).rejects.toMatchObject({ code: '23P01' });
});

it('removes only what is the account’s own, and keeps it until it may be purged', async () => {
  const { store, db } = fixture();
  const [one, other] = [await addPerson(fixture()), await addPerson(fixture())];
  const [mine, theirs] = [totp(), totp()];
  await store.credentials.add(one.id, mine);
  await store.credentials.add(other.id, theirs);
  await store.credentials.remove(one.id, [mine.id, theirs.id], 12_345);
  expect((await store.accounts.load(one.id))?.credentials).toEqual([]);
  expect((await store.accounts.load(other.id))?.credentials).toHaveLength(1);
  const kept = await db
    .selectFrom('credentials')
    .select(['totp_secret', 'purge_at'])
    .where('id', '=', mine.id)
    .execute();
  expect(kept).toEqual([{ totp_secret: 'sealedSecret' in mine ? mine.sealedSecret : null, purge_at: 12_345 }]);
});

it('rehashes a password in place, but not one that has been replaced meanwhile', async () => {
  const { store, db } = fixture();
  const { id } = await addPerson(fixture());
  const word = password('old');
  await store.credentials.add(id, word);
  await store.credentials.rehashPassword(word.id, 'newer');
  expect((await store.accounts.load(id))?.credentials).toMatchObject([{ hash: 'newer' }]);
  await store.credentials.remove(id, [word.id], 1);
  await store.credentials.rehashPassword(word.id, 'late');
  const row = await db.selectFrom('credentials').select('password_hash').where('id', '=', word.id).executeTakeFirst();
  expect(row?.password_hash).toBe('newer');
});

it('settles what a recovery brought in', async () => {
  const { store } = fixture();
  const { id, phoneId } = await addPerson(fixture());
  const app = { ...totp(), unsettledUntil: 5_000 };
  await store.credentials.add(id, app);
  await store.credentials.settle([app.id, phoneId, 'no-uuid']);
  expect((await store.accounts.load(id))?.credentials).toMatchObject([{ unsettledUntil: null }]);
});
