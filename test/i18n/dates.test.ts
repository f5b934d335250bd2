import { expect, test } from 'vitest';
import {
  formatAgo,
  formatDate,
  formatDateTime,
  formatDay,
  formatRelative,
  formatTime,
  whenOf,
} from '../../src/i18n/dates.ts';

const at = Date.UTC(2026, 10, 22, 14, 5, 30);
const hour = 3_600_000;

test('dates in words; the first of a month is 1er', () => {
  expect(formatDate('en', at)).toBe('22 November 2026');
  expect(formatDate('fr', at)).toBe('22 novembre 2026');
  expect(formatDate('fr', Date.UTC(2026, 7, 1))).toBe('1er août 2026');
  expect(formatDate('fr', Date.UTC(2026, 7, 11))).toBe('11 août 2026');
});

test('days in few letters, on one line', () => {
  expect([formatDay('en', at), formatDay('fr', at)]).toEqual(['22\u00a0Nov', '22\u00a0nov.']);
  expect(formatDay('fr', Date.UTC(2026, 7, 1))).toBe('1er\u00a0août');
});

test('times on 24 hours, in French with h and spaces that do not break', () => {
  expect(formatTime('en', at)).toBe('14:05');
  expect(formatTime('fr', at)).toBe('14\u00a0h\u00a005');
  expect(formatTime('fr', Date.UTC(2026, 0, 1, 0, 0))).toBe('0\u00a0h\u00a000');
  expect(formatTime('en', Date.UTC(2026, 0, 1, 0, 0))).toBe('00:00');
});

test('the zone is said, and followed', () => {
  expect(formatDateTime('en', at)).toBe('22 November 2026 at 14:05 (UTC)');
  expect(formatDateTime('fr', at)).toBe('22 novembre 2026 à 14\u00a0h\u00a005 (UTC)');
  expect(formatDateTime('fr', at, 'Europe/Paris')).toBe('22 novembre 2026 à 15\u00a0h\u00a005 (Europe/Paris)');
});

test('how long ago, or until when', () => {
  expect(formatRelative('en', at - 2 * hour, at)).toBe('2 hours ago');
  expect(formatRelative('fr', at - 2 * hour, at)).toBe('il y a 2 heures');
  expect(formatRelative('en', at - 30 * hour, at)).toBe('yesterday');
  expect(formatRelative('fr', at + 5 * 60_000, at)).toBe('dans 5 minutes');
  expect(formatRelative('en', at - 59_999, at)).toBe('now');
  expect(formatRelative('fr', at - 400 * 24 * hour, at)).toBe('l’année dernière');
});

test.each([
  [0, 'just now', 'à l’instant'],
  [59_999, 'just now', 'à l’instant'],
  [-5 * hour, 'just now', 'à l’instant'],
  [60_000, '1 minute ago', 'il y a 1 minute'],
  [59 * 60_000, '59 minutes ago', 'il y a 59 minutes'],
  [hour, '1 hour ago', 'il y a 1 heure'],
  [23.9 * hour, '23 hours ago', 'il y a 23 heures'],
  [24 * hour, '1 day ago', 'il y a 1 jour'],
  [30 * 24 * hour - 1, '29 days ago', 'il y a 29 jours'],
  [30 * 24 * hour, '23 October 2026', 'le 23 octobre 2026'],
  [21 * 24 * hour + 30 * 24 * hour, '2 October 2026', 'le 2 octobre 2026'],
  [400 * 24 * hour, '18 October 2025', 'le 18 octobre 2025'],
])('%i ms ago is “%s”, « %s »', (passed, en, fr) => {
  expect(formatAgo('en', at - passed, at)).toBe(en);
  expect(formatAgo('fr', at - passed, at)).toBe(fr);
});

test('a time in words goes with the exact one, for people and for programs', () => {
  expect(whenOf('en', at - 2 * hour, at)).toEqual({
    datetime: '2026-11-22T12:05:30.000Z',
    text: '2 hours ago',
    exact: '22 November 2026 at 12:05 (UTC)',
  });
});
