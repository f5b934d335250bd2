import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { migrate, openStore } from '../../src/store/index.ts';
import { emptyDatabase } from '../support/database.ts';
import { atOnce, crypto } from './fixture.ts';

async function empty(): Promise<string> {
  const database = await emptyDatabase();
  onTestFinished(database.drop);
  return database.url;
}

const everything = [...Object.keys(migrations), 'job-queue'];

it('brings an empty database up to date once, however many try at once', async () => {
  const url = await empty();
  const results = await atOnce(4, () => migrate(url));
  expect(results.flatMap(({ applied }) => applied)).toEqual(everything);
  expect(await migrate(url)).toEqual({ applied: [] });
});

it('says what a database lacks, before and after', async () => {
  const url = await empty();
  const before = await openStore({ url, crypto, now: Date.now });
  expect(await before.pending()).toEqual(everything);
  await migrate(url);
  expect(await before.pending()).toEqual([]);
  await before.store.audit.append({ kind: 'keys.rotated', actor: 'cli' });
  expect(await before.verifyAudit()).toEqual({ ok: true, rows: 1 });
  await before.close();
});

it('a queue that came with a later version is lacking until it is there', async () => {
  const url = await empty();
  await migrate(url);
  const opened = await openStore({ url, crypto, now: Date.now });
  await sql`select jobs.delete_queue('deliver-decoy')`.execute(opened.db);
  await opened.close();
  const again = await openStore({ url, crypto, now: Date.now });
  expect(await again.pending()).toEqual(['job-queue']);
  expect(await migrate(url)).toEqual({ applied: ['job-queue'] });
  expect(await again.pending()).toEqual([]);
  await again.close();
});

it('rejects when there is no database', async () => {
  await expect(openStore({ url: 'postgres://nobody@127.0.0.1:1/none', crypto, now: Date.now })).rejects.toThrow(
    'ECONNREFUSED',
  );
});

it('has the organization `default` with preset `password-sms`, and a log that is whole', async () => {
  const url = await empty();
  await migrate(url);
  const opened = await openStore({ url, crypto, now: Date.now });
  expect(await opened.organizations.find('default')).toMatchObject({ name: 'Regain', locale: 'en' });
  expect(await opened.store.accounts.policyFor('default')).toMatchObject({
    version: 1,
    policy: { name: 'password-sms', selfRecovery: true },
  });
  expect(await opened.verifyAudit()).toEqual({ ok: true, rows: 0 });
  await opened.close();
});
