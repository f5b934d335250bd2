import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SIGNING_ALGORITHMS } from '../../src/domain/signing-key.ts';
import { rotateDueKeys } from '../../src/flows/rotate-due-keys.ts';
import { type OpenStore, openStore } from '../../src/store/index.ts';
import { crypto, useStore } from '../store/fixture.ts';
import { testDatabase } from '../support/database.ts';
import { account } from './support/memory.ts';
import { arrive } from './support/sign-in.ts';
import { SignerElsewhere } from './support/signer.ts';
import { CALLBACK, SECRET, World } from './support/world.ts';

/** Two nodes on one database: each has its own connections, keys in memory and provider. */
const fixture = useStore();
const worlds: World[] = [];
let other: OpenStore;

beforeAll(async () => {
  other = await openStore({ url: fixture().url, crypto, now: Date.now });
  worlds.push(await node(fixture()), await node(other));
});
afterAll(async () => {
  for (const world of worlds) await world.close();
  await other.close();
});

async function node({ keys }: Pick<OpenStore, 'keys'>): Promise<World> {
  const world = await World.start({ override: () => ({ keys }) });
  world.accounts.all.set('ada', account('ada'));
  for (const alg of SIGNING_ALGORITHMS) {
    world.clients.add(alg, SECRET, { redirect_uris: [CALLBACK], id_token_signed_response_alg: alg });
  }
  return world;
}

async function keySet(world: World): Promise<{ keys: { kid: string; alg: string }[] }> {
  return JSON.parse(await (await fetch(`${world.issuer}/jwks`)).text());
}

async function idToken(world: World, alg: string): Promise<string> {
  const config = await world.client(alg, SECRET, { id_token_signed_response_alg: alg });
  const { tokens } = await arrive(world, world.browser(), config);
  return (await tokens()).id_token ?? '';
}

async function verifiedBy(world: World, token: string): Promise<{ alg: string; kid: string | undefined }> {
  const { protectedHeader } = await jwtVerify(token, createLocalJWKSet(await keySet(world)));
  return { alg: protectedHeader.alg, kid: protectedHeader.kid };
}

const signingNow = async (world: World) => (await verifiedBy(world, await idToken(world, 'ES256'))).kid;

test.each(SIGNING_ALGORITHMS)('an application gets its ID tokens by %s', async (alg) => {
  const [world] = worlds;
  if (!world) throw new Error('no node');
  expect(await verifiedBy(world, await idToken(world, alg))).toMatchObject({ alg });
});

test('both nodes publish and use rotated keys at once; what was signed before stays verifiable', async () => {
  const [one, two] = worlds;
  if (!one || !two) throw new Error('no nodes');
  const before = { one: await idToken(one, 'PS256'), two: await idToken(two, 'PS256') };
  const at = Date.now();
  const made = await fixture().keys.rotate(at, at + 3_600_000);
  expect(made.map(({ alg }) => alg).toSorted()).toEqual(SIGNING_ALGORITHMS.toSorted());
  const kid = made.find(({ alg }) => alg === 'ES256')?.kid;
  await expect.poll(() => Promise.all(worlds.map(signingNow)), { timeout: 5_000 }).toEqual([kid, kid]);
  // Each by the other node: neither knows the other's keys but from the database.
  expect(await verifiedBy(two, before.one)).toMatchObject({ alg: 'PS256' });
  expect(await verifiedBy(one, before.two)).toMatchObject({ alg: 'PS256' });
  for (const world of worlds) expect((await keySet(world)).keys).toHaveLength(8);
});

test('published ahead: a new key is in the key set before it signs, and signs when its time comes', async () => {
  const [world] = worlds;
  if (!world) throw new Error('no node');
  const old = await signingNow(world);
  const signsFrom = Date.now() + 3_000;
  const made = await other.keys.rotate(signsFrom, signsFrom + 3_600_000);
  const kid = made.find(({ alg }) => alg === 'ES256')?.kid;
  await expect.poll(async () => (await keySet(world)).keys.map((key) => key.kid), { timeout: 5_000 }).toContain(kid);
  const seen: { at: number; kid: string | undefined }[] = [];
  const look = async () => {
    const signing = await signingNow(world);
    seen.push({ at: Date.now(), kid: signing });
    return signing;
  };
  await expect.poll(look, { timeout: 10_000 }).toBe(kid);
  for (const { at, kid: signing } of seen) expect(signing).toBe(at < signsFrom ? old : signing);
});

test('the schedule rotates once, on however many nodes it comes due', async () => {
  const start = Date.now();
  const at =
    (days: number) =>
    ({ keys, store }: OpenStore) =>
      rotateDueKeys({ keys, store, now: () => start + days * 86_400_000 }, 90);
  const nodes = [fixture(), other, fixture(), other];
  expect(await Promise.all(nodes.map(at(89)))).toEqual([0, 0, 0, 0]);
  expect((await Promise.all(nodes.map(at(91)))).filter((made) => made > 0)).toEqual([4]);
});

test('a signer in another process keeps the private keys: tokens verify, the database holds public keys only', async () => {
  const database = await testDatabase();
  const signer = new SignerElsewhere();
  const store = await openStore({ url: database.url, crypto, now: Date.now, signer });
  const world = await node(store);
  try {
    for (const alg of SIGNING_ALGORITHMS) {
      expect(await verifiedBy(world, await idToken(world, alg))).toMatchObject({ alg });
    }
    const rows = await store.db.selectFrom('signing_keys').selectAll().execute();
    expect(new Set(rows.map(({ reference }) => reference))).toEqual(new Set(['slot-0', 'slot-1', 'slot-2', 'slot-3']));
    for (const { sealed, kid } of rows) {
      expect(JSON.parse(crypto.open(sealed, `signing-key:${kid}`))).not.toHaveProperty('d');
    }
  } finally {
    await world.close();
    await store.close();
    signer.close();
    await database.drop();
  }
});
