import { type Kysely, sql } from 'kysely';

/** What accounts are found by: all of them, where nothing more is said. */
const FOUND_BY = sql`
  select a.id as account_id, k.kind, k.key, a.organization_id,
    a.suspended_at is not null or a.frozen_at is not null as suspended,
    exists (
      select from credentials c where c.account_id = a.id and c.kind <> 'password' and c.state = 'active'
    ) as second_factor,
    a.signed_in, a.recovered_at
  from accounts a, lateral (
    select 'username' as kind, regain_search_key(a.username_key) as key
    union select 'name', regain_search_key(concat_ws(' ', a.given_name, a.family_name))
    union select 'name', regain_search_key(concat_ws(' ', a.family_name, a.given_name))
    union select c.kind, regain_search_key(c.key) from contact_points c
      where c.account_id = a.id and c.veto_until is null
  ) k where k.key <> ''`;

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

    create function regain_search_account() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' then
        delete from account_search where account_id = new.id and kind in ('username', 'name');
      end if;
      insert into account_search ${FOUND_BY} and a.id = new.id
        on conflict (account_id, kind, key) do update set organization_id = excluded.organization_id;
      return null;
    end $$;
    create trigger accounts_search after insert or update of organization_id, username_key, given_name, family_name on accounts
      for each row execute function regain_search_account();

    create function regain_search_state() returns trigger language plpgsql as $$
    begin
      update account_search set suspended = new.suspended_at is not null or new.frozen_at is not null,
        recovered_at = new.recovered_at, signed_in = new.signed_in where account_id = new.id;
      return null;
    end $$;
    create trigger accounts_search_state after update of suspended_at, frozen_at, recovered_at, signed_in on accounts
      for each row execute function regain_search_state();

    create function regain_search_contact() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'INSERT' and old.veto_until is null then
        delete from account_search
          where account_id = old.account_id and kind = old.kind and key = regain_search_key(old.key);
      end if;
      if tg_op <> 'DELETE' and new.veto_until is null then
        insert into account_search
          select a.id, new.kind, regain_search_key(new.key), a.organization_id,
            a.suspended_at is not null or a.frozen_at is not null,
            exists (select from credentials c where c.account_id = a.id and c.kind <> 'password' and c.state = 'active'),
            a.signed_in, a.recovered_at
          from accounts a where a.id = new.account_id
        on conflict do nothing;
      end if;
      return null;
    end $$;
    create trigger contact_points_search after insert or update of key, veto_until or delete on contact_points
      for each row execute function regain_search_contact();

    create function regain_search_factor() returns trigger language plpgsql as $$
    declare
      owner uuid := case tg_op when 'DELETE' then old.account_id else new.account_id end;
      holds boolean := exists (
        select from credentials where account_id = owner and kind <> 'password' and state = 'active');
    begin
      update account_search set second_factor = holds where account_id = owner and second_factor <> holds;
      return null;
    end $$;
    create trigger credentials_search_new after insert on credentials
      for each row when (new.kind <> 'password') execute function regain_search_factor();
    create trigger credentials_search_state after update of state on credentials
      for each row when (new.kind <> 'password' and old.state is distinct from new.state)
      execute function regain_search_factor();
    create trigger credentials_search_gone after delete on credentials
      for each row when (old.kind <> 'password' and old.state = 'active') execute function regain_search_factor();

    -- The first sign-in only: from then on it finds nothing to do.
    create function regain_account_used() returns trigger language plpgsql as $$
    begin
      update accounts set signed_in = true where id = new.account_id and not signed_in;
      return null;
    end $$;
    create trigger devices_used after insert on devices for each row execute function regain_account_used();
    create trigger session_proofs_used after insert on session_proofs for each row execute function regain_account_used();

    insert into account_search ${FOUND_BY};
  `.execute(db);
}
