import type { Locale } from '../domain/message.ts';
import { formatDateTime } from '../i18n/dates.ts';

export interface ClaimRow {
  readonly name: string;
  readonly value: string;
  /** The same for people. */
  readonly note?: string;
}

/** What an application looks at first stands first. */
const FIRST = ['sub', 'acr', 'amr', 'auth_time'];
const TIMES = ['auth_time', 'iat', 'exp', 'updated_at', 'urn:regain:recovered_at'];

/** Claims as rows of a table; lists with spaces between, times also in words. */
export function claimRows(claims: Readonly<Record<string, unknown>>, lang: Locale): ClaimRow[] {
  const names = [...FIRST, ...Object.keys(claims).filter((name) => !FIRST.includes(name))];
  return names
    .filter((name) => claims[name] !== undefined)
    .map((name) => {
      const value = claims[name];
      const time = TIMES.includes(name) && typeof value === 'number' ? value : undefined;
      return { name, value: asText(value), ...(time && { note: formatDateTime(lang, time * 1000) }) };
    });
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(asText).join(' ');
  return JSON.stringify(value);
}
