import { diffArrays } from 'diff';

/** A line of two texts, one over the other: in both, only in the first (`gone`) or only in the second (`new`). */
export interface DiffLine {
  readonly is: 'same' | 'gone' | 'new';
  readonly text: string;
  /** Its number in the second text; of a line that is gone, in the first. */
  readonly number: number;
}

/** So many lines gone or new are looked for; texts that differ by more are told as one gone and one new. */
const MOST_EDITS = 2_000;

/** The difference of two texts by lines, with as many lines in common as can be. What is gone stands before what is new in its place. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const parts = diffArrays(a, b, { maxEditLength: MOST_EDITS }) ?? [
    { removed: true, added: false, value: a },
    { removed: false, added: true, value: b },
  ];
  let [gone, kept] = [0, 0];
  return parts.flatMap(({ removed, added, value }) =>
    value.map((text): DiffLine => {
      if (!added) gone += 1;
      if (!removed) kept += 1;
      if (removed) return { is: 'gone', text, number: gone };
      return { is: added ? 'new' : 'same', text, number: kept };
    }),
  );
}

/** The lines that differ with so many around them; `null` where lines are left out. */
export function withAround(lines: readonly DiffLine[], around = 3): readonly (DiffLine | null)[] {
  const isNear = (at: number) => lines.slice(Math.max(0, at - around), at + around + 1).some(({ is }) => is !== 'same');
  return lines.flatMap((line, at) => {
    if (isNear(at)) return [line];
    return at === 0 || isNear(at - 1) ? [null] : [];
  });
}
