/**
 * The two-sided Mann–Whitney U test: how likely two samples as different as these are when both come from one distribution. By
 * the normal approximation with tie and continuity correction, good from some twenty values each.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): { u: number; p: number } {
  const all = [...a.map((value) => ({ value, mine: true })), ...b.map((value) => ({ value, mine: false }))];
  const sorted = all.toSorted((x, y) => x.value - y.value);
  let [ranks, ties] = [0, 0];
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to]?.value === sorted[from]?.value) to += 1;
    const mean = (from + 1 + to) / 2;
    ranks += mean * sorted.slice(from, to).filter(({ mine }) => mine).length;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const [n, m] = [a.length, b.length];
  const u = ranks - (n * (n + 1)) / 2;
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance === 0) return { u, p: 1 };
  const z = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5) / Math.sqrt(variance);
  return { u, p: Math.min(1, 2 * upperTail(z)) };
}

/** P(Z > z) of the normal distribution (Abramowitz and Stegun 26.2.17; good to 1e-7). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = series.reduce((total, factor, n) => total + factor * t ** (n + 1), 0);
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}
