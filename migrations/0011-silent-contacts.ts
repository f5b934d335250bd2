import { type Kysely, sql } from 'kysely';

/** Addresses and numbers that were given up while they were new: they hear nothing more, and have no say. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table contact_points
      add column silent boolean not null default false,
      add check (not silent or veto_until is not null);
  `.execute(db);
}
