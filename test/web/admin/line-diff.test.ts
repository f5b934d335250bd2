import { array, assert, constantFrom, property } from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines, withAround } from '../../../src/web/pages/admin/policy/line-diff.ts';

const told = (before: string[], after: string[]) =>
  diffLines(before.join('\n'), after.join('\n')).map(({ is, text, number }) => `${is} ${number} ${text}`);

test('what is gone stands before what is new in its place', () => {
  expect(told(['a', 'b', 'c'], ['a', 'x', 'c'])).toEqual(['same 1 a', 'gone 2 b', 'new 2 x', 'same 3 c']);
  expect(told(['a'], ['a'])).toEqual(['same 1 a']);
  expect(told(['a', 'b'], ['b', 'a'])).toHaveLength(3);
});

const lines = array(constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 });

test('both texts are whole in it, and no line that could stay is told as changed', () => {
  assert(
    property(lines, lines, (before, after) => {
      const all = diffLines(before.join('\n'), after.join('\n'));
      const side = (not: 'gone' | 'new') => all.filter(({ is }) => is !== not).map(({ text }) => text);
      expect(side('new')).toEqual(before);
      expect(side('gone')).toEqual(after);
      expect(all.filter(({ is }) => is === 'same')).toHaveLength(longest(before, after));
    }),
  );
});

/** The longest common subsequence, by trying everything. */
function longest([a, ...before]: readonly string[], after: readonly string[]): number {
  if (a === undefined || after.length === 0) return 0;
  const at = after.indexOf(a);
  const kept = at < 0 ? 0 : 1 + longest(before, after.slice(at + 1));
  return Math.max(kept, longest(before, after));
}

test('far from what differs lines are left out', () => {
  const before = Array.from({ length: 20 }, (_, index) => String(index));
  const shown = withAround(diffLines(before.join('\n'), before.with(10, 'x').join('\n')), 1);
  expect(shown.map((line) => line?.text ?? '…')).toEqual(['…', '9', '10', 'x', '11', '…']);
});

test('texts that have almost nothing in common are told as one gone and one new', () => {
  const before = Array.from({ length: 3_000 }, (_, index) => `line ${index}`);
  const all = diffLines(before.join('\n'), ['other', 'line 7'].join('\n'));
  expect(all.map(({ is }) => is)).toEqual([...before.map(() => 'gone'), 'new', 'new']);
});
