import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { TRIES_PER_CODE } from '../../src/domain/one-time-code.ts';
import { addPerson, atOnce, crypto, useStore } from './fixture.ts';

const fixture = useStore();

async function newCode(changes: { accountId?: string; tokenHash?: Buffer } = {}) {
  const { store, clock } = fixture();
  const code = {
    id: crypto.uuid(),
    purpose: 'recovery-link' as const,
    accountId: null,
    journeyId: null,
    contactId: null,
    tokenHash: randomBytes(32),
    codeHash: randomBytes(32),
    expiresAt: clock.now + 300_000,
    ...changes,
  };
  await store.codes.create(code);
  return code;
}

it('A14: one code consumed 50 times in parallel succeeds once', async () => {
  const { store, clock } = fixture();
  const { id } = await newCode();
  const results = await atOnce(50, () => store.codes.consume(id, clock.now));
  expect(results.filter(Boolean)).toHaveLength(1);
});

it('A12: 200 parallel guesses: no more than the limit may be compared', async () => {
  const { store, clock } = fixture();
  const { id } = await newCode();
  const results = await atOnce(200, () => store.codes.countTry(id, 'recovery-link', TRIES_PER_CODE, clock.now));
  expect(
    results
      .filter((code) => code !== undefined)
      .map((code) => code.tries)
      .toSorted((a, b) => a - b),
  ).toEqual([1, 2, 3, 4, 5]);
});

it('A7: is nothing for another purpose', async () => {
  const { store, clock } = fixture();
  const { id, tokenHash, codeHash } = await newCode();
  expect(await store.codes.findByToken('invitation', tokenHash)).toBeUndefined();
  expect(await store.codes.countTry(id, 'sms', TRIES_PER_CODE, clock.now)).toBeUndefined();
  expect(await store.codes.findByToken('recovery-link', tokenHash)).toMatchObject({
    id,
    codeHash,
    tries: 0,
    consumedAt: null,
  });
});

it('A22: is dead at its time', async () => {
  const { store } = fixture();
  const { id, expiresAt } = await newCode();
  expect(await store.codes.countTry(id, 'recovery-link', TRIES_PER_CODE, expiresAt)).toBeUndefined();
  expect(await store.codes.consume(id, expiresAt)).toBe(false);
  expect(await store.codes.consume(id, expiresAt - 1)).toBe(true);
  expect(await store.codes.countTry(id, 'recovery-link', TRIES_PER_CODE, expiresAt - 1)).toBeUndefined();
});

it('A19: all open codes of an account end together, and nobody else’s', async () => {
  const { store, clock } = fixture();
  const [one, other] = [await addPerson(fixture()), await addPerson(fixture())];
  const mine = [await newCode({ accountId: one.id }), await newCode({ accountId: one.id })];
  const theirs = await newCode({ accountId: other.id });
  await store.codes.endAll(one.id, ['sms'], clock.now);
  expect(await store.codes.findByToken('recovery-link', mine[0]?.tokenHash ?? Buffer.alloc(0))).toMatchObject({
    consumedAt: null,
  });
  await store.codes.endAll(one.id, ['recovery-link', 'sms'], clock.now);
  expect(await atOnce(2, (n) => store.codes.consume(mine[n]?.id ?? '', clock.now))).toEqual([false, false]);
  expect(await store.codes.consume(theirs.id, clock.now)).toBe(true);
});
