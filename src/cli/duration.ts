import { InvalidArgumentError } from 'commander';

const UNITS = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3_600],
  ['d', 86_400],
]);

/** Reads how long something lasts, `90s`, `30m`, `24h`, `7d`, as seconds. */
export function parseDuration(text: string): number {
  const found = /^(\d{1,6})([smhd])$/.exec(text);
  const seconds = found ? Number(found[1]) * (UNITS.get(found[2] ?? '') ?? 0) : 0;
  if (seconds < 1) throw new InvalidArgumentError('It takes 30m, 24h, 7d.');
  return seconds;
}

/** Reads how often: a whole number from 1. */
export function parseTimes(text: string): number {
  const times = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (times < 1) throw new InvalidArgumentError('It takes a whole number, 1 or more.');
  return times;
}
