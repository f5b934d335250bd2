import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/domain/audit-event.ts';
import { addPerson, atOnce, crypto, emailTo, useStore, visitor } from './fixture.ts';

const fixture = useStore();
const event = (details: NonNullable<AuditEvent['details']> = {}): AuditEvent => ({
  kind: 'sign-in.failed',
  actor: 'user',
  accountId: crypto.uuid(),
  organizationId: 'default',
  details,
});

/** What an attacker with the database does, under a log that is whole again afterwards. */
async function tamper(statement: ReturnType<typeof sql>): Promise<unknown> {
  const { db, verifyAudit } = fixture();
  await sql`create table kept_log as table audit_log`.execute(db);
  await sql`create table kept_head as table audit_head`.execute(db);
  try {
    await statement.execute(db);
    return await verifyAudit();
  } finally {
    await sql`truncate audit_log, audit_head`.execute(db);
    await sql`insert into audit_log table kept_log`.execute(db);
    await sql`insert into audit_head table kept_head`.execute(db);
    await sql`drop table kept_log, kept_head`.execute(db);
  }
}

beforeEach(async () => {
  const { store } = fixture();
  for (let n = 0; n < 3; n += 1)
    await store.audit.append(event({ n, amr: ['pwd', 'otp'], client: null, ok: true }), visitor);
});

it('A30: names the first row that was altered', async () => {
  const { verifyAudit } = fixture();
  expect(await verifyAudit()).toEqual({ ok: true, rows: 3 });
  expect(await tamper(sql`update audit_log set ip = '198.51.100.1' where seq = 2`)).toEqual({
    ok: false,
    seq: 2,
    why: 'altered',
  });
  expect(await tamper(sql`update audit_log set details = '{"n":9}' where seq = 1`)).toMatchObject({
    seq: 1,
    why: 'altered',
  });
  expect(await tamper(sql`update audit_log set at = at + 1 where seq = 3`)).toMatchObject({ seq: 3, why: 'altered' });
  expect(await tamper(sql`update audit_log set account_id = null where seq > 1`)).toMatchObject({
    seq: 2,
    why: 'altered',
  });
});

it('A30: names a row that was removed, in the middle or at the end', async () => {
  expect(await tamper(sql`delete from audit_log where seq = 4`)).toEqual({ ok: false, seq: 4, why: 'missing' });
  expect(await tamper(sql`delete from audit_log where seq > 4`)).toEqual({ ok: false, seq: 5, why: 'cut-off' });
  expect(await tamper(sql`delete from audit_log`)).toEqual({ ok: false, seq: 1, why: 'cut-off' });
});

it('A30: the head cannot be made to fit without the master key', async () => {
  const cut = sql`
    with kept as (delete from audit_log where seq > 7), last as (select seq, hash from audit_log where seq = 7)
    update audit_head set count = last.seq, hash = last.hash`;
  expect(await tamper(sql`${cut} from last`)).toMatchObject({ ok: false, seq: 8, why: 'cut-off' });
  expect(await tamper(sql`${cut}, sealed = '\\x01' from last`)).toMatchObject({ ok: false, why: 'head' });
  await addPerson(fixture());
  expect(await tamper(sql`${cut}, sealed = null from last`)).toMatchObject({ ok: false, why: 'head' });
});

it('A30: a chain that was written anew with right hashes is found out by its end', async () => {
  const rewritten = sql`
    update audit_log set ip = null, hash = sha256(prev_hash || convert_to(
      '{"account_id":"' || account_id || '","actor":"user","at":' || at ||
      ',"details":{"amr":["pwd","otp"],"client":null,"n":2,"ok":true},"ip":null,"kind":"sign-in.failed",' ||
      '"organization_id":"default","seq":12,"user_agent":"Mozilla/5.0 (test)"}', 'UTF8')) where seq = 12`;
  expect(await tamper(rewritten)).toEqual({ ok: false, seq: 12, why: 'rewritten' });
});

it('A30: rows that were added are found', async () => {
  const added = sql`insert into audit_log (seq, at, kind, actor, details, prev_hash, hash)
    select seq + 1, at, kind, actor, details, hash, hash from audit_log order by seq desc limit 1`;
  expect(await tamper(added)).toMatchObject({ ok: false, why: 'altered' });
});

it('keeps one order under parallel transactions', async () => {
  const { store, verifyAudit, db } = fixture();
  const { count: before } = await db.selectFrom('audit_head').select('count').executeTakeFirstOrThrow();
  await atOnce(100, (n) =>
    store.transaction(async (tx) => {
      await tx.audit.append(event({ n }));
      await tx.audit.append(event({ n }), visitor);
    }),
  );
  expect(await verifyAudit()).toEqual({ ok: true, rows: before + 200 });
});

it('A28: keeps what cannot be stored as it is, marked, and still fits', async () => {
  const { store, verifyAudit, readAudit, clock } = fixture();
  const odd = { ip: '::1', userAgent: `a\0b\r\n\ud800${'x'.repeat(5_000)}`, deviceHash: null };
  clock.now += 1;
  await store.audit.append(event({ text: 'n\0ul', list: ['\u202e', '\ud800', '\u{1F600}'], number: 0.1 }), odd);
  expect(await verifyAudit()).toMatchObject({ ok: true });
  const [entry] = await Array.fromAsync(readAudit({ since: clock.now }));
  expect(entry?.details).toEqual({ text: 'n\ufffdul', list: ['\u202e', '\ufffd', '\u{1F600}'], number: 0.1 });
  expect(entry?.userAgent).toMatch(/^a\ufffdb\ufffd\ufffd\ufffdx+$/);
  expect(entry?.userAgent).toHaveLength(300);
});

it('A31: a transaction that is rolled back leaves no audit row, no message and no job', async () => {
  const { store, db, clock } = fixture();
  const person = await addPerson(fixture());
  const state = async () => {
    const { rows } = await sql`select (select count(*) from audit_log) as log, (select count(*) from outbox) as outbox,
      (select count(*) from jobs.job) as jobs, (select hash from audit_head) as head`.execute(db);
    return rows;
  };
  const before = await state();
  await expect(
    store.transaction(async (tx) => {
      await tx.audit.append(event());
      await tx.outbox.send(emailTo(person, clock));
      throw new Error('killed');
    }),
  ).rejects.toThrow('killed');
  expect(await state()).toEqual(before);
});

it('reads by account and time, in order', async () => {
  const { store, readAudit, clock } = fixture();
  const accountId = crypto.uuid();
  for (const n of [1, 2, 3]) {
    clock.now += 10;
    await store.audit.append({ ...event({ n }), accountId });
  }
  const all = await Array.fromAsync(readAudit({ accountId }));
  expect(all.map(({ details }) => details['n'])).toEqual([1, 2, 3]);
  expect(await Array.fromAsync(readAudit({ accountId, since: clock.now - 10 }))).toHaveLength(2);
});
