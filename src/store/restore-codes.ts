import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { RestoreCodes } from '../flows/ports.ts';
import type { Database } from './database.ts';
import type { RestoreCodeRow } from './schema.ts';

/** Uses are counted per year. */
const KEPT_MS = 400 * 86_400_000;

/** Restore codes, known here by their SHA-256; a copy is kept sealed where the policy lets its owner see it again. */
export function restoreCodesOn(db: Database): RestoreCodes {
  return {
    async propose(accountId, code) {
      const row = {
        id: code.id,
        hash: code.hash,
        sealed: code.sealed && (await keepsCopies(db, accountId)) ? code.sealed : null,
        issued_by: code.issuedBy,
        journey_id: code.journeyId,
        created_at: code.createdAt,
        unsettled_until: code.unsettledUntil,
      };
      await db
        .insertInto('restore_codes')
        .values({ ...row, account_id: accountId })
        .onConflict((conflict) => conflict.column('account_id').where('confirmed_at', 'is', null).doUpdateSet(row))
        .execute();
    },
    async waiting(accountId) {
      const row = await db
        .selectFrom('restore_codes')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('confirmed_at', 'is', null)
        .executeTakeFirst();
      return row && { ...restoreCodeFrom(row), journeyId: row.journey_id };
    },
    async confirm(accountId, id, at) {
      // Whoever comes first holds the account's row, by no stronger lock than all others take (`loadForUpdate`); the one before goes in the same breath.
      await db.selectFrom('accounts').select('id').where('id', '=', accountId).forNoKeyUpdate().execute();
      const waits = await db
        .selectFrom('restore_codes')
        .select('id')
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .where('confirmed_at', 'is', null)
        .executeTakeFirst();
      if (!waits) return false;
      await db
        .deleteFrom('restore_codes')
        .where('account_id', '=', accountId)
        .where('confirmed_at', 'is not', null)
        .execute();
      await db.updateTable('restore_codes').set({ confirmed_at: at }).where('id', '=', id).execute();
      return true;
    },
    async spend(accountId, id, at) {
      const { numDeletedRows } = await db
        .deleteFrom('restore_codes')
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .where('confirmed_at', 'is not', null)
        .executeTakeFirst();
      if (numDeletedRows !== 1n) return false;
      await sql`
        update accounts set restore_uses = to_jsonb(${at}::bigint) || (
          select coalesce(jsonb_agg(used), '[]') from jsonb_array_elements(restore_uses) used
          where used::bigint > ${at - KEPT_MS}
        ) where id = ${accountId}`.execute(db);
      return true;
    },
    async remove(accountId, ids) {
      if (ids.length === 0) return;
      await db.deleteFrom('restore_codes').where('account_id', '=', accountId).where('id', 'in', ids).execute();
    },
    async removeAll(accountId) {
      await db.deleteFrom('restore_codes').where('account_id', '=', accountId).execute();
    },
    async forgetCopies(organizationId) {
      await sql`
        update restore_codes r set sealed = null from accounts a
        where a.id = r.account_id and a.organization_id = ${organizationId} and r.sealed is not null`.execute(db);
    },
  };
}

function restoreCodeFrom(row: Selectable<RestoreCodeRow>) {
  return {
    id: row.id,
    hash: row.hash,
    sealed: row.sealed,
    issuedBy: row.issued_by,
    createdAt: row.created_at,
    unsettledUntil: row.unsettled_until,
  };
}

/**
 * Whether the organization's policy lets codes be shown again at this moment. It holds the organization's row: a policy that is being set waits
 * until this copy can be seen and erased by it, or was there first and is what is read here.
 */
async function keepsCopies(db: Database, accountId: string): Promise<boolean> {
  await sql`
    select from organizations o join accounts a on a.organization_id = o.id where a.id = ${accountId} for share of o`.execute(
    db,
  );
  const { rows } = await sql<{ shown: boolean }>`
    select coalesce((p.document -> 'restoreCode' ->> 'shownAgain')::boolean, true) as shown
    from accounts a
    join organizations o on o.id = a.organization_id
    join policies p on p.organization_id = o.id and p.version = o.policy_version
    where a.id = ${accountId}`.execute(db);
  return rows[0]?.shown === true;
}
