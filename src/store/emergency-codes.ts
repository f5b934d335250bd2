import { sql } from 'kysely';
import type { EmergencyCodes } from '../flows/ports.ts';
import type { Database } from './database.ts';

/** Emergency codes, known here by a keyed hash. */
export function emergencyCodesOn(db: Database): EmergencyCodes {
  return {
    async add(accountId, code) {
      await db
        .insertInto('emergency_codes')
        .values({
          id: code.id,
          account_id: accountId,
          code_hash: code.hash,
          uses: code.uses,
          uses_left: code.uses,
          valid_from: code.validFrom,
          expires_at: code.expiresAt,
          clients: code.clients === null ? null : [...code.clients],
          highest_acr: code.highestAcr,
          issued_by: code.issuedBy,
          issued_by_account: code.issuedByAccount,
          reason: code.reason,
          created_at: code.createdAt,
          revoked_at: null,
        })
        .execute();
    },
    async spend(accountId, id, at) {
      const { numUpdatedRows } = await db
        .updateTable('emergency_codes')
        .set({ uses_left: sql<number>`uses_left - 1` })
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .where('uses_left', '>', 0)
        .where('valid_from', '<=', at)
        .where('expires_at', '>', at)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async revokeAll(accountId, at) {
      const rows = await db
        .updateTable('emergency_codes')
        .set({ revoked_at: at })
        .where('account_id', '=', accountId)
        .where('revoked_at', 'is', null)
        .returning('id')
        .execute();
      return rows.map(({ id }) => id);
    },
  };
}
