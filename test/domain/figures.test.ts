import { expect, test } from 'vitest';
import {
  countsByDay,
  type DailyCount,
  daysUpTo,
  recoveriesByDay,
  recoveriesByRoute,
  requestsByDay,
} from '../../src/domain/figures.ts';
import { readRoute, walkedRoute } from '../../src/domain/walked-route.ts';

const DAY = 86_400_000;
const days = daysUpTo(10 * DAY + 5_000, 3);
const [first, second, today] = [8 * DAY, 9 * DAY, 10 * DAY];
const counted = (day: number, kind: DailyCount['kind'], count: number, route = ''): DailyCount => ({
  day,
  kind,
  route,
  count,
});

test('days are those before today and today, at midnight; one without a count is nought', () => {
  expect(days).toEqual([first, second, today]);
  expect(daysUpTo(today, 1)).toEqual([today]);
  expect(daysUpTo(today - 1, 1)).toEqual([second]);
  const counts = [counted(first, 'sign-in', 2), counted(today, 'sign-in', 3), counted(today, 'sign-in-failed', 9)];
  expect(countsByDay(days, counts, 'sign-in')).toEqual([2, 0, 3]);
});

const WAY = 'reset-both:restore-code+email-code';
const COUNTS = [
  counted(first, 'recovery-begun', 4),
  counted(first, 'recovery-begun', 3, WAY),
  counted(first, 'recovery-finished', 2, WAY),
  counted(today, 'recovery-begun', 2),
  counted(today, 'sign-in', 50),
];
const OPEN = [{ day: today, route: '', count: 1 }];

test('abandoned is what was begun and is neither finished nor open, by day and by route', () => {
  expect(recoveriesByDay(days, COUNTS, OPEN)).toEqual([
    { begun: 7, finished: 2, abandoned: 5, open: 0 },
    { begun: 0, finished: 0, abandoned: 0, open: 0 },
    { begun: 2, finished: 0, abandoned: 1, open: 1 },
  ]);
  expect(recoveriesByDay(days, COUNTS, OPEN, WAY)[0]).toEqual({ begun: 3, finished: 2, abandoned: 1, open: 0 });
  expect(recoveriesByRoute(COUNTS, OPEN)).toEqual([
    { route: '', begun: 6, finished: 0, abandoned: 5, open: 1 },
    { route: WAY, begun: 3, finished: 2, abandoned: 1, open: 0 },
  ]);
});

test('what was finished although nobody saw it begin was begun; a way that nobody walks any more is left out', () => {
  const odd = [counted(first, 'recovery-finished', 2, WAY), counted(first, 'recovery-begun', -1)];
  expect(recoveriesByRoute(odd, [])).toEqual([{ route: WAY, begun: 2, finished: 2, abandoned: 0, open: 0 }]);
});

test('requests that are open add up from day to day', () => {
  const counts = {
    before: 2,
    filed: [{ day: first, count: 3 }],
    closed: [
      { day: first, count: 1 },
      { day: second, count: 4 },
    ],
  };
  expect(requestsByDay(days, counts)).toEqual([
    { filed: 3, open: 4 },
    { filed: 0, open: 0 },
    { filed: 0, open: 0 },
  ]);
});

test('a way is read as it was written, and nothing else is read as one', () => {
  const steps = [
    { proof: 'restore-code', done: true },
    { proof: 'email-code', done: false },
  ] as const;
  expect(walkedRoute('reset-both', { verdict: 'ask', options: ['email-code'], steps })).toBe(WAY);
  expect(walkedRoute('reset-both', { verdict: 'allow', route: 'r', effects: [], steps })).toBe(WAY);
  expect(walkedRoute('reset-both', { verdict: 'refuse', reasons: ['no-route'] })).toBeUndefined();
  expect(walkedRoute(null, { verdict: 'ask', options: [], steps })).toBeUndefined();
  expect(readRoute(WAY)).toEqual({ goal: 'reset-both', proofs: ['restore-code', 'email-code'] });
  expect(['', 'sign-in:password', 'reset-both:magic', 'reset-both'].map(readRoute)).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
});
