import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Proof } from '../../src/domain/proof.ts';
import { addPerson, atOnce, crypto, journeyOf, useStore } from './fixture.ts';

const fixture = useStore();

it('comes back as it was created, sealed parts and all', async () => {
  const { store, clock } = fixture();
  const browser = randomBytes(32);
  const journey = journeyOf(clock, {
    atLeast: 'phr',
    state: { challenge: 'c', enrolment: { totp: 't', challenge: 'x' } },
  });
  const created = await store.journeys.create(journey, browser);
  expect(created).toEqual({ ...journey, version: 1, completedAt: null });
  expect(await store.journeys.findSignIn(journey.interactionUid ?? '', browser, clock.now)).toEqual(created);
});

it('A13, A18: is found only with the browser’s secret, by its own kind, while it lasts', async () => {
  const { store, clock } = fixture();
  const browser = randomBytes(32);
  const journey = await store.journeys.create(journeyOf(clock), browser);
  const uid = journey.interactionUid ?? '';
  expect(await store.journeys.findSignIn(uid, randomBytes(32), clock.now)).toBeUndefined();
  expect(await store.journeys.findSignIn('another', browser, clock.now)).toBeUndefined();
  expect(await store.journeys.findByBrowser('recovery', browser, clock.now)).toBeUndefined();
  expect(await store.journeys.findSignIn(uid, browser, journey.expiresAt - 1)).toBeDefined();
  expect(await store.journeys.findSignIn(uid, browser, journey.expiresAt)).toBeUndefined();
});

it('A1: of parallel steps from one version one is taken', async () => {
  const { store, clock } = fixture();
  const journey = await store.journeys.create(journeyOf(clock), randomBytes(32));
  const proof: Proof = { kind: 'password', at: clock.now, by: crypto.uuid() };
  const results = await atOnce(30, (n) =>
    store.journeys.advance(journey, { proofs: [proof], state: { challenge: `${n}` }, identifier: `typed ${n}` }),
  );
  const [taken, ...others] = results.filter((result) => result !== undefined);
  expect(others).toEqual([]);
  expect(taken).toMatchObject({ version: 2, proofs: [proof], clientId: 'app' });
});

it('what was advanced is what is found', async () => {
  const { store, clock } = fixture();
  const person = await addPerson(fixture());
  const browser = randomBytes(32);
  const journey = await store.journeys.create(
    journeyOf(clock, { kind: 'recovery', goal: null, interactionUid: null }),
    browser,
  );
  const walked = await store.journeys.advance(journey, {
    goal: 'reset-second-factor',
    accountId: person.id,
    policyVersion: 2,
    expiresAt: clock.now + 1_000,
    state: { challenge: 'new', sends: 2 },
  });
  expect(await store.journeys.findByBrowser('recovery', browser, clock.now)).toEqual(walked);
});

it('completes for exactly one of many, and not after another step', async () => {
  const { store, clock } = fixture();
  const journey = await store.journeys.create(journeyOf(clock), randomBytes(32));
  const walked = await store.journeys.advance(journey, { policyVersion: 3 });
  expect(await store.journeys.complete(journey, clock.now)).toBe(false);
  if (!walked) throw new Error('not advanced');
  const results = await atOnce(30, () => store.journeys.complete(walked, clock.now));
  expect(results.filter(Boolean)).toHaveLength(1);
  expect(await store.journeys.advance(walked, { policyVersion: 4 })).toBeUndefined();
});

it('a completed recovery is still found, to say what happened, and one that another ended as well', async () => {
  const { store, clock } = fixture();
  const person = await addPerson(fixture());
  const [own, foreign] = [randomBytes(32), randomBytes(32)];
  const recovery = { kind: 'recovery' as const, goal: 'reset-password' as const, accountId: person.id };
  const one = await store.journeys.create(journeyOf(clock, recovery), own);
  const other = await store.journeys.create(journeyOf(clock, recovery), foreign);
  expect(await store.journeys.complete(one, clock.now)).toBe(true);
  await store.journeys.endOthers(person.id, one.id, clock.now);
  expect(await store.journeys.findByBrowser('recovery', own, clock.now)).toMatchObject({ completedAt: clock.now });
  expect(await store.journeys.findByBrowser('recovery', foreign, clock.now)).toMatchObject({ completedAt: clock.now });
  expect(await store.journeys.advance(other, { policyVersion: 9 })).toBeUndefined();
  expect(await store.journeys.complete(other, clock.now)).toBe(false);
});

it('A22: does not advance or complete after its time', async () => {
  const { store, clock } = fixture();
  const journey = await store.journeys.create(journeyOf(clock, { expiresAt: clock.now }), randomBytes(32));
  expect(await store.journeys.advance(journey, { policyVersion: 2 })).toBeUndefined();
  expect(await store.journeys.complete(journey, clock.now)).toBe(false);
});
