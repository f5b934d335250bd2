import { expect, it } from 'vitest';
import { addPerson, atOnce, crypto, useStore } from './fixture.ts';

const fixture = useStore();

it('A38: one record redeemed by four at once, a thousand times over: each time one success', async () => {
  const { records } = fixture();
  const ids = Array.from({ length: 1000 }, () => crypto.token());
  await atOnce(ids.length, (n) => records.upsert('AuthorizationCode', ids[n] ?? '', { grantId: `g${n}` }, 60));
  const successes = await atOnce(ids.length, async (n) => {
    const results = await atOnce(4, () => records.consume('AuthorizationCode', ids[n] ?? ''));
    return results.filter(Boolean).length;
  });
  expect(successes.filter((count) => count !== 1)).toEqual([]);
});

it('comes back as it was, with `consumed` once it is', async () => {
  const { records, clock } = fixture();
  const payload = { kind: 'RefreshToken', clientId: 'app', nested: { list: [1, 'é', null] } };
  await records.upsert('RefreshToken', 'r1', payload, 60);
  expect(await records.find('RefreshToken', 'r1')).toEqual(payload);
  expect(await records.find('AccessToken', 'r1')).toBeUndefined();
  await records.consume('RefreshToken', 'r1');
  expect(await records.find('RefreshToken', 'r1')).toEqual({ ...payload, consumed: Math.floor(clock.now / 1000) });
  await records.upsert('RefreshToken', 'r1', payload, 60);
  expect(await records.consume('RefreshToken', 'r1')).toBe(false);
  await records.destroy('RefreshToken', 'r1');
  expect(await records.find('RefreshToken', 'r1')).toBeUndefined();
});

it('A22: is neither found nor redeemed after its time', async () => {
  const { records, clock } = fixture();
  await records.upsert('AuthorizationCode', 'late', {}, 60);
  await records.upsert('Grant', 'lasting', {}, undefined);
  clock.now += 60_000;
  expect(await records.find('AuthorizationCode', 'late')).toBeUndefined();
  expect(await records.consume('AuthorizationCode', 'late')).toBe(false);
  expect(await records.find('Grant', 'lasting')).toEqual({});
});

it('finds a session by its uid and a device code by its user code', async () => {
  const { records } = fixture();
  const { id } = await addPerson(fixture());
  await records.upsert('Session', 's1', { uid: 'uid1', accountId: id }, 60);
  await records.upsert('AccessToken', 'a1', { sessionUid: 'uid1', accountId: id }, 60);
  await records.upsert('DeviceCode', 'd1', { userCode: 'ABCD-EFGH' }, 60);
  expect(await records.findByUid('Session', 'uid1')).toEqual({ uid: 'uid1', accountId: id });
  expect(await records.findByUserCode('DeviceCode', 'ABCD-EFGH')).toEqual({ userCode: 'ABCD-EFGH' });
  expect(await records.findByUserCode('DeviceCode', 'OTHER')).toBeUndefined();
});

it('a revoked grant takes along what was issued under it, and no interaction that only knows it', async () => {
  const { records } = fixture();
  await records.upsert('Grant', 'g', {}, 60);
  for (const model of ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'DeviceCode']) {
    await records.upsert(model, 'x', { grantId: 'g' }, 60);
    await records.upsert(model, 'y', { grantId: 'other' }, 60);
  }
  await records.upsert('Interaction', 'i', { grantId: 'g' }, 60);
  await records.revokeByGrantId('g');
  for (const model of ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'DeviceCode']) {
    expect(await records.find(model, 'x')).toBeUndefined();
    expect(await records.find(model, 'y')).toBeDefined();
  }
  expect(await records.find('Grant', 'g')).toBeUndefined();
  expect(await records.find('Interaction', 'i')).toBeDefined();
});

it('A29: a payload that was moved to another row does not open', async () => {
  const { records, db } = fixture();
  await records.upsert('Session', 'mine', { uid: 'mine' }, 60);
  await records.upsert('Session', 'theirs', { uid: 'theirs' }, 60);
  const rows = await db.selectFrom('oidc_records').selectAll().where('model', '=', 'Session').execute();
  const theirs = rows.find((row) => row.id.equals(crypto.hashToken('theirs')));
  await db
    .updateTable('oidc_records')
    .set({ payload: theirs?.payload ?? Buffer.alloc(0) })
    .where('id', '=', crypto.hashToken('mine'))
    .execute();
  await expect(records.find('Session', 'mine')).rejects.toThrow(/./);
});
