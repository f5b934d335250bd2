import { type Kysely, sql } from 'kysely';

/**
 * What operators find accounts by: one row for each username, address, number and name, in one normal form, with what lists are narrowed by beside
 * it. So every page of every list is one short range of one index, at a million accounts too. Kept by triggers, whoever writes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Not every PostgreSQL folds letters beyond ASCII in every locale; where it can without asking the system, it does.
  const { rows } = await sql<{ collname: string }>`
    select collname from pg_collation where collname in ('pg_c_utf8', 'und-x-icu') and collencoding in (-1, 6)
    order by collname limit 1`.execute(db);
  const folding = rows[0] ? sql`collate ${sql.id(rows[0].collname)}` : sql``;

  await sql`
    create function regain_search_key(typed text) returns text language sql immutable parallel safe
      return translate(
        regexp_replace(
          regexp_replace(lower(normalize(btrim(typed), NFKD) ${folding}), '[\\u0300-\\u036f]', '', 'g'), '\\s+', ' ', 'g'
        ), chr(8217) || chr(8216), '''''');

    alter table accounts add column signed_in boolean not null default false;
    update accounts a set signed_in = true where exists (select from devices where account_id = a.id)
      or exists (select from session_proofs where account_id = a.id);

    create table account_search (
      account_id uuid not null references accounts on delete cascade,
      kind text not null check (kind in ('username', 'email', 'phone', 'name')),
      key text collate "C" not null,
      organization_id text not null references organizations,
      suspended boolean not null,
      second_factor boolean not null,
      signed_in boolean not null,
      recovered_at bigint,
      primary key (account_id, kind, key)
    );
    create index account_search_all on account_search (organization_id, kind, key, account_id);
    create index account_search_suspended on account_search (organization_id, kind, key, account_id) where suspended;
    create index account_search_one_factor on account_search (organization_id, kind, key, account_id)
      where not second_factor;
    create index account_search_unused on account_search (organization_id, kind, key, account_id) where not signed_in;
    create index account_search_recovered on account_search (organization_id, kind, key, account_id)
      where recovered_at is not null;

    create function regain_index_account(wanted uuid) returns void language sql as $$
      with found as (
        select a.*, a.suspended_at is not null or a.frozen_at is not null as suspended, exists (
            select from credentials c where c.account_id = a.id and c.kind <> 'password' and c.state = 'active'
          ) as second_factor
        from accounts a where a.id = wanted
      ), keys as (
        select 'username' as kind, regain_search_key(username_key) as key from found
        union select kind, regain_search_key(key) from contact_points where account_id = wanted and veto_until is null
        union select 'name', regain_search_key(concat_ws(' ', given_name, family_name)) from found
        union select 'name', regain_search_key(concat_ws(' ', family_name, given_name)) from found
      ), put as (
        insert into account_search
          select id, keys.kind, keys.key, organization_id, suspended, second_factor, signed_in, recovered_at
          from found, keys where keys.key <> ''
        on conflict (account_id, kind, key) do update set
          organization_id = excluded.organization_id, suspended = excluded.suspended,
          second_factor = excluded.second_factor, signed_in = excluded.signed_in, recovered_at = excluded.recovered_at
      )
      delete from account_search s where account_id = wanted
        and not exists (select from keys where keys.kind = s.kind and keys.key = s.key)
    $$;

    create function regain_search_account() returns trigger language plpgsql as $$
    begin
      perform regain_index_account(new.id);
      return null;
    end $$;
    create trigger accounts_search after insert or update of organization_id, username_key, given_name, family_name,
      suspended_at, frozen_at, recovered_at, signed_in on accounts
      for each row execute function regain_search_account();

    create function regain_search_belonging() returns trigger language plpgsql as $$
    begin
      perform regain_index_account(case tg_op when 'DELETE' then old.account_id else new.account_id end);
      return null;
    end $$;
    create trigger contact_points_search after insert or update of key, veto_until or delete on contact_points
      for each row execute function regain_search_belonging();
    create trigger credentials_search_new after insert on credentials
      for each row when (new.kind <> 'password') execute function regain_search_belonging();
    create trigger credentials_search_state after update of state on credentials
      for each row when (new.kind <> 'password' and old.state is distinct from new.state)
      execute function regain_search_belonging();
    create trigger credentials_search_gone after delete on credentials
      for each row when (old.kind <> 'password' and old.state = 'active') execute function regain_search_belonging();

    -- The first sign-in only: from then on it finds nothing to do.
    create function regain_account_used() returns trigger language plpgsql as $$
    begin
      update accounts set signed_in = true where id = new.account_id and not signed_in;
      return null;
    end $$;
    create trigger devices_used after insert on devices for each row execute function regain_account_used();
    create trigger session_proofs_used after insert on session_proofs for each row execute function regain_account_used();

    select regain_index_account(id) from accounts;
  `.execute(db);
}
