import { randomBytes } from 'node:crypto';
import { Client, type QueryResultRow } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { testDatabase } from '../support/database.ts';
import { FROM } from '../support/from.ts';
import { addPerson, crypto, emailTo, journeyOf, passkey, totp, visitor } from './fixture.ts';

const MANY = 4_000;
/** What all calls below together may read of one table. */
const FEW = 150;

/** Fills the tables that grow, so that whatever reads more than it looks for shows. */
const crowd = `
  insert into accounts (id, organization_id, username, username_key, locale)
    select gen_random_uuid(), 'default', 'n' || n, 'n' || n, 'en' from generate_series(1, ${MANY}) n;
  insert into contact_points (id, account_id, kind, value, key, counts_from)
    select gen_random_uuid(), id, 'email', username || '@example.com', username || '@example.com', 0 from accounts;
  insert into credentials (id, account_id, kind, label, password_hash)
    select gen_random_uuid(), id, 'password', '', 'x' from accounts;
  insert into devices (account_id, device_hash, ip, user_agent, first_seen_at, last_seen_at)
    select id, sha256('d'), '', '', 0, 0 from accounts;
  insert into journeys (id, kind, account_id, organization_id, policy_version, interaction_hash, browser_hash, locale, proofs,
      private, created_at, expires_at)
    select gen_random_uuid(), 'recovery', id, 'default', 1, sha256(username::bytea), sha256(username::bytea), 'en', '[]', '',
      regain_now(), regain_now() + 9e9 from accounts;
  insert into one_time_codes (id, purpose, account_id, journey_id, token_hash, code_hash, expires_at)
    select gen_random_uuid(), 'recovery-link', account_id, id, browser_hash, browser_hash, expires_at from journeys;
  insert into attempts (key, counted_at) select sha256(username::bytea), regain_now() from accounts;
  insert into rate_limits select 'sms-per-number/600:' || username, 1, regain_now() + 9e9 from accounts;
  insert into oidc_records (model, id, payload, account_id, grant_id, session_uid, user_code, expires_at)
    select model, sha256(username::bytea), '', id, sha256(username::bytea), sha256(username::bytea),
      case model when 'RefreshToken' then sha256(username::bytea) end, regain_now() + 9e9
    from accounts, unnest(array['Session', 'RefreshToken']) model;
  insert into application_access select id, 'app', '{openid}', '{}', true, 0, 0 from accounts;
  insert into ended_grants select sha256(username::bytea), 0 from accounts;
  insert into session_proofs select gen_random_uuid(), id, sha256(username::bytea), '[]', regain_now() from accounts;
  insert into outbox (id, channel, account_id, sealed, created_at, expires_at)
    select gen_random_uuid(), 'email', id, '', regain_now(), regain_now() + 9e9 from accounts;
  insert into audit_log select n, n, 'sms.sent', gen_random_uuid(), 'default', 'user', null, null, '{}',
    sha256('a'), sha256('a') from generate_series(1, ${MANY}) n;
  update audit_head set count = ${MANY}, hash = sha256('a');`;

async function ask<Row extends QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Row>(statement);
  await client.end();
  return rows;
}

it('among many rows no port reads more than it looks for', async () => {
  const { url, drop } = await testDatabase();
  onTestFinished(drop);
  await ask(url, crowd);
  await ask(url, 'vacuum analyze');
  const before = await rowsRead(url);
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
  await store.applications.remember(person.id, 'app', { scopes: ['openid'], claims: [], consented: true }, clock.now);
  await store.applications.touch(person.id, 'app', clock.now + 600_000);
  await store.applications.remembered(person.id, 'app');
  await store.applications.of(person.id);
  await store.applications.remove(person.id, 'app');
  await store.sessions.recordProofs(journey.id, person.id, [], FROM);
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
  await opened.purgeExpired(100);
  await Array.fromAsync(opened.readAudit({ accountId: person.id }));
  await store.activity.of(person.id, { kinds: ['sms.sent', 'recovery.finished'], limit: 26 });
  await store.activity.of(person.id, { before: 9_000, limit: 26 });
  await store.activity.of(person.id, { after: 1, limit: 26 });
  await store.notices.toldSince(person.id, 0, 100);
  await store.accounts.update(person.id, { closesAt: 1 });
  await store.accounts.toClose(clock.now, 100);
  await store.accounts.erase(person.id);
  await opened.close();

  const after = await rowsRead(url);
  const grown = Object.entries(after).map(([table, count]) => [table, count - (before[table] ?? 0)] as const);
  expect(grown.filter(([, count]) => count > FEW)).toEqual([]);
  expect(grown.filter(([, count]) => count > 0).length).toBeGreaterThanOrEqual(12);
});

/** How many rows were read of each table so far, by any way. */
async function rowsRead(url: string): Promise<Record<string, number>> {
  const rows = await ask<{ table: string; count: string }>(
    url,
    `select relname as table, seq_tup_read + coalesce(idx_tup_fetch, 0) + (
       select coalesce(sum(idx_tup_read), 0) from pg_stat_user_indexes i where i.relid = t.relid
     ) as count from pg_stat_user_tables t where schemaname = 'public'`,
  );
  return Object.fromEntries(rows.map(({ table, count }) => [table, Number(count)]));
}
