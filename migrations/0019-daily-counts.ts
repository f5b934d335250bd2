import { type Kysely, type QueryExecutorProvider, sql } from 'kysely';

/** Older days are not shown by any page, and the purge removes them. */
const KEPT_MS = 400 * 86_400_000;

/**
 * What the dashboard shows, counted as it happens: one row for each organization, day (UTC), kind and route. Triggers keep it, whoever writes, in
 * the transaction of what is counted. Counted are sign-ins (by the audit log), messages (by the outbox, on the day on which they were asked
 * for) and recoveries, on the day on which each was begun, so that what was begun is what was finished, given up or is still open.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function regain_day(at bigint) returns bigint language sql immutable parallel safe
      return at - at % 86400000;

    -- No reference to the organization: each count would lock its row, and an organization that is gone is counted for no more.
    create table daily_counts (
      organization_id text not null,
      day bigint not null check (day % 86400000 = 0),
      kind text not null check (kind in ('sign-in', 'sign-in-failed', 'recovery-begun', 'recovery-finished',
        'email-sent', 'email-failed', 'sms-sent', 'sms-failed')),
      -- Of recoveries: the goal and the proofs of the way that is walked, 'reset-password:email-code+totp'; empty: not chosen yet.
      route text not null,
      count bigint not null,
      primary key (organization_id, day, kind, route)
    ) with (fillfactor = 50);
    create index daily_counts_day on daily_counts (day);

    -- The way that a journey walks, and for one that was begun by a link in another browser the journey that had the link sent.
    alter table journeys
      add column route text check (char_length(route) <= 300),
      add column origin uuid;

    -- Recoveries of somebody, one row for all the browsers that each was walked in. It names nobody, and is gone a day after its time.
    create table recoveries (
      id uuid primary key,
      organization_id text not null,
      begun_at bigint not null,
      route text not null,
      open_until bigint not null,
      finished_at bigint
    );
    create index recoveries_open on recoveries (organization_id, open_until) where finished_at is null;
    create index recoveries_age on recoveries (open_until);

    -- Whose message it is; null: a decoy, which nobody counts.
    alter table outbox add column organization_id text;
    update outbox o set organization_id = a.organization_id from accounts a where a.id = o.account_id;
  `.execute(db);
  await backFill(db);
  await sql`
    create function regain_note_recovery() returns trigger language plpgsql as $$
    begin
      insert into recoveries as r (id, organization_id, begun_at, route, open_until, finished_at)
        select coalesce(new.origin, new.id), a.organization_id, new.created_at, coalesce(new.route, ''), new.expires_at,
          new.completed_at
        from accounts a where a.id = new.account_id
      on conflict (id) do update set
        route = case when r.finished_at is null and excluded.route <> '' then excluded.route else r.route end,
        open_until = greatest(r.open_until, excluded.open_until),
        finished_at = coalesce(r.finished_at, excluded.finished_at);
      return null;
    end $$;
    create trigger journeys_noted after insert or update of account_id, route, expires_at, completed_at on journeys
      for each row when (new.kind in ('recovery', 'emergency') and new.account_id is not null)
      execute function regain_note_recovery();

    create function regain_count_recovery() returns trigger language plpgsql as $$
    begin
      insert into daily_counts as c (organization_id, day, kind, route, count)
        select new.organization_id, regain_day(new.begun_at), kind, route, sum(change) from (
          select 'recovery-begun' as kind, new.route as route, 1 as change
          union all select 'recovery-finished', new.route, 1 where new.finished_at is not null
          union all select 'recovery-begun', old.route, -1 where tg_op = 'UPDATE'
          union all select 'recovery-finished', old.route, -1 where tg_op = 'UPDATE' and old.finished_at is not null
        ) changed group by kind, route having sum(change) <> 0 order by kind, route
      on conflict (organization_id, day, kind, route) do update set count = c.count + excluded.count;
      return null;
    end $$;
    -- Deferred to the commit: nobody holds a count while they wait for an account or for the end of the audit log.
    create constraint trigger recoveries_counted after insert or update on recoveries
      deferrable initially deferred for each row execute function regain_count_recovery();

    -- Under the lock on the end of the log, which is the last thing that a transaction takes: it adds no waiting of its own.
    create function regain_count_sign_ins() returns trigger language plpgsql as $$
    begin
      insert into daily_counts as c (organization_id, day, kind, route, count)
        select organization_id, regain_day(at), case kind when 'sign-in.succeeded' then 'sign-in' else 'sign-in-failed' end,
          '', count(*)
        from added where kind in ('sign-in.succeeded', 'sign-in.failed') and organization_id is not null
        group by 1, 2, 3 order by 1, 2, 3
      on conflict (organization_id, day, kind, route) do update set count = c.count + excluded.count;
      return null;
    end $$;
    create trigger audit_log_counted after insert on audit_log referencing new table as added
      for each statement execute function regain_count_sign_ins();

    create function regain_count_messages() returns trigger language plpgsql as $$
    begin
      insert into daily_counts as c (organization_id, day, kind, route, count)
        select now.organization_id, regain_day(now.created_at),
          now.channel || case now.state when 'sent' then '-sent' else '-failed' end, '', count(*)
        from now join was using (id)
        where was.state = 'queued' and now.state <> 'queued' and now.organization_id is not null
        group by 1, 2, 3 order by 1, 2, 3
      on conflict (organization_id, day, kind, route) do update set count = c.count + excluded.count;
      return null;
    end $$;
    create trigger outbox_counted after update on outbox referencing old table as was new table as now
      for each statement execute function regain_count_messages();
  `.execute(db);
}

/**
 * From what is stored: the audit log, the outbox of the last 30 days, recoveries that are under way. What was not finished has no route there,
 * and what was begun at "Emergency access" by the password stands in the log only once it is finished.
 */
