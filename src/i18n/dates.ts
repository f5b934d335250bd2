import type { Locale } from '../domain/message.ts';

/**
 * Dates and times in words. `at` in milliseconds since the epoch, `zone` an IANA name; Regain does not know where people are,
 * so UTC unless told. French as STANDARDS L-03: "22 novembre 2026", "14 h 05".
 */
const TAG = { en: 'en-GB', fr: 'fr-FR' } as const;
const NO_BREAK = '\u00a0';

/** "22 November 2026", "22 novembre 2026"; the first of a month is "1er" in French. */
export function formatDate(locale: Locale, at: number, zone = 'UTC'): string {
  const text = new Intl.DateTimeFormat(TAG[locale], { dateStyle: 'long', timeZone: zone }).format(at);
  return locale === 'fr' ? text.replace(/^1 /, '1er ') : text;
}

/** "22 Nov", "22 nov.", on one line; the first of a month is "1er" in French. Without the year: for a few months at most. */
export function formatDay(locale: Locale, at: number, zone = 'UTC'): string {
  const text = new Intl.DateTimeFormat(TAG[locale], { day: 'numeric', month: 'short', timeZone: zone }).format(at);
  return (locale === 'fr' ? text.replace(/^1 /, '1er ') : text).replaceAll(' ', NO_BREAK);
}

/** "14:05", "14 h 05". */
export function formatTime(locale: Locale, at: number, zone = 'UTC'): string {
  const parts = new Intl.DateTimeFormat(TAG[locale], {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  }).formatToParts(at);
  const [hour = '', minute = ''] = ['hour', 'minute'].map((type) => parts.find((part) => part.type === type)?.value);
  return locale === 'fr' ? `${Number(hour)}${NO_BREAK}h${NO_BREAK}${minute}` : `${hour}:${minute}`;
}

/** "22 November 2026 at 14:05 (UTC)", "22 novembre 2026 à 14 h 05 (UTC)". The zone is always said. */
export function formatDateTime(locale: Locale, at: number, zone = 'UTC'): string {
  const between = locale === 'fr' ? 'à' : 'at';
  return `${formatDate(locale, at, zone)} ${between} ${formatTime(locale, at, zone)} (${zone})`;
}

const UNITS = [
  ['year', 31_556_952_000],
  ['month', 2_629_746_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** "2 hours ago", "in 5 minutes", "yesterday"; "il y a 2 heures", "hier". Below a minute: "now", "maintenant". */
export function formatRelative(locale: Locale, at: number, now: number): string {
  const words = new Intl.RelativeTimeFormat(TAG[locale], { numeric: 'auto' });
  const distance = at - now;
  for (const [unit, length] of UNITS) {
    if (Math.abs(distance) >= length) return words.format(Math.trunc(distance / length), unit);
  }
  return words.format(0, 'second');
}

const THIRTY_DAYS = 30 * 86_400_000;

/**
 * "just now", "5 minutes ago", "3 days ago"; « à l’instant », « il y a 3 jours »; after 30 days the date, in French with « le »,
 * so that it stands in a sentence like the others ("Added …", « Ajouté … »). Never "yesterday": that depends on where
 * the reader is, which Regain does not know. What lies ahead by a clock that differs is "just now".
 */
export function formatAgo(locale: Locale, at: number, now: number): string {
  const passed = now - at;
  if (passed < 60_000) return locale === 'fr' ? 'à l’instant' : 'just now';
  if (passed >= THIRTY_DAYS) return locale === 'fr' ? `le ${formatDate(locale, at)}` : formatDate(locale, at);
  const words = new Intl.RelativeTimeFormat(TAG[locale], { numeric: 'always' });
  const [unit, length] = UNITS.find(([, span]) => passed >= span) ?? UNITS[4];
  return words.format(-Math.trunc(passed / length), unit);
}

/** What `parts/when` shows: the time in ISO 8601, in words, and exactly. */
export interface When {
  readonly datetime: string;
  readonly text: string;
  readonly exact: string;
}

/** A time that has passed, for `parts/when` and the parts that contain it. Milliseconds since the epoch. */
export function whenOf(locale: Locale, at: number, now: number): When {
  return {
    datetime: new Date(at).toISOString(),
    text: formatAgo(locale, at, now),
    exact: formatDateTime(locale, at),
  };
}
