/** A line of two texts, one over the other: in both, only in the first (`gone`) or only in the second (`new`). */
export interface DiffLine {
  readonly is: 'same' | 'gone' | 'new';
  readonly text: string;
  /** Its number in the second text; of a line that is gone, in the first. */
  readonly number: number;
}

/**
 * The difference of two texts by lines, with as many lines in common as can be (the longest common subsequence). Work grows with the product
 * of what differs between the first and the last difference: policies have a few hundred lines.
 */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) from += 1;
  let [endA, endB] = [a.length, b.length];
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) [endA, endB] = [endA - 1, endB - 1];
  const same = (at: number): DiffLine => ({ is: 'same', text: b[at] ?? '', number: at + 1 });
  return [
    ...b.slice(0, from).map((_, at) => same(at)),
    ...between(a, b, { from, endA, endB }),
    ...b.slice(endB).map((_, at) => same(endB + at)),
  ];
}

interface Span {
  readonly from: number;
  readonly endA: number;
  readonly endB: number;
}

function between(a: readonly string[], b: readonly string[], { from, endA, endB }: Span): DiffLine[] {
  const common = commonFrom(a, b, { from, endA, endB });
  const at = (i: number, j: number) => common[i - from]?.[j - from] ?? 0;
  const lines: DiffLine[] = [];
  let [i, j] = [from, from];
  while (i < endA || j < endB) {
    if (i < endA && j < endB && a[i] === b[j]) {
      lines.push({ is: 'same', text: b[j] ?? '', number: j + 1 });
      [i, j] = [i + 1, j + 1];
    } else if (i < endA && (j >= endB || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ is: 'gone', text: a[i] ?? '', number: i + 1 });
      i += 1;
    } else {
      lines.push({ is: 'new', text: b[j] ?? '', number: j + 1 });
      j += 1;
    }
  }
  return lines;
}

/** How many lines the ends of both texts have in common, from each pair of lines on. */
function commonFrom(a: readonly string[], b: readonly string[], { from, endA, endB }: Span): readonly number[][] {
  const rows: number[][] = [Array.from({ length: endB - from + 1 }, () => 0)];
  for (let i = endA - 1; i >= from; i -= 1) {
    const below = rows[0] ?? [];
    const row = Array.from({ length: endB - from + 1 }, () => 0);
    for (let j = endB - 1; j >= from; j -= 1)
      row[j - from] =
        a[i] === b[j] ? (below[j - from + 1] ?? 0) + 1 : Math.max(below[j - from] ?? 0, row[j - from + 1] ?? 0);
    rows.unshift(row);
  }
  return rows;
}

/** The lines that differ with so many around them; `null` where lines are left out. */
export function withAround(lines: readonly DiffLine[], around = 3): readonly (DiffLine | null)[] {
  const isNear = (at: number) => lines.slice(Math.max(0, at - around), at + around + 1).some(({ is }) => is !== 'same');
  return lines.flatMap((line, at) => {
    if (isNear(at)) return [line];
    return at === 0 || isNear(at - 1) ? [null] : [];
  });
}
