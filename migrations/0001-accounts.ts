import { type Kysely, sql } from 'kysely';
import { PRESETS } from '../src/domain/presets.ts';

/**
 * Organizations with their policies, applications, accounts and what accounts hold.
 *
 * Times are milliseconds since the epoch (bigint) everywhere, as in the ports: one unit, no time zones, no conversion.
 * `regain_now()` is the default for when something was created by hand or by the command line.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function regain_now() returns bigint language sql volatile
      return (extract(epoch from clock_timestamp()) * 1000)::bigint;

    -- Tells every node that something it keeps in memory has changed: the payload is the trigger's argument.
    create function regain_changed() returns trigger language plpgsql as $$
    begin
      perform pg_notify('regain_changed', tg_argv[0]);
      return null;
    end $$;

    create table organizations (
      id text primary key check (id ~ '^[a-z0-9-]{1,64}$'),
      name text not null check (char_length(name) between 1 and 200),
      locale text not null check (locale in ('en', 'fr')),
      support_url text,
      policy_version integer not null,
      created_at bigint not null default regain_now()
    );

    -- Versions are never changed: a journey goes on under the policy that it began with.
    create table policies (
      organization_id text not null references organizations on delete cascade,
      version integer not null check (version > 0),
      document jsonb not null check (jsonb_typeof(document) = 'object'),
      created_at bigint not null default regain_now(),
      primary key (organization_id, version)
    );

    -- The policy in force. Deferred: an organization and its first policy are written in one transaction.
    alter table organizations add constraint organizations_policy_in_force
      foreign key (id, policy_version) references policies (organization_id, version) deferrable initially deferred;

    create table clients (
      id text primary key check (char_length(id) between 1 and 200),
      organization_id text not null references organizations,
      name text not null check (char_length(name) between 1 and 200),
      metadata jsonb not null check (jsonb_typeof(metadata) = 'object'),
      secret_hash bytea check (octet_length(secret_hash) = 32),
      first_party boolean not null default false,
      admits_others boolean not null default false,
      created_at bigint not null default regain_now()
    );
    create index clients_organization on clients (organization_id);

    create trigger organizations_changed after insert or update or delete on organizations
      for each statement execute function regain_changed('organizations');
    create trigger policies_in_force_changed after update of policy_version on organizations
      for each statement execute function regain_changed('policies');
    create trigger policies_changed after insert or update or delete on policies
      for each statement execute function regain_changed('policies');
    create trigger clients_changed after insert or update or delete on clients
      for each statement execute function regain_changed('clients');
  `.execute(db);

  await sql`
    create table accounts (
      id uuid primary key,
      organization_id text not null references organizations,
      username text not null check (char_length(username) between 1 and 254),
      username_key text not null unique check (char_length(username_key) between 1 and 254),
      given_name text,
      family_name text,
      locale text not null check (locale in ('en', 'fr')),
      suspended_at bigint,
      bound_to_second_factor boolean not null default false,
      recovered_at bigint,
      last_method text check (last_method in ('totp', 'passkey', 'sms-code')),
      created_at bigint not null default regain_now()
    );
    create index accounts_organization on accounts (organization_id);

    create table contact_points (
      id uuid primary key,
      account_id uuid not null references accounts on delete cascade,
      kind text not null check (kind in ('email', 'phone')),
      value text not null check (char_length(value) between 3 and 254),
      key text not null check (char_length(key) between 3 and 254),
      verified_at bigint,
      is_primary boolean not null default false,
      counts_from bigint not null,
      created_at bigint not null default regain_now(),
      check (kind <> 'phone' or (key = value and value ~ '^\\+[1-9][0-9]{6,14}$'))
    );
    create index contact_points_account on contact_points (account_id);
    create unique index contact_points_email on contact_points (key) where kind = 'email';
    create unique index contact_points_primary on contact_points (account_id, kind) where is_primary;

    -- A username may be an e-mail address, but never one of somebody else's: else a look-up would find two accounts.
    create function identifier_is_free() returns trigger language plpgsql as $$
    declare
      wanted text;
      taken boolean;
    begin
      if tg_table_name = 'accounts' then wanted := new.username_key; else wanted := new.key; end if;
      if position('@' in wanted) = 0 then return null; end if;
      perform pg_advisory_xact_lock(hashtextextended('regain:identifier:' || wanted, 0));
      if tg_table_name = 'accounts' then
        select exists (
          select from contact_points where kind = 'email' and key = wanted and account_id <> new.id
        ) into taken;
      else
        select exists (select from accounts where username_key = wanted and id <> new.account_id) into taken;
      end if;
      if taken then
        raise unique_violation using message = 'this username or e-mail address belongs to another account',
          constraint = 'identifier_is_free', table = tg_table_name;
      end if;
      return null;
    end $$;
    create trigger accounts_identifier after insert or update of username_key on accounts
      for each row execute function identifier_is_free();
    create trigger contact_points_identifier after insert or update of key, account_id on contact_points
      for each row execute function identifier_is_free();

    create table credentials (
      id uuid primary key,
      account_id uuid not null references accounts on delete cascade,
      kind text not null check (kind in ('password', 'totp', 'passkey')),
      state text not null default 'active' check (state in ('active', 'disabled', 'removed')),
      label text not null,
      created_at bigint not null default regain_now(),
      last_used_at bigint,
      unsettled_until bigint,
      failures integer not null default 0 check (failures >= 0),
      -- What was removed is dead, and kept until then so that an upheld contest can revive it.
      purge_at bigint,
      password_hash text,
      totp_secret bytea,
      totp_last_step bigint,
      passkey_id text unique,
      passkey_public_key bytea,
      passkey_sign_count bigint,
      passkey_transports text[],
      passkey_synced boolean,
      check ((state = 'removed') = (purge_at is not null)),
      check ((kind = 'password') = (password_hash is not null)),
      check ((kind = 'totp') = (totp_secret is not null)),
      check (case when kind = 'passkey'
        then num_nulls(passkey_id, passkey_public_key, passkey_sign_count, passkey_transports, passkey_synced) = 0
        else num_nonnulls(passkey_id, passkey_public_key, passkey_sign_count, passkey_transports, passkey_synced) = 0 end),
      -- One password that works. Checked at commit: the new one may come in before the old one goes.
      constraint credentials_one_password exclude using btree (account_id with =)
        where (kind = 'password' and state = 'active') deferrable initially deferred
    );
    create index credentials_account on credentials (account_id);
    create index credentials_purge on credentials (purge_at) where purge_at is not null;

    create table devices (
      id uuid primary key default gen_random_uuid(),
      account_id uuid not null references accounts on delete cascade,
      device_hash bytea not null check (octet_length(device_hash) = 32),
      ip text not null,
      user_agent text not null,
      first_seen_at bigint not null,
      last_seen_at bigint not null,
      unique (account_id, device_hash)
    );
  `.execute(db);

  const document = JSON.stringify(PRESETS['password-sms']);
  await sql`insert into organizations (id, name, locale, policy_version) values ('default', 'Regain', 'en', 1)`.execute(
    db,
  );
  await sql`insert into policies (organization_id, version, document) values ('default', 1, ${document}::jsonb)`.execute(
    db,
  );
}
