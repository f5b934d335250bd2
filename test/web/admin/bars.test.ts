import { expect, test } from 'vitest';
import { drawBars, endOfScale, lengthOf } from '../../../src/web/pages/admin/dashboard/bars.ts';

const draw = (up: number[][], down: number[]) =>
  drawBars(
    [
      ...up.map((values) => ({ tone: 'accent', up: true, values }) as const),
      { tone: 'danger', up: false, values: down },
    ],
    String,
    ['first', 'last'],
  );
/** Of each bar of a path: left, where it begins, width, height (negative: upwards). */
const barsIn = (d = '') =>
  [...d.matchAll(/M([\d.]+) ([\d.]+)h([\d.]+)v(-?[\d.]+)h-[\d.]+z/g)].map(([, ...numbers]) => numbers.map(Number));

test('nothing is drawn of nothing', () => {
  expect(draw([[0, 0]], [0, 0])).toBeUndefined();
  expect(draw([[]], [])).toBeUndefined();
});

test('what is twice as much is twice as high, on one scale up and down, and stays inside', () => {
  const drawing = draw([[10, 5, 0]], [0, 5, 5]);
  const [up, down] = drawing?.paths.map(({ d }) => barsIn(d)) ?? [];
  expect([up?.length, down?.length]).toEqual([2, 2]);
  expect(up?.[0]?.[3]).toBeCloseTo(2 * (up?.[1]?.[3] ?? 0), 1);
  expect(up?.[1]?.[3]).toBeCloseTo(-(down?.[0]?.[3] ?? 0), 1);
  for (const [x = 0, y = 0, width = 0, height = 0] of [...(up ?? []), ...(down ?? [])]) {
    expect([x, x + width].every((at) => at >= 0 && at <= 320)).toBe(true);
    expect([y, y + height].every((at) => at >= 0 && at <= 168)).toBe(true);
  }
  expect(drawing?.texts.map(({ text }) => text)).toEqual(['10', '0', '5', 'first', 'last']);
});

test('one series stands on the other; what is next to nothing is still seen', () => {
  const [below, above] =
    draw(
      [
        [6, 1],
        [2, 0],
      ],
      [0, 0],
    )?.paths.map(({ d }) => barsIn(d)) ?? [];
  expect(above?.[0]?.[1]).toBeCloseTo((below?.[0]?.[1] ?? 0) + (below?.[0]?.[3] ?? 0), 1);
  expect(-(barsIn(draw([[10_000, 1]], [])?.paths[0]?.d)[1]?.[3] ?? 0)).toBeGreaterThanOrEqual(1);
});

test('scales end at a round number; bars in a row are as long as their share', () => {
  expect([0, 1, 7, 10, 11, 49, 209, 1_200].map(endOfScale)).toEqual([0, 1, 8, 10, 20, 50, 300, 2_000]);
  expect([lengthOf(5, 10), lengthOf(1, 5_000), lengthOf(0, 10), lengthOf(3, 0)]).toEqual([50, 1, 0, 0]);
});

test('more than two words stand below the bars, each in the middle of its own', () => {
  const drawing = drawBars([{ tone: 'accent', up: true, values: [1, 2, 3] }], String, ['one', 'two', 'three']);
  const bars = barsIn(drawing?.paths[0]?.d);
  const words = drawing?.texts.filter(({ anchor }) => anchor === 'middle') ?? [];
  expect(words.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  for (const [index, { x }] of words.entries()) {
    const [left = 0, , width = 0] = bars[index] ?? [];
    expect(x).toBeCloseTo(left + width / 2, 1);
  }
});
