import { expect, it } from 'vitest';
import { DELAYS, delayAfter, FREE_ATTEMPTS } from '../../src/domain/back-off.ts';
import { atOnce, untilWaiting, useStore } from './fixture.ts';

const fixture = useStore();

it('A12: of 200 parallel attempts exactly the free ones are allowed, the others wait', async () => {
  const { store, clock } = fixture();
  const results = await atOnce(200, () => store.attempts.count(['password:victim'], DELAYS, clock.now));
  expect(results.filter((result) => result.allowed)).toHaveLength(FREE_ATTEMPTS);
  expect(
    results
      .filter((result) => !result.allowed)
      .every((result) => 'until' in result && result.until === clock.now + 30_000),
  ).toBe(true);
});

it('A12: attempts that come while another one is being counted wait for it', async () => {
  const { store, clock, db } = fixture();
  await store.attempts.count(['held'], DELAYS, clock.now);
  let waiting: Promise<{ allowed: boolean }[]> | undefined;
  await db.transaction().execute(async (trx) => {
    await trx.selectFrom('attempts').selectAll().forUpdate().execute();
    waiting = atOnce(15, () => store.attempts.count(['held'], DELAYS, clock.now));
    await untilWaiting(fixture(), 15);
  });
  const results = (await waiting) ?? [];
  expect(results.filter(({ allowed }) => allowed)).toHaveLength(FREE_ATTEMPTS - 1);
});

it('A13: attempts in flight together are all free, whichever of them read the clock first', async () => {
  const { store, clock } = fixture();
  for (const early of [0, 1, 2])
    expect(await store.attempts.count(['together'], DELAYS, clock.now - early)).toEqual({ allowed: true });
});

it('A12: many keys in any order neither deadlock nor let more through', async () => {
  const { store, clock } = fixture();
  const keys = ['a', 'b', 'c', 'd'];
  const results = await atOnce(100, (n) => store.attempts.count(n % 2 ? keys : keys.toReversed(), DELAYS, clock.now));
  expect(results.filter((result) => result.allowed)).toHaveLength(FREE_ATTEMPTS);
});

it('counts nothing under any key while one of them is locked', async () => {
  const { store, clock, db } = fixture();
  await atOnce(FREE_ATTEMPTS, () => store.attempts.count(['locked'], DELAYS, clock.now));
  expect(await store.attempts.count(['locked', 'free'], DELAYS, clock.now)).toMatchObject({ allowed: false });
  const before = await db.selectFrom('attempts').select('failures').where('failures', '=', 0).execute();
  expect(before).toHaveLength(1);
});

it('waits longer after each further failure, and the last delay holds for all later ones', async () => {
  const { store } = fixture();
  let at = 1_000_000;
  const refusals: unknown[] = [];
  for (let failures = 1; failures <= 20; failures += 1) {
    expect(await store.attempts.count(['patient'], DELAYS, at)).toEqual({ allowed: true });
    const until = at + delayAfter(Math.min(failures, DELAYS.length - 1)) * 1000;
    if (until > at)
      refusals.push(await store.attempts.count(['patient'], DELAYS, until - 1), { allowed: false, until });
    at = until;
  }
  expect(refusals.filter((_, n) => n % 2 === 0)).toEqual(refusals.filter((_, n) => n % 2 === 1));
  expect(refusals).toHaveLength(2 * (20 - FREE_ATTEMPTS + 1));
});

it('A13: is told by the key alone, and a success resets only what was proved', async () => {
  const { store, clock } = fixture();
  await atOnce(FREE_ATTEMPTS, () => store.attempts.count(['one'], DELAYS, clock.now));
  await atOnce(FREE_ATTEMPTS, () => store.attempts.count(['other'], DELAYS, clock.now));
  await store.attempts.reset(['one']);
  expect(await store.attempts.count(['one'], DELAYS, clock.now)).toEqual({ allowed: true });
  expect(await store.attempts.count(['other'], DELAYS, clock.now)).toMatchObject({ allowed: false });
});

it('a reset among parallel attempts loses no count', async () => {
  const { store, clock } = fixture();
  const results = await atOnce(60, async (n) => {
    if (n % 20 === 10) await store.attempts.reset(['raced']);
    return store.attempts.count(['raced'], DELAYS, clock.now);
  });
  // Three resets: at most four rounds of free attempts.
  expect(results.filter((result) => result.allowed).length).toBeLessThanOrEqual(4 * FREE_ATTEMPTS);
});
