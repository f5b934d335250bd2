import type { LockOutDay } from '../../../../flows/ports/lock-out-days.ts';
import { type Chart, chartOf, type Words } from '../dashboard/charts.ts';

/** Accounts that are locked out, or one loss away from it, by day. `days`: the whole time; those that were not counted have no bar and no row. */
export function overTimeChart(words: Words, days: readonly number[], counted: readonly LockOutDay[]): Chart {
  const at = (day: number) => counted.find((one) => one.day === day)?.byDistance;
  const of = (value: (distances: LockOutDay['byDistance']) => number) =>
    days.map((day) => {
      const distances = at(day);
      return distances ? value(distances) : 0;
    });
  const chart = chartOf(words, days, {
    id: 'over-time',
    title: words.t('lock-out:over_time'),
    parts: [
      { name: 'lock-out:at_no-way-back', tone: 'danger', up: true, values: of((one) => one['no-way-back']) },
      { name: 'lock-out:at_one-loss', tone: 'line', up: true, values: of((one) => one['one-loss']) },
    ],
    beside: [
      {
        name: 'lock-out:accounts',
        values: of((one) => one['no-way-back'] + one['one-loss'] + one['two-losses'] + one.farther),
      },
    ],
  });
  const rows = chart.rows.filter((_, index) => at(days.at(-1 - index) ?? 0) !== undefined);
  return { ...chart, rows, empty: words.t(rows.length > 0 ? 'lock-out:over_time_none' : 'lock-out:over_time_not_yet') };
}
