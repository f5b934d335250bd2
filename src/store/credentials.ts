import { sql } from 'kysely';
import type { CredentialState } from '../domain/credential.ts';
import type { Credentials } from '../flows/ports.ts';
import { credentialRow } from './credential-rows.ts';
import type { Database } from './database.ts';
import type { CredentialRow } from './schema.ts';
import { isUuid } from './text.ts';

/** From which states a credential comes to another one. What is disabled has to be bound anew (NIST SP 800-63B-4, 3.2.2). */
const BEFORE = {
  active: ['off'],
  off: ['active', 'off'],
  blocked: ['active', 'off', 'disabled', 'blocked'],
} as const;

/**
 * Active; or removed, switched off or blocked by what was contested since: such a one proves on the way back of a frozen account, where
 * `beforeContest` says so, and nowhere else.
 */
const PROVES = sql<boolean>`(state = 'active' or (state in ('removed', 'off', 'blocked') and lost_at is null and exists (
  select from accounts where accounts.id = credentials.account_id and accounts.frozen_at is not null)))`;

/** What accounts hold. Whatever must happen once is one conditional UPDATE. */
export function credentialsOn(db: Database, now: () => number): Credentials {
  return {
    async add(accountId, credential) {
      await db
        .insertInto('credentials')
        .values(credentialRow(accountId, credential, now()))
        .execute();
    },
    async addOnce(accountId, credential) {
      // Its id is of this account's own making, so the lock on that settles who is first; a passkey may come from two accounts at once.
      const same = db.selectFrom('credentials').select('id').where('id', '=', credential.id);
      if (await same.executeTakeFirst()) return false;
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('credentials')
        .values(credentialRow(accountId, credential, now()))
        .onConflict((conflict) => conflict.column('passkey_id').doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    async remove(accountId, ids, purgeAt) {
      if (ids.length === 0) return;
      await db
        .updateTable('credentials')
        .set({
          state: 'removed',
          purge_at: purgeAt,
          // What did not work then is not made to work by a contest of its removal alone.
          removed_from: sql<CredentialRow['removed_from']>`state`,
        })
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
        .where('state', 'in', BEFORE[state])
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
        .set({ state: 'active', purge_at: null, removed_from: null })
        .where('account_id', '=', accountId)
        .where('id', 'in', ids)
        .where('state', '=', 'removed')
        .where(sql<boolean>`coalesce(removed_from, 'active') = 'active'`)
        .where('lost_at', 'is', null)
        .execute();
    },
    async switchBack(accountId, ids) {
      if (ids.length === 0) return;
      await db
        .updateTable('credentials')
        .set({ state: 'active', purge_at: null, removed_from: null })
        .where('account_id', '=', accountId)
        .where('id', 'in', ids)
        .where('state', 'in', ['off', 'blocked', 'removed'])
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
    async named(accountId, ids) {
      const known = ids.filter(isUuid);
      if (known.length === 0) return [];
      return db
        .selectFrom('credentials')
        .select(['id', 'kind', 'label'])
        .where('account_id', '=', accountId)
        .where('id', 'in', known)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
    },
    async unsettle(accountId, ids, until) {
      const known = ids.filter(isUuid);
      if (known.length === 0) return;
      await db
        .updateTable('credentials')
        .set({ unsettled_until: sql<number>`greatest(unsettled_until, ${until})` })
        .where('account_id', '=', accountId)
        .where('id', 'in', known)
        .where('state', '<>', 'removed')
        .execute();
    },
    async acceptStep(id, step) {
      const { numUpdatedRows } = await db
        .updateTable('credentials')
        .set({ totp_last_step: step })
        .where('id', '=', id)
        .where('kind', '=', 'totp')
        .where(PROVES)
        .where((eb) => eb.or([eb('totp_last_step', 'is', null), eb('totp_last_step', '<', step)]))
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async countFailure(id, disableAt) {
      const ends = sql<boolean>`failures + 1 >= ${disableAt}`;
      const row = await db
        .updateTable('credentials')
        .set({
          failures: sql<number>`failures + 1`,
          state: sql<CredentialState>`case when state in ('active', 'off') and ${ends} then 'disabled' else state end`,
          lost_at: sql<
            number | null
          >`case when state in ('removed', 'blocked') and ${ends} then ${now()} else lost_at end`,
        })
        .where('id', '=', id)
        .where(PROVES)
        .returning(['failures'])
        .executeTakeFirst();
      const failures = row?.failures ?? 0;
      return { failures, disabled: failures >= disableAt };
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
        .where(PROVES)
        .execute();
    },
    async settle(ids) {
      const known = ids.filter(isUuid);
      if (known.length === 0) return;
      await db.updateTable('credentials').set({ unsettled_until: null }).where('id', 'in', known).execute();
    },
  };
}
