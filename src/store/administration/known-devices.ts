import type { KnownDevices } from '../../flows/ports/administration.ts';
import type { Database } from '../database.ts';

/** The browsers that an account has signed in from. */
export function knownDevicesOn(db: Database): KnownDevices {
  return {
    of(accountId) {
      return db
        .selectFrom('devices')
        .select(['id', 'ip', 'user_agent as userAgent', 'first_seen_at as firstSeenAt', 'last_seen_at as lastSeenAt'])
        .where('account_id', '=', accountId)
        .orderBy('last_seen_at', 'desc')
        .execute();
    },
  };
}
