import { expect, it } from 'vitest';
import type { Proof } from '../../src/domain/proof.ts';
import { FROM } from '../support/from.ts';
import { addPerson, crypto, useStore } from './fixture.ts';

const fixture = useStore();
const by = (id: string): Proof => ({ kind: 'totp', at: 1, by: id });

/** A session of `accountId` that stands on `thing`, opened in a browser; with a grant and a refresh token. */
async function open(accountId: string, thing: string, deviceHash: Buffer | null = null) {
  const { records, store } = fixture();
  const mark = crypto.token();
  const authorizations = { app: { sid: `sid-${mark}`, grantId: `grant-${mark}` } };
  await records.upsert('Session', `session-${mark}`, { uid: mark, accountId, authorizations }, 3600);
  await records.upsert('Grant', `grant-${mark}`, { accountId, clientId: 'app' }, 3600);
  await records.upsert('RefreshToken', `rt-${mark}`, { accountId, sessionUid: mark, grantId: `grant-${mark}` }, 3600);
  const journeyId = crypto.uuid();
  await store.sessions.recordProofs(journeyId, accountId, [by(thing)], { ...FROM, deviceHash });
  await store.sessions.bind(journeyId, mark);
  const lives = async () => {
    const found = [
      await records.find('Session', `session-${mark}`),
      await records.find('Grant', `grant-${mark}`),
      await records.find('RefreshToken', `rt-${mark}`),
    ];
    return found.filter((record) => record !== undefined).length;
  };
  return { uid: mark, lives };
}

/** Proofs of a sign-in that has not come to a session yet; whether it still may. */
async function underWay(accountId: string, thing: string) {
  const { store } = fixture();
  const journeyId = crypto.uuid();
  await store.sessions.recordProofs(journeyId, accountId, [by(thing)], FROM);
  return async () => store.sessions.bind(journeyId, crypto.token());
}

it('S4: what stood on a thing ends with its grant and tokens, a sign-in by it under way too; the others stay', async () => {
  const { store } = fixture();
  const { id } = await addPerson(fixture());
  const [phone, laptop] = [crypto.uuid(), crypto.uuid()];
  const ended = await open(id, phone);
  const kept = await open(id, laptop);
  const late = await underWay(id, phone);
  const other = await underWay(id, laptop);
  expect(await store.sessions.endStandingOn(id, [phone])).toEqual({ sessions: 1 });
  expect([await ended.lives(), await kept.lives()]).toEqual([0, 3]);
  expect([await late(), await other()]).toEqual([false, true]);
});

it('ends all sessions but one, and leaves that one its grant', async () => {
  const { store } = fixture();
  const { id } = await addPerson(fixture());
  const own = await open(id, crypto.uuid());
  const others = [await open(id, crypto.uuid()), await open(id, crypto.uuid())];
  const late = await underWay(id, crypto.uuid());
  expect(await store.sessions.endOthers(id, own.uid)).toEqual({ sessions: 2 });
  expect(await own.lives()).toBe(3);
  for (const other of others) expect(await other.lives()).toBe(0);
  expect(await late()).toBe(false);
});

it('lists live sessions with their browser and proofs, and ends those of one browser, or one of them', async () => {
  const { store } = fixture();
  const { id } = await addPerson(fixture());
  const stranger = await addPerson(fixture());
  const device = crypto.hashToken(crypto.token());
  const thing = crypto.uuid();
  const here = await open(id, thing, device);
  const there = await open(id, crypto.uuid());
  const live = await store.sessions.live(id);
  expect(live.map(({ deviceHash }) => deviceHash)).toContainEqual(device);
  expect(live.find(({ deviceHash }) => deviceHash !== null)?.proofs).toEqual([by(thing)]);
  expect(live).toHaveLength(2);

  const hash = live.find(({ deviceHash }) => deviceHash === null)?.uidHash ?? Buffer.alloc(0);
  // Somebody else's session is nobody's to end.
  expect(await store.sessions.endByHash(stranger.id, hash)).toEqual({ sessions: 0 });
  expect(await there.lives()).toBe(3);
  expect(await store.sessions.endByHash(id, hash)).toEqual({ sessions: 1 });
  expect(await store.sessions.endInBrowser(id, device)).toEqual({ sessions: 1 });
  expect([await here.lives(), await there.lives()]).toEqual([0, 0]);
  expect(await store.sessions.live(id)).toEqual([]);
});
