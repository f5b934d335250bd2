import { type Kysely, sql } from 'kysely';

/** Journeys, one-time codes and what counts guesses. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table journeys (
      id uuid primary key,
      kind text not null check (kind in ('sign-in', 'recovery', 'invitation')),
      goal text check (goal in ('sign-in', 'accept-invitation', 'reset-password', 'reset-second-factor',
        'reset-both')),
      at_least text check (at_least in ('urn:regain:acr:1', 'urn:regain:acr:2-sms', 'urn:regain:acr:2', 'phr')),
      -- Null: a decoy.
      account_id uuid references accounts on delete cascade,
      organization_id text not null references organizations on delete cascade,
      -- Of the account's organization, which may be another one; 0: not known yet.
      policy_version integer not null check (policy_version >= 0),
      -- SHA-256 of the interaction's uid and of the browser's secret.
      interaction_hash bytea check (octet_length(interaction_hash) = 32),
      browser_hash bytea not null check (octet_length(browser_hash) = 32),
      client_id text,
      locale text not null check (locale in ('en', 'fr')),
      proofs jsonb not null check (jsonb_typeof(proofs) = 'array'),
      -- Sealed: what was typed as username (some type their password there), interaction uid, request, state.
      private bytea not null,
      version integer not null default 1 check (version > 0),
      created_at bigint not null,
      expires_at bigint not null,
      completed_at bigint,
      -- Ended by another journey's completion: it is nobody's success.
      ended_at bigint
    );
    create index journeys_interaction on journeys (interaction_hash) where interaction_hash is not null;
    create index journeys_browser on journeys (browser_hash, kind, created_at);
    create index journeys_account on journeys (account_id) where account_id is not null;
    create index journeys_organization on journeys (organization_id);
    create index journeys_expiry on journeys (expires_at);

    create table one_time_codes (
      id uuid primary key,
      purpose text not null
        check (purpose in ('recovery-link', 'recovery-code', 'sms', 'invitation', 'contest')),
      account_id uuid references accounts on delete cascade,
      journey_id uuid references journeys on delete set null,
      contact_id uuid references contact_points on delete cascade,
      token_hash bytea unique check (octet_length(token_hash) = 32),
      code_hash bytea check (octet_length(code_hash) = 32),
      tries integer not null default 0 check (tries >= 0),
      created_at bigint not null default regain_now(),
      expires_at bigint not null,
      consumed_at bigint
    );
    create index one_time_codes_account on one_time_codes (account_id) where account_id is not null;
    create index one_time_codes_journey on one_time_codes (journey_id) where journey_id is not null;
    create index one_time_codes_contact on one_time_codes (contact_id) where contact_id is not null;
    create index one_time_codes_expiry on one_time_codes (expires_at);

    -- Keys are SHA-256: what is counted may name a person.
    create table attempts (
      key bytea primary key check (octet_length(key) = 32),
      failures integer not null default 0,
      locked_until bigint not null default 0,
      counted_at bigint not null default 0
    );
    create index attempts_age on attempts (counted_at);

    -- Counts one attempt under each key, or none while one is locked: then the time when the last lock ends. Rows are locked
    -- in key order, so parallel calls neither deadlock nor slip through (ATTACKS A12).
    create function count_attempt(wanted bytea[], delays integer[], at bigint) returns bigint language plpgsql as $$
    declare
      locked bigint;
    begin
      with held as (
        insert into attempts (key) select distinct k from unnest(wanted) k order by k
        on conflict (key) do update set key = excluded.key
        returning locked_until
      ) select max(locked_until) into locked from held;
      if locked > at then return locked; end if;
      update attempts set
        failures = failures + 1,
        counted_at = at,
        locked_until = at + 1000 * delays[least(failures + 2, array_length(delays, 1))]::bigint
      where key = any(wanted);
      return null;
    end $$;

    -- The layout that rate-limiter-flexible expects.
    create table rate_limits (
      key varchar(255) primary key,
      points integer not null default 0,
      expire bigint
    );
    create index rate_limits_expiry on rate_limits (expire);
  `.execute(db);
}
