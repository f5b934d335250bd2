import { type Kysely, sql } from 'kysely';

/** Restore codes: at most one that counts and one that waits to be typed back, per account. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table restore_codes (
      id uuid primary key,
      account_id uuid not null references accounts on delete cascade,
      -- SHA-256 of 135 random bits.
      hash bytea not null check (octet_length(hash) = 32),
      -- Sealed with context restore-code:<id>; null where the policy lets nobody see it again.
      sealed bytea,
      issued_by text not null check (issued_by in ('owner', 'letter', 'person', 'phone', 'email')),
      -- The recovery at whose end it was shown: it may be typed back in the browser of that one.
      journey_id uuid references journeys on delete set null,
      created_at bigint not null,
      -- Typed or scanned back by its owner, or handed over by an administrator: from then on it counts.
      confirmed_at bigint,
      unsettled_until bigint
    );
    create unique index restore_codes_counting on restore_codes (account_id) where confirmed_at is not null;
    create unique index restore_codes_waiting on restore_codes (account_id) where confirmed_at is null;
    create index restore_codes_journey on restore_codes (journey_id) where journey_id is not null;

    alter table accounts
      -- An administrator forbids restoring to this account (SPEC S9).
      add column restore_forbidden boolean not null default false,
      -- When it was done, in milliseconds, for as long as the uses of a year are counted.
      add column restore_uses jsonb not null default '[]',
      -- Sign-ins so far, for proposing a restore code at the n-th; -1: never to be asked again.
      add column sign_ins_asked integer not null default 0;
  `.execute(db);
}
