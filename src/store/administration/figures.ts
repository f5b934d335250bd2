import { type RawBuilder, sql } from 'kysely';
import type { DailyCount, OpenCount } from '../../domain/figures.ts';
import type { Figures, FiguresQuery } from '../../flows/ports/figures.ts';
import type { Database } from '../database.ts';

/** The numbers of the dashboard: rows by organization and day that triggers keep (migration 0019), and what is open now. */
export function figuresOn(db: Database): Figures {
  return {
    async counts(query) {
      const { rows } = await countsQuery(query).execute(db);
      return rows;
    },
    async openRecoveries({ scope, from }, now) {
      const { rows } = await sql<OpenCount>`
        select regain_day(begun_at) as day, route, count(*)::int as count from recoveries
        where finished_at is null and open_until > ${now} and begun_at >= ${from} and ${within(scope)}
        group by 1, 2`.execute(db);
      return rows;
    },
    async requests({ scope, from }, now) {
      const { rows } = await sql<{ what: 'before' | 'filed' | 'closed'; day: number; count: number }>`
        with asked as (
          select created_at, coalesce(decided_at, expires_at) as closed_at from emergency_requests
          where account_id is not null and ${within(scope)}
        )
        select 'before' as what, 0::bigint as day, count(*)::int as count
          from asked where created_at < ${from} and closed_at >= ${from}
        union all select 'filed', regain_day(created_at), count(*)::int from asked where created_at >= ${from} group by 2
        union all select 'closed', regain_day(closed_at), count(*)::int
          from asked where closed_at >= ${from} and closed_at <= ${now} group by 2`.execute(db);
      const of = (what: string) => rows.filter((row) => row.what === what).map(({ day, count }) => ({ day, count }));
      return { before: of('before')[0]?.count ?? 0, filed: of('filed'), closed: of('closed') };
    },
  };
}

/** By the key of the table, or by day where all organizations are asked for. */
export function countsQuery({ scope, from }: FiguresQuery): RawBuilder<DailyCount> {
  return sql<DailyCount>`
    select day, kind, route, sum(count)::bigint as count from daily_counts
    where day >= ${from} and ${within(scope)} group by day, kind, route`;
}

function within(scope: FiguresQuery['scope']): RawBuilder<boolean> {
  return scope === null ? sql`true` : sql`organization_id = any(${[...scope]}::text[])`;
}
