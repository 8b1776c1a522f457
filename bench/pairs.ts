import { type BenchRow, median } from "./row.ts";

const ROUNDS = 7;

/** What one round found, in the unit of the row. */
export type Pair = { readonly value: number; readonly peer: number };

/** Seven rounds, after one that warms up. */
export async function measureRounds<T>(measure: () => T | Promise<T>): Promise<readonly T[]> {
  const rounds: T[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const found = await measure();
    if (round >= 0) rounds.push(found);
  }
  return rounds;
}

/** Other work on the machine slows a whole round: the row is that of the middle ratio. */
export function rowOf(
  { name, unit, target }: Pick<BenchRow, "name" | "unit" | "target">,
  pairs: readonly Pair[],
  progress: (line: string) => void,
): BenchRow {
  const ratios = pairs.map(({ value, peer }) => value / peer);
  const ratio = median(ratios);
  progress(`${name}: ${ratios.map((each) => each.toFixed(2)).join(", ")}`);
  const { value, peer } = pairs[ratios.indexOf(ratio)]!;
  return { name, value, unit, peer, ratio, target };
}
