import { type Kysely, sql } from 'kysely';

/**
 * Whoever is renamed is found by the new name, and by nothing else anew: the trigger of 0014 wrote the contacts again too, as they were seen
 * before a change that another connection had under way.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function regain_search_account() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' then
        delete from account_search where account_id = new.id and kind in ('username', 'name');
        update account_search set organization_id = new.organization_id
          where account_id = new.id and organization_id <> new.organization_id;
      end if;
      insert into account_search
        select new.id, k.kind, k.key, new.organization_id,
          new.suspended_at is not null or new.frozen_at is not null,
          exists (
            select from credentials c where c.account_id = new.id and c.kind <> 'password' and c.state = 'active'
          ),
          new.signed_in, new.recovered_at
        from (
          select 'username' as kind, regain_search_key(new.username_key) as key
          union select 'name', regain_search_key(concat_ws(' ', new.given_name, new.family_name))
          union select 'name', regain_search_key(concat_ws(' ', new.family_name, new.given_name))
        ) k where k.key <> ''
        on conflict (account_id, kind, key) do update set organization_id = excluded.organization_id;
      return null;
    end $$;
  `.execute(db);
}
