import type { Point } from "./estimate.ts";

/** Utilisations that a recording showed, 5 to 95 % of its steady samples; NaN = none. */
export type Covered = { readonly low: number; readonly high: number };

/** Utilisations at which a calibration is to be relied on. */
export type Wanted = { readonly low: number; readonly high: number };

/** How much of the wanted range may be missing at each end. */
const SLACK = 0.05;

export function coveredBy(points: readonly Point[]): Covered {
  const used = points.map(({ y }) => y).sort((a, b) => a - b);
  const at = (share: number): number => used[Math.floor(share * (used.length - 1))] ?? Number.NaN;
  return { low: at(0.05), high: at(0.95) };
}

export function isCovered({ low, high }: Covered, wanted: Wanted): boolean {
  return low <= wanted.low + SLACK && high >= wanted.high - SLACK;
}
