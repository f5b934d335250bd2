import { type Kysely, sql } from 'kysely';

/**
 * A delay of nothing locks nothing. `count_attempt` of 0002 wrote "locked until now" for it, so that an attempt whose clock
 * had been read a moment earlier than that of another one in flight was turned away although nobody had to wait.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function count_attempt(wanted bytea[], delays integer[], at bigint)
      returns bigint language plpgsql as $$
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
        locked_until = coalesce(
          at + 1000 * nullif(delays[least(failures + 2, array_length(delays, 1))], 0)::bigint, 0)
      where key = any(wanted);
      return null;
    end $$;
  `.execute(db);
}
