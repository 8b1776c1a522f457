import { sumOf } from "../core/statistics.ts";
import type { Rng } from "../core/rng.ts";
import type { Strata } from "./statistics.ts";

/** Up to so many pairs every way to flip their signs is tried. */
const exactUpTo = 13;

/**
 * Two-sided p-value of "the paired differences are symmetric around 0": how often the mean of the strata's means gets as
 * far from 0 as it did when the sign of each pair's difference is thrown anew. Exact up to 13 pairs; above, drawn signs
 * with the seen ones counted in, (1 + as far) / (1 + draws), so that p is never 0 and the test never too eager.
 *
 * @param differences  ours - theirs on the same seed: [strata][seeds]
 * @source Fisher's randomisation test; Phipson & Smyth, Permutation P-values should never be zero (2010)
 */
export function signFlipTest(differences: Strata, rng: Rng, draws = 10_000): number {
  const weighted = differences.flatMap((values) => values.map((value) => value / values.length));
  // NaN is never as far as anything: it would look like the clearest difference there is.
  if (!weighted.every(Number.isFinite)) throw new Error("a sign-flip test of a difference that is not a number");
  const seen = Math.abs(sumOf(weighted)) - roundingShare * sumOf(weighted.map(Math.abs));
  if (weighted.length <= exactUpTo) return exactShare(weighted, seen);
  let asFar = 0;
  for (let draw = 0; draw < draws; draw++) if (Math.abs(flippedSum(weighted, rng)) >= seen) asFar++;
  return (1 + asFar) / (1 + draws);
}

/** Sums that differ by less, of all values together, are the same but for the order they were added in. */
const roundingShare = 1e-9;

function exactShare(values: readonly number[], seen: number): number {
  const ways = 2 ** values.length;
  let asFar = 0;
  for (let way = 0; way < ways; way++) {
    let sum = 0;
    for (const [k, value] of values.entries()) sum += (way >> k) & 1 ? value : -value;
    if (Math.abs(sum) >= seen) asFar++;
  }
  return asFar / ways;
}

function flippedSum(values: readonly number[], rng: Rng): number {
  let sum = 0;
  let bits = 0;
  for (const [k, value] of values.entries()) {
    if (k % 32 === 0) bits = rng.next();
    sum += bits & 1 ? value : -value;
    bits >>>= 1;
  }
  return sum;
}

/**
 * p-values of a family of tests, raised so that calling those below 5 % significant errs in 5 % of families at most,
 * whatever their dependence: the i-th smallest of m times (m - i + 1), never below a smaller one, never above 1.
 *
 * @source Holm, A simple sequentially rejective multiple test procedure (1979)
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).toSorted((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = Array.from(pValues, () => 0);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[index]!));
    adjusted[index] = largest;
  }
  return adjusted;
}
