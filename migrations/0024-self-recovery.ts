import { type Kysely, sql } from 'kysely';

/** Switching self-recovery on step by step: the pilot group, what is proposed at sign-in, and how far accounts were from being locked out, by day. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table accounts
      -- In the pilot group of its organization since then.
      add column pilot_since bigint,
      -- What is missing is not proposed at a sign-in before then; null: it was never put off.
      add column onboarding_after bigint;
    create index accounts_pilot on accounts (organization_id, username_key) where pilot_since is not null;

    -- One row for each organization and day (UTC), of numbers alone.
    create table lock_out_days (
      organization_id text not null references organizations on delete cascade,
      day bigint not null check (day % 86400000 = 0),
      no_way_back integer not null check (no_way_back >= 0),
      one_loss integer not null check (one_loss >= 0),
      two_losses integer not null check (two_losses >= 0),
      farther integer not null check (farther >= 0),
      primary key (organization_id, day)
    );
  `.execute(db);
}
