import { type Kysely, sql } from 'kysely';

/** Each version of a policy says who put it in force and why; what an admin is at work on is a draft of their own. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table policies
      -- Names as they were then: the audit log keeps which account it was. Null: before this was written down.
      add column published_by text check (published_by <> ''),
      add column reason text check (char_length(reason) between 1 and 500),
      -- The earlier version that this one is again.
      add column restores integer check (restores > 0 and restores < version);

    create table policy_drafts (
      organization_id text not null references organizations on delete cascade,
      account_id uuid not null references accounts on delete cascade,
      -- As it was typed, with faults and all.
      text text not null check (char_length(text) <= 40000),
      -- The version in force when the draft was begun.
      based_on integer not null,
      -- Counts up with every save.
      saves integer not null default 1,
      saved_at bigint not null,
      primary key (organization_id, account_id)
    );
    create index policy_drafts_account on policy_drafts (account_id);
  `.execute(db);
}
