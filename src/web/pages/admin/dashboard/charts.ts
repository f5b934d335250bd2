import {
  countsByDay,
  type DailyCount,
  type Outcomes,
  type RequestCounts,
  requestsByDay,
} from '../../../../domain/figures.ts';
import { formatDay } from '../../../../i18n/dates.ts';
import type { TextKey } from '../../../../i18n/translate.ts';
import type { PageContext } from '../../../frame/page.ts';
import { type Drawing, drawBars, type Series, type Tone } from './bars.ts';

/** A chart with the table that says the same: what `parts/chart` takes. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly drawing: Drawing | undefined;
  readonly legend: readonly { readonly tone: Tone; readonly text: string }[];
  readonly columns: readonly string[];
  /** The newest day first. */
  readonly rows: readonly (readonly string[])[];
  readonly empty: string;
}

export type Words = Pick<PageContext, 't' | 'locale'>;

interface Part extends Series {
  /** Of its column, and of its colour. */
  readonly name: TextKey;
}

interface Plan {
  readonly id: string;
  readonly title: string;
  readonly parts: readonly Part[];
  /** Columns that are not drawn. */
  readonly beside?: readonly { readonly name: TextKey; readonly values: readonly number[] }[];
}

export function number(locale: PageContext['locale'], value: number): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** By day, the newest first in the table. */
export function chartOf({ t, locale }: Words, days: readonly number[], { id, title, parts, beside = [] }: Plan): Chart {
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const day = (index: number) => formatDay(locale, days.at(index) ?? 0);
  const columns = [...beside, ...parts];
  const rows = days.map((at, index) => [
    formatDay(locale, at),
    ...columns.map(({ values }) => number(locale, values[index] ?? 0)),
  ]);
  const sides = parts.some(({ up }) => !up);
  const legend = parts.map(({ tone, up, name }) => ({
    tone,
    text: sides ? t(up ? 'admin:dash_above' : 'admin:dash_below', { what: t(name) }) : t(name),
  }));
  return {
    id,
    title,
    drawing: drawBars(parts, (value) => compact.format(value), [day(0), day(-1)]),
    legend: parts.length > 1 ? legend : [],
    columns: [t('admin:dash_day'), ...columns.map(({ name }) => t(name))],
    rows: rows.toReversed(),
    empty: t('admin:dash_nothing'),
  };
}

export function signInsChart(words: Words, days: readonly number[], counts: readonly DailyCount[]): Chart {
  const [done, failed] = [countsByDay(days, counts, 'sign-in'), countsByDay(days, counts, 'sign-in-failed')];
  return chartOf(words, days, {
    id: 'sign-ins',
    title: words.t('admin:dash_sign_ins', totals(words, { done, failed })),
    parts: [
      { name: 'admin:dash_signed_in', tone: 'accent', up: true, values: done },
      { name: 'admin:dash_failed_tries', tone: 'danger', up: false, values: failed },
    ],
  });
}

export function messagesChart(
  words: Words,
  days: readonly number[],
  counts: readonly DailyCount[],
  channel: 'email' | 'sms',
): Chart {
  const [sent, failed] = [countsByDay(days, counts, `${channel}-sent`), countsByDay(days, counts, `${channel}-failed`)];
  return chartOf(words, days, {
    id: channel,
    title: words.t(`admin:dash_${channel}`, totals(words, { sent, failed })),
    parts: [
      { name: 'admin:dash_sent', tone: 'accent', up: true, values: sent },
      { name: 'admin:dash_not_sent', tone: 'danger', up: false, values: failed },
    ],
  });
}

export function recoveriesChart(words: Words, days: readonly number[], outcomes: readonly Outcomes[]): Chart {
  const of = (key: keyof Outcomes) => outcomes.map((one) => one[key]);
  const [begun, finished, abandoned, open] = [of('begun'), of('finished'), of('abandoned'), of('open')];
  return chartOf(words, days, {
    id: 'recoveries',
    title: words.t('admin:dash_recoveries', totals(words, { begun, finished, abandoned })),
    beside: [{ name: 'admin:dash_begun', values: begun }],
    parts: [
      { name: 'admin:dash_finished', tone: 'accent', up: true, values: finished },
      { name: 'admin:dash_open', tone: 'line', up: true, values: open },
      { name: 'admin:dash_abandoned', tone: 'danger', up: false, values: abandoned },
    ],
  });
}

export function requestsChart(words: Words, days: readonly number[], counts: RequestCounts): Chart {
  const byDay = requestsByDay(days, counts);
  const open = byDay.map((one) => one.open);
  return chartOf(words, days, {
    id: 'requests',
    title: words.t('admin:dash_requests', { open: number(words.locale, open.at(-1) ?? 0) }),
    beside: [{ name: 'admin:dash_filed', values: byDay.map(({ filed }) => filed) }],
    parts: [{ name: 'admin:dash_still_open', tone: 'accent', up: true, values: open }],
  });
}

function totals<Key extends string>({ locale }: Words, values: Record<Key, readonly number[]>): Record<Key, string> {
  const written = Object.entries<readonly number[]>(values).map(([key, all]) => [
    key,
    number(
      locale,
      all.reduce((sum, value) => sum + value, 0),
    ),
  ]);
  return Object.fromEntries(written);
}
