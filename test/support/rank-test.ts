/**
 * The rank-sum test of Mann and Whitney: how far above chance the first sample lies over the second, in standard
 * deviations. Ranks do not mind the outliers that timings are full of, as means do.
 */
export function slowerThan(first: readonly number[], second: readonly number[]): { z: number } {
  const all = [...first.map((time) => ({ time, mine: true })), ...second.map((time) => ({ time, mine: false }))].sort(
    (a, b) => a.time - b.time,
  );
  let ranks = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (all[end + 1]?.time === all[start]?.time && end + 1 < all.length) end += 1;
    // Equal times share the middle of the ranks that they take up.
    const rank = (start + end) / 2 + 1;
    for (let index = start; index <= end; index += 1) if (all[index]?.mine === true) ranks += rank;
    start = end + 1;
  }
  const [n, m] = [first.length, second.length];
  const u = ranks - (n * (n + 1)) / 2;
  return { z: (u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12) };
}
