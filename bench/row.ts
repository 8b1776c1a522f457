/** One result of a benchmark: the form of all of them. */
export type BenchRow = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the value is compared with, in the same unit. */
  readonly peer: number;
  /** value / peer, or the median of value / peer over paired rounds. */
  readonly ratio: number;
  /** What the ratio is to be, in words. */
  readonly target: string;
};

/** Middle value; the lower of the two middle ones where their number is even. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}
