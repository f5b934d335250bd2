import { InvalidArgumentError } from 'commander';

const UNITS = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Reads `--since`: a date or time in ISO 8601 (UTC unless it says otherwise), or so long ago: `90m`, `24h`, `7d`. */
export function parseSince(text: string, now = Date.now()): number {
  const ago = /^(\d{1,6})([smhd])$/.exec(text);
  if (ago) return now - Number(ago[1]) * (UNITS.get(ago[2] ?? '') ?? 0);
  const iso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text);
  const hasZone = iso?.[1] !== undefined || !/[T ]/.test(text);
  const at = iso ? Date.parse(hasZone ? text : `${text}Z`) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('It takes 2026-11-22, 2026-11-22T08:00:00Z, or 90m, 24h, 7d.');
  return at;
}
