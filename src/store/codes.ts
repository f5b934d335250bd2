import { type Selectable, sql } from 'kysely';
import type { OneTimeCode, OneTimeCodes } from '../flows/ports.ts';
import type { Database } from './database.ts';
import type { OneTimeCodeRow } from './schema.ts';
import { isUuid } from './text.ts';

/** Links and short codes, known here only by their hashes. A spent or expired one is never open again (ATTACKS A14, A22). */
export function codesOn(db: Database): OneTimeCodes {
  return {
    async create(code) {
      await db
        .insertInto('one_time_codes')
        .values({
          id: code.id,
          purpose: code.purpose,
          account_id: code.accountId,
          journey_id: code.journeyId,
          contact_id: code.contactId,
          token_hash: code.tokenHash,
          code_hash: code.codeHash,
          notice_id: code.noticeId ?? null,
          sealed: code.sealed ?? null,
          expires_at: code.expiresAt,
        })
        .execute();
    },
    async findByToken(purpose, tokenHash) {
      const row = await db
        .selectFrom('one_time_codes')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .where('purpose', '=', purpose)
        .executeTakeFirst();
      return row && codeFrom(row);
    },
    async find(purpose, id) {
      if (!isUuid(id)) return undefined;
      const row = await db
        .selectFrom('one_time_codes')
        .selectAll()
        .where('id', '=', id)
        .where('purpose', '=', purpose)
        .executeTakeFirst();
      return row && codeFrom(row);
    },
    async countTry(id, purpose, limit, now) {
      const row = await db
        .updateTable('one_time_codes')
        .set({ tries: sql<number>`tries + 1` })
        .where('id', '=', id)
        .where('purpose', '=', purpose)
        .where('tries', '<', limit)
        .where('consumed_at', 'is', null)
        .where('expires_at', '>', now)
        .returningAll()
        .executeTakeFirst();
      return row && codeFrom(row);
    },
    async consume(id, now) {
      const { numUpdatedRows } = await db
        .updateTable('one_time_codes')
        .set({ consumed_at: now })
        .where('id', '=', id)
        .where('consumed_at', 'is', null)
        .where('expires_at', '>', now)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async endAll(accountId, purposes, now) {
      if (purposes.length === 0) return;
      await db
        .updateTable('one_time_codes')
        .set({ consumed_at: now })
        .where('account_id', '=', accountId)
        .where('purpose', 'in', purposes)
        .where('consumed_at', 'is', null)
        .execute();
    },
  };
}

function codeFrom(row: Selectable<OneTimeCodeRow>): OneTimeCode {
  return {
    id: row.id,
    purpose: row.purpose,
    accountId: row.account_id,
    journeyId: row.journey_id,
    contactId: row.contact_id,
    noticeId: row.notice_id,
    sealed: row.sealed,
    codeHash: row.code_hash,
    tries: row.tries,
    expiresAt: row.expires_at,
    consumedAt: row.consumed_at,
  };
}
