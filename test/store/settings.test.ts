import { sql } from 'kysely';
import { Client } from 'pg';
import { expect, it, vi } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import { openStore } from '../../src/store/index.ts';
import { crypto, useStore } from './fixture.ts';

const fixture = useStore();
const soon = { timeout: 5_000, interval: 10 };

const client = (name: string) => ({ id: 'app', organization_id: 'default', name, metadata: '{"redirect_uris":[]}' });

it('keeps clients, organizations and policies in memory, and hears when another node changes them', async () => {
  const { clients, organizations, store, db } = fixture();
  await db.insertInto('clients').values(client('One')).execute();
  await vi.waitFor(
    async () => expect(await clients.find('app')).toMatchObject({ name: 'One', firstParty: false }),
    soon,
  );
  await db.updateTable('clients').set({ name: 'Two' }).execute();
  await vi.waitFor(async () => expect(await clients.find('app')).toMatchObject({ name: 'Two' }), soon);
  expect(await organizations.find('default')).toMatchObject({
    id: 'default',
    name: 'Regain',
    locale: 'en',
    supportUrl: null,
    accentLight: null,
    logo: null,
  });
  await db.updateTable('organizations').set({ support_url: 'https://help.example' }).execute();
  await vi.waitFor(
    async () => expect((await organizations.find('default'))?.supportUrl).toBe('https://help.example'),
    soon,
  );

  const document = JSON.stringify(PRESETS.strict);
  await db.insertInto('policies').values({ organization_id: 'default', version: 2, document }).execute();
  await db.updateTable('organizations').set({ policy_version: 2 }).execute();
  await vi.waitFor(async () => {
    expect(await store.accounts.policyFor('default')).toEqual({ policy: PRESETS.strict, version: 2 });
  }, soon);
});

it('reads once what does not change', async () => {
  const { clients, organizations, db, url } = fixture();
  await clients.find('app');
  await organizations.find('default');
  // Nobody is told of a change that no trigger sees: what is remembered stays.
  const admin = new Client({ connectionString: url });
  await admin.connect();
  await admin.query(`set session_replication_role = replica; update clients set name = 'Unheard'`);
  await admin.end();
  expect(await clients.find('app')).toMatchObject({ name: 'Two' });
  await db.updateTable('clients').set({ name: 'Heard' }).execute();
  await vi.waitFor(async () => expect(await clients.find('app')).toMatchObject({ name: 'Heard' }), soon);
});

it('drops everything when the listening connection was lost: what was notified meanwhile was missed', async () => {
  const { clients, db } = fixture();
  const listening = async () => {
    const { rows } = await sql<{ pid: number }>`select pid from pg_stat_activity
      where application_name = 'regain-listen' and state = 'idle' and datname = current_database()`.execute(db);
    return rows.map(({ pid }) => pid);
  };
  await vi.waitFor(async () => expect(await clients.find('app')).toBeDefined(), soon);
  const [pid] = await listening();
  await sql`alter table clients disable trigger clients_changed`.execute(db);
  await db.updateTable('clients').set({ name: 'Missed' }).execute();
  expect(await clients.find('app')).not.toMatchObject({ name: 'Missed' });
  await sql`select pg_terminate_backend(${pid})`.execute(db);
  await vi.waitFor(async () => {
    const now = await listening();
    expect(now).toHaveLength(1);
    expect(now).not.toContain(pid);
  }, soon);
  await vi.waitFor(async () => expect(await clients.find('app')).toMatchObject({ name: 'Missed' }), soon);
  expect(await clients.find('app')).toMatchObject({ name: 'Missed' });
  await sql`alter table clients enable trigger clients_changed`.execute(db);
  await db.updateTable('clients').set({ name: 'After' }).execute();
  await vi.waitFor(async () => expect(await clients.find('app')).toMatchObject({ name: 'After' }), soon);
});

it('A28: what cannot be an id is nobody’s', async () => {
  const { clients, organizations } = fixture();
  expect(await clients.find('a\0b')).toBeUndefined();
  expect(await organizations.find('a\0b')).toBeUndefined();
});

it('makes the first signing keys once, however many nodes ask at once', async () => {
  const { keys, clock, url, db } = fixture();
  const others = await Promise.all([1, 2, 3].map(() => openStore({ url, crypto, now: () => clock.now })));
  const published = await Promise.all(
    [keys, ...others.map((other) => other.keys)].map((each) => each.published(clock.now)),
  );
  await Promise.all(others.map((other) => other.close()));
  expect(new Set(published.map((list) => JSON.stringify(list))).size).toBe(1);
  expect(published[0]?.map(({ alg, state }) => `${alg} ${state}`).toSorted()).toEqual([
    'ES256 current',
    'EdDSA current',
    'PS256 current',
    'RS256 current',
  ]);
  const [row] = await db.selectFrom('signing_keys').selectAll().execute();
  const jwk = published[0]?.find(({ kid }) => kid === row?.kid)?.jwk ?? {};
  expect(row?.sealed.includes(String(jwk['d']))).toBe(false);
  expect(JSON.parse(crypto.open(row?.sealed ?? Buffer.alloc(0), `signing-key:${row?.kid}`))).toEqual(jwk);
});

it('rotates: the new key is published before it signs, the old one verifies until it retires', async () => {
  const { keys, clock } = fixture();
  const changes: string[] = [];
  keys.onChange((what) => changes.push(what));
  const [old] = await keys.published(clock.now);
  const at = clock.now;
  const made = await keys.rotate(at + 1_000, at + 2_000);
  expect(made.map(({ state }) => state)).toEqual(['next', 'next', 'next', 'next']);
  const rotated = await keys.published(at);
  const states = (list: typeof rotated) => list.filter(({ alg }) => alg === old?.alg).map(({ state }) => state);
  expect(states(rotated)).toEqual(['current', 'next']);
  expect((await keys.published(at + 999))[0]?.kid).toBe(rotated[0]?.kid);
  const later = await keys.published(at + 1_000);
  expect(states(later)).toEqual(['current', 'retired']);
  expect(later.find(({ alg, state }) => alg === old?.alg && state === 'current')?.kid).not.toBe(old?.kid);
  expect(states(await keys.published(at + 2_000))).toEqual(['current']);
  await expect(keys.rotate(at + 5_000, at + 4_000)).rejects.toThrow('before the new ones sign');
  await vi.waitFor(() => expect(changes).toContain('keys'), soon);
});
