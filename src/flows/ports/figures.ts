import type { DailyCount, OpenCount, RequestCounts } from '../../domain/figures.ts';

/** What of it. `scope`: organizations; null: all of them. `from`: the midnight (UTC, milliseconds) of the first day. */
export interface FiguresQuery {
  readonly scope: readonly string[] | null;
  readonly from: number;
}

/** Numbers that are counted as things happen: what is read of them grows with the days asked for, never with the accounts. */
export interface Figures {
  counts(query: FiguresQuery): Promise<readonly DailyCount[]>;
  /** Recoveries that are under way at `now`. */
  openRecoveries(query: FiguresQuery, now: number): Promise<readonly OpenCount[]>;
  /** Emergency requests; they are kept for three months after their time. */
  requests(query: FiguresQuery, now: number): Promise<RequestCounts>;
}
