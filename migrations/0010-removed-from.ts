import { type Kysely, sql } from 'kysely';

/** What a removed credential was before: a contest of its removal brings back what worked, and of its switching off what was switched off. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table credentials
      -- Its state when it was removed; null: it was not, or before that was written down (then lost_at tells of what did not work).
      add column removed_from text check (removed_from in ('active', 'off', 'blocked', 'disabled')),
      add check (removed_from is null or state = 'removed');
  `.execute(db);
}
