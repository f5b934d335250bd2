/** What the dashboard shows, put together from counts by day. Days are UTC and named by their midnight, in milliseconds. */

const DAY_MS = 86_400_000;

export type CountKind =
  | 'sign-in'
  | 'sign-in-failed'
  | 'recovery-begun'
  | 'recovery-finished'
  | 'email-sent'
  | 'email-failed'
  | 'sms-sent'
  | 'sms-failed';

/** `day`: of messages that on which they were asked for, of recoveries that on which they were begun. */
export interface DailyCount {
  readonly day: number;
  readonly kind: CountKind;
  /** Of recoveries: as `walkedRoute` writes it, or empty while none is chosen. Of all else empty. */
  readonly route: string;
  readonly count: number;
}

/** Recoveries that were begun on a day and are under way now. */
export type OpenCount = Pick<DailyCount, 'day' | 'route' | 'count'>;

export type DayCount = Pick<DailyCount, 'day' | 'count'>;

/** Emergency requests: how many were open when the first day began, and how many were filed and closed since. */
export interface RequestCounts {
  readonly before: number;
  readonly filed: readonly DayCount[];
  readonly closed: readonly DayCount[];
}

/** Today and as many days before it as make `many`, the oldest first. */
export function daysUpTo(now: number, many: number): readonly number[] {
  const today = now - (now % DAY_MS);
  return Array.from({ length: many }, (_, index) => today - (many - 1 - index) * DAY_MS);
}

/** How many of a kind on each day. */
export function countsByDay(days: readonly number[], counts: readonly DailyCount[], kind: CountKind): number[] {
  const counted = counts.filter((count) => count.kind === kind);
  return days.map((day) => sum(counted.filter((count) => count.day === day)));
}

/** What became of the recoveries that were begun: each is one of the other three. */
export interface Outcomes {
  readonly begun: number;
  readonly finished: number;
  /** Neither finished nor open any more. */
  readonly abandoned: number;
  readonly open: number;
}

/** What became of the recoveries that were begun on each day. `route`: of this one only. */
export function recoveriesByDay(
  days: readonly number[],
  counts: readonly DailyCount[],
  open: readonly OpenCount[],
  route?: string,
): Outcomes[] {
  const isAsked = (count: { readonly route: string }) => route === undefined || count.route === route;
  const [counted, still] = [counts.filter(isAsked), open.filter(isAsked)];
  return days.map((day) => {
    const isThen = (count: { readonly day: number }) => count.day === day;
    return outcomesOf(counted.filter(isThen), still.filter(isThen));
  });
}

/** The same for each route, the one that was begun most often first. */
export function recoveriesByRoute(
  counts: readonly DailyCount[],
  open: readonly OpenCount[],
): (Outcomes & { readonly route: string })[] {
  const recoveries = counts.filter(({ kind }) => kind === 'recovery-begun' || kind === 'recovery-finished');
  const routes = [...new Set([...recoveries, ...open].map(({ route }) => route))];
  return routes
    .map((route) => {
      const isIt = (count: { readonly route: string }) => count.route === route;
      return { route, ...outcomesOf(recoveries.filter(isIt), open.filter(isIt)) };
    })
    .filter(({ begun }) => begun > 0)
    .toSorted((a, b) => b.begun - a.begun || a.route.localeCompare(b.route));
}

/** One that was walked to its end although nobody saw it begin was begun as well. */
function outcomesOf(counts: readonly DailyCount[], still: readonly OpenCount[]): Outcomes {
  const of = (kind: CountKind) => Math.max(0, sum(counts.filter((count) => count.kind === kind)));
  const [finished, open] = [of('recovery-finished'), sum(still)];
  const begun = Math.max(of('recovery-begun'), finished + open);
  return { begun, finished, abandoned: begun - finished - open, open };
}

/** Emergency requests that were filed on each day, and how many were open when it ended, or are now. */
export function requestsByDay(
  days: readonly number[],
  { before, filed, closed }: RequestCounts,
): { readonly filed: number; readonly open: number }[] {
  let open = before;
  return days.map((day) => {
    const [came, went] = [filed, closed].map((counts) => sum(counts.filter((count) => count.day === day)));
    open += (came ?? 0) - (went ?? 0);
    return { filed: came ?? 0, open: Math.max(0, open) };
  });
}

export function sum(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((all, { count }) => all + count, 0);
}
