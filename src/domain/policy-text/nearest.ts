/** The one of `known` that `word` was most likely meant to be; undefined where none is near. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  // So far from nothing that reads it is anything alike, and costly to compare.
  if (word.length > 60) return undefined;
  const [best] = known
    .map((one) => ({ one, apart: apart(plain(word), plain(one)) }))
    .filter(({ one, apart: far }) => far <= Math.max(1, Math.floor(plain(one).length / 3)))
    .toSorted((a, b) => a.apart - b.apart);
  return best?.one;
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** Levenshtein: how many letters are to be put in, left out or changed. */
function apart(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [down, letter] of Array.from(one).entries()) {
    const next = [down + 1];
    for (const [across, wanted] of Array.from(other).entries())
      next.push(
        Math.min((row[across + 1] ?? 0) + 1, (next[across] ?? 0) + 1, (row[across] ?? 0) + (letter === wanted ? 0 : 1)),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
