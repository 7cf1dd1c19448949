export interface Row {
  figure: string;
  value: string;
  goal: string;
  /** What the ratio is made of, and what it cost. */
  from: string;
  met: boolean;
}

export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export const shown = (number: number): string =>
  number >= 100 ? number.toFixed(0) : number >= 10 ? number.toFixed(1) : number.toFixed(2);

/** "api 0.61 ms, database 0.20 ms" */
export const costs = (cpu: Record<string, number>): string =>
  Object.entries(cpu)
    .map(([who, ms]) => `${who} ${shown(ms)} ms`)
    .join(', ');

export function atLeast(figure: string, value: number, goal: number, from: string): Row {
  return { figure, value: shown(value), goal: `≥ ${String(goal)}`, from, met: value >= goal };
}

export function atMost(figure: string, value: number, goal: number, unit: string, from: string): Row {
  return { figure, value: `${shown(value)}${unit}`, goal: `≤ ${String(goal)}${unit}`, from, met: value <= goal };
}

export function printed(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ figure, value, goal, from, met }) => `| ${figure} | ${value} | ${goal} | ${met ? 'yes' : 'no'} | ${from} |`,
  );
  return ['| figure | measured | goal | met | made of |', '| --- | --- | --- | --- | --- |', ...lines].join('\n');
}
