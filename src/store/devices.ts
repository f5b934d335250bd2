import type { Devices } from '../flows/ports.ts';
import type { Database } from './database.ts';
import { plainText } from './text.ts';

const LONGEST_USER_AGENT = 300;
const LONGEST_IP = 64;

/** Browsers that an account has signed in from, known by the SHA-256 of their long-lived cookie. */
export function devicesOn(db: Database): Devices {
  return {
    async isKnown(accountId, deviceHash) {
      const row = await db
        .selectFrom('devices')
        .select('id')
        .where('account_id', '=', accountId)
        .where('device_hash', '=', deviceHash)
        .executeTakeFirst();
      return row !== undefined;
    },
    async remember(accountId, deviceHash, visitor, at) {
      const seen = {
        ip: plainText(visitor.ip, LONGEST_IP),
        user_agent: plainText(visitor.userAgent, LONGEST_USER_AGENT),
        last_seen_at: at,
      };
      await db
        .insertInto('devices')
        .values({ account_id: accountId, device_hash: deviceHash, first_seen_at: at, ...seen })
        .onConflict((conflict) => conflict.columns(['account_id', 'device_hash']).doUpdateSet(seen))
        .execute();
    },
    async forgetOthers(accountId, exceptHash) {
      const all = db.deleteFrom('devices').where('account_id', '=', accountId);
      await (exceptHash ? all.where('device_hash', '<>', exceptHash) : all).execute();
    },
  };
}