export async function backFill(db: QueryExecutorProvider): Promise<void> {
  const since = sql`regain_day(regain_now()) - ${sql.lit(KEPT_MS)}`;
  await sql`
    insert into daily_counts
      select organization_id, regain_day(at), case kind when 'sign-in.succeeded' then 'sign-in' else 'sign-in-failed' end,
        '', count(*)
      from audit_log where kind in ('sign-in.succeeded', 'sign-in.failed') and organization_id is not null and at >= ${since}
      group by 1, 2, 3;

    insert into daily_counts
      select organization_id, regain_day(created_at), channel || case state when 'sent' then '-sent' else '-failed' end,
        '', count(*)
      from outbox where state <> 'queued' and organization_id is not null group by 1, 2, 3;

    with finished as (
      select f.seq, f.organization_id, f.at, f.begun_seq, f.begun_at, f.goal || ':' || (
        select string_agg(case proof when 'passkey-uv' then 'passkey' else proof end, '+' order by place)
        from jsonb_array_elements_text(f.proofs) with ordinality given (proof, place)
      ) as route from (
        -- By its journey; where a link was opened in another browser, the last one that the account began within a day and did not end.
        select l.seq, l.organization_id, l.at, b.seq as begun_seq, b.at as begun_at, l.details->'proofs' as proofs,
          case l.kind when 'recovery.finished' then l.details->>'goal' else 'emergency-code' end as goal
        from audit_log l left join lateral (
          select seq, at from audit_log b where b.account_id = l.account_id and b.kind = 'recovery.begun' and b.seq < l.seq
            and b.at > l.at - 86400000 and (
              b.details->>'journey' = l.details->>'journey' or l.kind = 'recovery.finished' and not exists (
                select from audit_log o where o.account_id = b.account_id and o.kind = 'recovery.finished'
                  and o.details->>'journey' = b.details->>'journey'))
          order by (b.details->>'journey' = l.details->>'journey') desc, seq desc limit 1
        ) b on true
        where l.kind in ('recovery.finished', 'emergency-code.made') and l.at >= ${since}
          and jsonb_typeof(l.details->'proofs') = 'array'
      ) f
    ), begun as (
      select organization_id, at, coalesce((select route from finished f where f.begun_seq = b.seq limit 1), '') as route
      from audit_log b where kind = 'recovery.begun' and organization_id is not null and at >= ${since}
      union all select organization_id, at, route from finished where begun_seq is null
    )
    insert into daily_counts
      select organization_id, regain_day(at), 'recovery-begun', left(coalesce(route, ''), 300), count(*)
        from begun where organization_id is not null group by 1, 2, 4
      union all
      select organization_id, regain_day(coalesce(begun_at, at)), 'recovery-finished', left(coalesce(route, ''), 300),
        count(distinct coalesce(begun_seq, seq))
        from finished where organization_id is not null group by 1, 2, 4;

    insert into recoveries (id, organization_id, begun_at, route, open_until)
      select j.id, a.organization_id, j.created_at, '', j.expires_at
      from journeys j join accounts a on a.id = j.account_id
      where j.kind in ('recovery', 'emergency') and j.completed_at is null and j.ended_at is null;
  `.execute(db);
}
