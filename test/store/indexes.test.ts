import { randomBytes } from 'node:crypto';
import { Client, type QueryResultRow } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { testDatabase } from '../support/database.ts';
import { addPerson, crypto, emailTo, journeyOf, passkey, totp, visitor } from './fixture.ts';

/** One row, or a handful: read from end to end on purpose. */
const SMALL = ['audit_head', 'signing_keys'];

async function ask<Row extends QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Row>(statement);
  await client.end();
  return rows;
}

it('no port reads a table from end to end: with sequential scans forbidden where there is an index, none is left', async () => {
  const { url, drop } = await testDatabase();
  onTestFinished(drop);
  await ask(url, `alter database ${new URL(url).pathname.slice(1)} set enable_seqscan = off`);
  const clock = { now: Date.now() };
  const opened = await openStore({ url, crypto, now: () => clock.now });
  const { store, records, outbox, limits, clients, organizations } = opened;

  const person = await addPerson({ ...opened, url, clock });
  const [key, app] = [passkey('id'), totp()];
  await store.credentials.add(person.id, key);
  await store.credentials.add(person.id, app);
  await store.accounts.findByIdentifier(person.email);
  await store.accounts.findByIdentifier(person.username);
  await store.accounts.findByPasskey('id');
  await store.accounts.policyFor('default');
  await store.accounts.verifyContact(person.emailId, 1);
  await clients.find('none');
  await organizations.find('default');
  await store.credentials.acceptStep(app.id, 1);
  await store.credentials.countFailure(app.id, 100);
  await store.credentials.recordUse(key.id, 1, 4);
  await store.credentials.settle([app.id]);

  const browser = randomBytes(32);
  const journey = await store.journeys.create(journeyOf(clock, { accountId: person.id }), browser);
  await store.journeys.findSignIn(journey.interactionUid ?? '', browser, clock.now);
  await store.journeys.findByBrowser('recovery', browser, clock.now);
  const walked = await store.journeys.advance(journey, { policyVersion: 1 });
  const link = { id: crypto.uuid(), purpose: 'recovery-link' as const, accountId: person.id, journeyId: journey.id };
  await store.codes.create({
    ...link,
    contactId: null,
    tokenHash: browser,
    codeHash: browser,
    expiresAt: clock.now + 1_000,
  });
  await store.codes.findByToken('recovery-link', browser);
  await store.codes.countTry(link.id, 'recovery-link', 5, clock.now);
  await store.attempts.count(['a', 'b'], [0], clock.now);
  await store.attempts.reset(['a']);
  await limits.take([{ budget: 'sms-per-number', key: '1' }]);
  await store.devices.isKnown(person.id, browser);
  await store.devices.remember(person.id, browser, visitor, 1);

  await records.upsert(
    'Session',
    's',
    { uid: 'u', accountId: person.id, authorizations: { app: { sid: 's', grantId: 'g' } } },
    60,
  );
  await records.upsert('RefreshToken', 'r', { grantId: 'g', userCode: 'c', sessionUid: 'u', accountId: person.id }, 60);
  await records.findByUid('Session', 'u');
  await records.findByUserCode('DeviceCode', 'c');
  await records.consume('RefreshToken', 'r');
  await records.revokeByGrantId('other');
  await records.destroy('RefreshToken', 'none');
  await store.sessions.recordProofs(journey.id, person.id, []);
  await store.sessions.bind(journey.id, 'u');
  await store.sessions.proofsOf('u', person.id);
  await store.transaction(async (tx) => {
    await tx.accounts.loadForUpdate(person.id);
    if (walked) await tx.journeys.complete(walked, clock.now);
    await tx.journeys.endOthers(person.id, journey.id, clock.now);
    await tx.codes.endAll(person.id, ['recovery-link'], clock.now);
    await tx.credentials.remove(person.id, [app.id], clock.now);
    await tx.sessions.endAll(person.id);
    await tx.audit.append({ kind: 'recovery.finished', actor: 'user', accountId: person.id }, visitor);
    await tx.outbox.send(emailTo(person, clock));
  });
  const [message] = await opened.db.selectFrom('outbox').select('id').where('account_id', '=', person.id).execute();
  await outbox.open(message?.id ?? '');
  await outbox.markSent(message?.id ?? '', 1);
  clock.now += 60 * 86_400_000;
  await opened.purgeExpired(100);
  await Array.fromAsync(opened.readAudit({ accountId: person.id }));
  await opened.close();

  const scans = await ask<{ relname: string }>(
    url,
    `select relname from pg_stat_user_tables where schemaname = 'public' and seq_scan > 0 and relname not like 'kysely%'`,
  );
  expect(scans.map(({ relname }) => relname).filter((table) => !SMALL.includes(table))).toEqual([]);
  const used = await ask(url, `select from pg_stat_user_tables where schemaname = 'public' and idx_scan > 0`);
  expect(used.length).toBeGreaterThanOrEqual(12);
});
