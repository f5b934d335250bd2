import { sql } from 'kysely';
import { Taken } from '../flows/ports/administration.ts';
import type { Database } from './database.ts';

const UNIQUE_VIOLATION = '23505';

/** What a failed write says is taken, or undefined: another fault. Who was first is decided by the database, never by a look-up. */
export function takenBy(error: unknown): Taken | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== UNIQUE_VIOLATION) return undefined;
  const table = 'table' in error ? error.table : undefined;
  return new Taken(table === 'contact_points' ? 'email' : 'username');
}

/**
 * The lock that the trigger `identifier_is_free` takes too, but before anything is written: else two who want the same address
 * could each hold what the other one waits for.
 */
export async function lockIdentifier(db: Database, key: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('regain:identifier:' || ${key}, 0))`.execute(db);
}
