import { sql } from 'kysely';
import type { Credentials } from '../flows/ports.ts';
import { credentialRow } from './credential-rows.ts';
import type { Database } from './database.ts';
import { isUuid } from './text.ts';

/** What accounts hold. Whatever must happen once is one conditional UPDATE. */
export function credentialsOn(db: Database, now: () => number): Credentials {
  return {
    async add(accountId, credential) {
      await db
        .insertInto('credentials')
        .values(credentialRow(accountId, credential, now()))
        .execute();
    },
    async remove(accountId, ids, purgeAt) {
      if (ids.length === 0) return;
      await db
        .updateTable('credentials')
        .set({ state: 'removed', purge_at: purgeAt })
        .where('account_id', '=', accountId)
        .where('id', 'in', ids)
        .where('state', '<>', 'removed')
        .execute();
    },
    async setState(accountId, ids, state, lostAt) {
      const known = ids.filter(isUuid);
      if (known.length === 0) return [];
      const rows = await db
        .updateTable('credentials')
        .set({ state, ...(lostAt === undefined ? {} : { lost_at: lostAt }) })
        .where('account_id', '=', accountId)
        .where('id', 'in', known)
        .where('state', '<>', 'removed')
        .returning('id')
        .execute();
      return rows.map(({ id }) => id);
    },
    async keepSealed(accountId, ids, purgeAt) {
      if (ids.length === 0) return;
      await db
        .updateTable('credentials')
        .set({ purge_at: sql<number>`greatest(purge_at, ${purgeAt})` })
        .where('account_id', '=', accountId)
        .where('id', 'in', ids)
        .where('state', '=', 'removed')
        .execute();
    },
    async revive(accountId, ids) {
      if (ids.length === 0) return;
      await db
        .updateTable('credentials')
        .set({ state: 'active', purge_at: null })
        .where('account_id', '=', accountId)
        .where('id', 'in', ids)
        .where('state', '=', 'removed')
        .where('lost_at', 'is', null)
        .execute();
    },
    async relabel(accountId, id, label) {
      if (!isUuid(id)) return false;
      const { numUpdatedRows } = await db
        .updateTable('credentials')
        .set({ label })
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .where('state', '<>', 'removed')
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async rehashPassword(id, hash) {
      await db
        .updateTable('credentials')
        .set({ password_hash: hash })
        .where('id', '=', id)
        .where('kind', '=', 'password')
        .where('state', '=', 'active')
        .execute();
    },
    async acceptStep(id, step) {
      const { numUpdatedRows } = await db
        .updateTable('credentials')
        .set({ totp_last_step: step })
        .where('id', '=', id)
        .where('kind', '=', 'totp')
        // A removed one proves only on the way back of a frozen account.
        .where((eb) =>
          eb.or([
            eb('state', '=', 'active'),
            eb.and([
              eb('state', '=', 'removed'),
              eb.exists(
                eb
                  .selectFrom('accounts')
                  .select('accounts.id')
                  .whereRef('accounts.id', '=', 'credentials.account_id')
                  .where('accounts.frozen_at', 'is not', null),
              ),
            ]),
          ]),
        )
        .where((eb) => eb.or([eb('totp_last_step', 'is', null), eb('totp_last_step', '<', step)]))
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async countFailure(id, disableAt) {
      const row = await db
        .updateTable('credentials')
        .set({
          failures: sql<number>`failures + 1`,
          state: sql<'active' | 'disabled'>`case when failures + 1 >= ${disableAt} then 'disabled' else 'active' end`,
        })
        .where('id', '=', id)
        .where('state', '=', 'active')
        .returning(['failures', 'state'])
        .executeTakeFirst();
      return { failures: row?.failures ?? 0, disabled: row?.state === 'disabled' };
    },
    async recordUse(id, at, signCount) {
      await db
        .updateTable('credentials')
        .set({
          failures: 0,
          last_used_at: at,
          ...(signCount === undefined
            ? {}
            : { passkey_sign_count: sql<number>`greatest(passkey_sign_count, ${signCount})` }),
        })
        .where('id', '=', id)
        .where('state', '=', 'active')
        .execute();
    },
    async settle(ids) {
      const known = ids.filter(isUuid);
      if (known.length === 0) return;
      await db.updateTable('credentials').set({ unsettled_until: null }).where('id', 'in', known).execute();
    },
  };
}
