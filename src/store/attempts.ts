import { sql } from 'kysely';
import type { Attempts } from '../flows/ports.ts';
import type { Database } from './database.ts';
import { sha256 } from './text.ts';

/**
 * Failures under keys such as "password of this account, strangers". Keys are kept as SHA-256: they may name a person. The
 * counting is one call of `count_attempt` (migration 0017), atomic whether or not it runs in a transaction.
 */
export function attemptsOn(db: Database): Attempts {
  return {
    async count(keys, delays, now) {
      const hashes = keys.map(sha256);
      const { rows } = await sql<{ until: number | null }>`
        select count_attempt(${hashes}::bytea[], ${[...delays]}::integer[], ${now}) as until`.execute(db);
      const until = rows[0]?.until ?? null;
      return until === null ? { allowed: true } : { allowed: false, until };
    },
    async reset(keys) {
      if (keys.length === 0) return;
      await db
        .updateTable('attempts')
        .set({ failures: 0, locked_until: 0 })
        .where('key', 'in', keys.map(sha256))
        .execute();
    },
  };
}
