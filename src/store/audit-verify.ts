import { sql } from 'kysely';
import type { Crypto } from '../flows/ports.ts';
import { HEAD_CONTEXT, type Head } from './audit.ts';
import { type AuditRow, GENESIS, hashOf } from './audit-chain.ts';
import type { Database } from './database.ts';

/**
 * `missing`: a row is not there any more · `altered`: it does not have the hash it was written with · `cut-off`: rows are
 * gone at the end · `added`: rows at the end that Regain did not write · `rewritten`: the chain fits, but is not the one
 * that was sealed · `head`: the sealed head is gone or was not sealed by us.
 */
export type AuditFault = 'missing' | 'altered' | 'cut-off' | 'added' | 'rewritten' | 'head';
export type AuditVerdict =
  | { readonly ok: true; readonly rows: number }
  | { readonly ok: false; readonly seq: number; readonly why: AuditFault };

const BATCH = 2_000;

/**
 * Reads the whole log in order, as it is at one moment, and names the first row that does not fit (ATTACKS A30). Who has
 * the database but no master key cannot write the sealed head; what he can still do unseen is to put back log and head of
 * an earlier day together, which only a copy of the head kept elsewhere shows.
 */
export async function verifyAudit(db: Database, crypto: Crypto): Promise<AuditVerdict> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const sealed = await openHead(trx, crypto);
      let last: Pick<AuditRow, 'seq' | 'hash'> = { seq: 0, hash: GENESIS };
      for await (const row of rowsOf(trx)) {
        if (row.seq !== last.seq + 1) return { ok: false, seq: last.seq + 1, why: 'missing' };
        if (!row.prev_hash.equals(last.hash) || !hashOf(row).equals(row.hash)) {
          return { ok: false, seq: row.seq, why: 'altered' };
        }
        last = { seq: row.seq, hash: row.hash };
      }
      if (sealed === 'unreadable') return { ok: false, seq: last.seq, why: 'head' };
      if (last.seq < sealed.count) return { ok: false, seq: last.seq + 1, why: 'cut-off' };
      if (last.seq > sealed.count) return { ok: false, seq: sealed.count + 1, why: 'added' };
      if (last.hash.toString('hex') !== sealed.hash) return { ok: false, seq: last.seq, why: 'rewritten' };
      return { ok: true, rows: last.seq };
    });
}

/** Whether the log ends as the sealed head says: quick, and no word on what stands before the last row. */
export async function verifyAuditEnd(db: Database, crypto: Crypto): Promise<AuditVerdict> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const sealed = await openHead(trx, crypto);
      const last = await trx.selectFrom('audit_log').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirst();
      const { seq, hash } = last ?? { seq: 0, hash: GENESIS };
      if (sealed === 'unreadable') return { ok: false, seq, why: 'head' };
      if (last && !hashOf(last).equals(last.hash)) return { ok: false, seq, why: 'altered' };
      if (seq < sealed.count) return { ok: false, seq: seq + 1, why: 'cut-off' };
      if (seq > sealed.count) return { ok: false, seq: sealed.count + 1, why: 'added' };
      if (hash.toString('hex') !== sealed.hash) return { ok: false, seq, why: 'rewritten' };
      return { ok: true, rows: seq };
    });
}

/** A head that was never sealed is right only while nothing has happened in this installation. */
async function openHead(db: Database, crypto: Crypto): Promise<Head | 'unreadable'> {
  const head = await db.selectFrom('audit_head').select('sealed').executeTakeFirst();
  try {
    if (head?.sealed) return JSON.parse(crypto.open(head.sealed, HEAD_CONTEXT));
  } catch {
    return 'unreadable';
  }
  const { rows } = await sql<{ begun: boolean }>`select exists (select from accounts) as begun`.execute(db);
  return head && !rows[0]?.begun ? { count: 0, hash: GENESIS.toString('hex') } : 'unreadable';
}

async function* rowsOf(db: Database): AsyncGenerator<AuditRow> {
  let after = 0;
  for (;;) {
    const rows = await db
      .selectFrom('audit_log')
      .selectAll()
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(BATCH)
      .execute();
    yield* rows;
    const end = rows.at(-1);
    if (!end) return;
    after = end.seq;
  }
}
