import { type Kysely, sql } from 'kysely';

/** Applications are administered in the operators' console: suspended, changed by one person at a time, listed by name. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table clients
      -- Since then it is unknown to the provider.
      add column suspended_at bigint,
      -- Counts up with every change.
      add column version integer not null default 1;
    drop index clients_organization;
    create index clients_organization on clients (organization_id, name, id);
  `.execute(db);
}
