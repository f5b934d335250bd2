import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Browser, Devices } from '../flows/ports.ts';
import type { Database } from './database.ts';
import type { DeviceRow } from './schema.ts';
import { isUuid, LONGEST_IP, LONGEST_USER_AGENT, plainText } from './text.ts';

/** Browsers that an account has signed in from, known by the SHA-256 of their long-lived cookie. */
export function devicesOn(db: Database): Devices {
  return {
    async isKnown(accountId, deviceHash) {
      const row = await db
        .selectFrom('devices')
        .select('id')
        .where('account_id', '=', accountId)
        .where('device_hash', '=', deviceHash)
        .where('blocked_at', 'is', null)
        .executeTakeFirst();
      return row !== undefined;
    },
    async remember(accountId, deviceHash, visitor, at) {
      const seen = {
        ip: plainText(visitor.ip, LONGEST_IP),
        user_agent: plainText(visitor.userAgent, LONGEST_USER_AGENT),
        last_seen_at: at,
      };
      const row = await db
        .insertInto('devices')
        .values({
          account_id: accountId,
          device_hash: deviceHash,
          first_seen_at: at,
          first_ip: seen.ip,
          seen_notices_at: at,
          ...seen,
        })
        .onConflict((conflict) => conflict.columns(['account_id', 'device_hash']).doUpdateSet(seen))
        // A row that nobody has written before has no xmax.
        .returning(sql<boolean>`xmax = 0`.as('is_new'))
        .executeTakeFirstOrThrow();
      return row.is_new;
    },
    async of(accountId) {
      const rows = await db
        .selectFrom('devices')
        .selectAll()
        .where('account_id', '=', accountId)
        .orderBy('last_seen_at', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(browserFrom);
    },
    async isBlocked(accountId, deviceHash) {
      const row = await db
        .selectFrom('devices')
        .select('blocked_at')
        .where('account_id', '=', accountId)
        .where('device_hash', '=', deviceHash)
        .executeTakeFirst();
      return row !== undefined && row.blocked_at !== null;
    },
    async rename(accountId, id, name) {
      if (!isUuid(id)) return false;
      const { numUpdatedRows } = await db
        .updateTable('devices')
        .set({ name })
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async block(accountId, deviceHash, at) {
      await db
        .updateTable('devices')
        .set({ blocked_at: at })
        .where('account_id', '=', accountId)
        .where('device_hash', '=', deviceHash)
        .where('blocked_at', 'is', null)
        .execute();
    },
    async unblock(accountId, deviceHash, since) {
      const all = db
        .updateTable('devices')
        .set({ blocked_at: null })
        .where('account_id', '=', accountId)
        .where('blocked_at', '>=', since);
      await (deviceHash ? all.where('device_hash', '=', deviceHash) : all).execute();
    },
    async forget(accountId, id) {
      if (!isUuid(id)) return false;
      const { numDeletedRows } = await db
        .deleteFrom('devices')
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
    async sawNotices(accountId, deviceHash, at) {
      await db
        .updateTable('devices')
        .set({ seen_notices_at: sql<number>`greatest(seen_notices_at, ${at})` })
        .where('account_id', '=', accountId)
        .where('device_hash', '=', deviceHash)
        .execute();
    },
    async forgetOthers(accountId, exceptHash) {
      const all = db.deleteFrom('devices').where('account_id', '=', accountId).where('blocked_at', 'is', null);
      await (exceptHash ? all.where('device_hash', '<>', exceptHash) : all).execute();
    },
  };
}

function browserFrom(row: Selectable<DeviceRow>): Browser {
  return {
    id: row.id,
    deviceHash: row.device_hash,
    name: row.name,
    ip: row.ip,
    firstIp: row.first_ip,
    userAgent: row.user_agent,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    blockedAt: row.blocked_at,
    seenNoticesAt: row.seen_notices_at,
  };
}
