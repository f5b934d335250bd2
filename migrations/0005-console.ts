import { type Kysely, sql } from 'kysely';

/** What the account console needs: notices and what they contest, named browsers, contacts that were given up, closing an account. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table accounts
      -- Since when the owner's "It wasn't me" holds: nothing opens but the way back.
      add column frozen_at bigint,
      -- The owner asked to close the account; it is erased then, and may be kept until then.
      add column closes_at bigint;
    create index accounts_closing on accounts (closes_at) where closes_at is not null;

    -- off: switched off for now by the owner; blocked: for good, kept to be seen.
    alter table credentials drop constraint credentials_state_check;
    alter table credentials
      add constraint credentials_state_check check (state in ('active', 'off', 'disabled', 'blocked', 'removed')),
      -- The owner said that it is lost: no contest revives it.
      add column lost_at bigint,
      add column added_ip text,
      add column added_user_agent text;

    -- Given up or replaced: proves nothing, hears of everything until then, and may be revived by a contest.
    alter table contact_points add column veto_until bigint;
    -- A phone that was reported lost or switched off: since then no code by SMS to it signs in.
    alter table contact_points add column off_at bigint check (off_at is null or kind = 'phone');
    alter table contact_points add check (veto_until is null or not is_primary);
    create index contact_points_veto on contact_points (veto_until) where veto_until is not null;

    alter table devices
      add column name text check (char_length(name) between 1 and 60),
      add column blocked_at bigint,
      -- Where it was signed in first; ip is where last.
      add column first_ip text,
      -- The newest notice that its banner need not show any more.
      add column seen_notices_at bigint not null default 0;

    -- From which browser a session was opened, or raised last.
    alter table session_proofs
      add column device_hash bytea check (octet_length(device_hash) = 32),
      add column ip text,
      add column user_agent text;

    -- What the owner is told of, and may say "It wasn't me" to. used, added, removed: ids of credentials and contacts.
    create table notices (
      id uuid primary key,
      account_id uuid not null references accounts on delete cascade,
      at bigint not null,
      kind text not null,
      ip text not null,
      user_agent text not null,
      device_hash bytea check (octet_length(device_hash) = 32),
      used uuid[] not null,
      added uuid[] not null,
      removed uuid[] not null,
      -- False: it is in the activity only; nobody was written to.
      told boolean not null,
      contested_at bigint,
      -- The way back was walked, or an operator decided: the contest is over.
      settled_at bigint
    );
    create index notices_account on notices (account_id, at);
    create index notices_contested on notices (account_id) where contested_at is not null;

    alter table one_time_codes drop constraint one_time_codes_purpose_check;
    alter table one_time_codes
      add constraint one_time_codes_purpose_check check
        (purpose in ('recovery-link', 'recovery-code', 'sms', 'invitation', 'contest', 'new-contact')),
      add column notice_id uuid references notices on delete cascade,
      -- What the code confirms, sealed with context code:<id>.
      add column sealed bytea;
    create index one_time_codes_notice on one_time_codes (notice_id) where notice_id is not null;

    alter table journeys drop constraint journeys_goal_check;
    alter table journeys add constraint journeys_goal_check check (goal in ('sign-in', 'accept-invitation',
      'reset-password', 'reset-second-factor', 'reset-both', 'lift-freeze'));

    -- Open console pages hear at once of what happens to their account: the payload is its id.
    create function regain_account_changed() returns trigger language plpgsql as $$
    begin
      perform pg_notify('regain_account', coalesce(new.account_id, old.account_id)::text);
      return null;
    end $$;
    create trigger notices_told after insert on notices for each row execute function regain_account_changed();
    create trigger session_proofs_ended after delete on session_proofs for each row execute function regain_account_changed();
  `.execute(db);
}
