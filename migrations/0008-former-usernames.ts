import { type Kysely, sql } from 'kysely';

/** A username that was changed stays its account's own for as long as the change can be contested. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table former_usernames (
      -- Among what the notice of its change says was removed.
      id uuid primary key,
      account_id uuid not null references accounts on delete cascade,
      username text not null,
      key text not null,
      -- In which order they were changed.
      place bigint not null generated always as identity,
      kept_until bigint not null
    );
    create index former_usernames_account on former_usernames (account_id, place);
    create index former_usernames_key on former_usernames (key);
    create index former_usernames_kept on former_usernames (kept_until);

    -- As in 0001, and: what another account was called lately is nobody else's name or address. Who was called so changed it under the unique
    -- index on the name, and wrote its row here before that was committed: so no lock is needed for names that are no address.
    create or replace function identifier_is_free() returns trigger language plpgsql as $$
    declare
      wanted text;
      owner uuid;
      taken boolean;
    begin
      if tg_table_name = 'accounts' then
        wanted := new.username_key; owner := new.id;
      else
        wanted := new.key; owner := new.account_id;
      end if;
      if position('@' in wanted) > 0 then
        perform pg_advisory_xact_lock(hashtextextended('regain:identifier:' || wanted, 0));
      end if;
      select exists (select from former_usernames where key = wanted and account_id <> owner) into taken;
      if not taken and position('@' in wanted) > 0 then
        if tg_table_name = 'accounts' then
          select exists (
            select from contact_points where kind = 'email' and key = wanted and account_id <> owner
          ) into taken;
        else
          select exists (select from accounts where username_key = wanted and id <> owner) into taken;
        end if;
      end if;
      if taken then
        raise unique_violation using message = 'this username or e-mail address belongs to another account',
          constraint = 'identifier_is_free', table = tg_table_name;
      end if;
      return null;
    end $$;
  `.execute(db);
}
