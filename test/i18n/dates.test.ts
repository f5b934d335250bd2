import { expect, test } from 'vitest';
import { formatDate, formatDateTime, formatRelative, formatTime } from '../../src/i18n/dates.ts';

const at = Date.UTC(2026, 10, 22, 14, 5, 30);
const hour = 3_600_000;

test('dates in words; the first of a month is 1er', () => {
  expect(formatDate('en', at)).toBe('22 November 2026');
  expect(formatDate('fr', at)).toBe('22 novembre 2026');
  expect(formatDate('fr', Date.UTC(2026, 7, 1))).toBe('1er août 2026');
  expect(formatDate('fr', Date.UTC(2026, 7, 11))).toBe('11 août 2026');
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
