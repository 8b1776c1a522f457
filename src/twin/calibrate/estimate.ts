import { meanOf } from "../../core/statistics.ts";

/** A figure and how sure it is. */
export type Estimate = {
  readonly value: number;
  /** 95 % interval; both equal to `value` where it was declared. */
  readonly low: number;
  readonly high: number;
  readonly source: "declared" | "measured";
};

export function declaredEstimate(value: number): Estimate {
  return { value, low: value, high: value, source: "declared" };
}

function measuredEstimate(value: number, halfWidth: number): Estimate {
  return { value, low: value - halfWidth, high: value + halfWidth, source: "measured" };
}

/** Half the 95 % interval over the value. */
export function relativeWidth({ value, low, high }: Estimate): number {
  return (high - low) / 2 / Math.abs(value);
}

/** 97.5 % quantile of Student's t. @source Cornish-Fisher expansion; within 0.5 % from 3 degrees of freedom on */
function tQuantile(degrees: number): number {
  const z = 1.959964;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}

/** Standard deviation of a sample of two and more. */
export function sdOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1));
}

/** @param overlap  how many neighbouring values show the same stretch of time, >= 1 */
export function meanEstimate(values: readonly number[], overlap = 1): Estimate {
  const independent = values.length / overlap;
  const halfWidth = (tQuantile(Math.max(1, independent - 1)) * sdOf(values)) / Math.sqrt(independent);
  return measuredEstimate(meanOf(values), halfWidth);
}

export type Point = {
  readonly x: number;
  readonly y: number;
  /** The instrument: what goes with x but not with the errors of x. */
  readonly z: number;
};
export type Line = { readonly slope: Estimate; readonly intercept: Estimate };

/**
 * A line by an instrumental variable: least squares where z = x. Errors of x would make a line of least squares flatter
 * than it is. `overlap` as in {@link meanEstimate}. At least three points that differ in x.
 *
 * @source Wald, The Fitting of Straight Lines if Both Variables are Subject to Error (1940)
 */
export function fitLine(points: readonly Point[], overlap = 1): Line {
  const meanX = meanOf(points.map(({ x }) => x));
  const meanY = meanOf(points.map(({ y }) => y));
  const meanZ = meanOf(points.map(({ z }) => z));
  const together = points.reduce((sum, { x, z }) => sum + (x - meanX) * (z - meanZ), 0);
  const squares = together ** 2 / points.reduce((sum, { z }) => sum + (z - meanZ) ** 2, 0);
  const slope = points.reduce((sum, { y, z }) => sum + (z - meanZ) * (y - meanY), 0) / together;
  const intercept = meanY - slope * meanX;
  const residual = points.reduce((sum, { x, y }) => sum + (y - intercept - slope * x) ** 2, 0);
  const noise = Math.sqrt((residual / (points.length - 2)) * overlap);
  const t = tQuantile(Math.max(1, points.length / overlap - 2));
  return {
    slope: measuredEstimate(slope, (t * noise) / Math.sqrt(squares)),
    intercept: measuredEstimate(intercept, t * noise * Math.sqrt(1 / points.length + meanX ** 2 / squares)),
  };
}

/** As {@link fitLine}, through (0, origin). */
export function fitSlope(points: readonly Point[], origin: number, overlap = 1): Estimate {
  const together = points.reduce((sum, { x, z }) => sum + x * z, 0);
  const squares = together ** 2 / points.reduce((sum, { z }) => sum + z * z, 0);
  const slope = points.reduce((sum, { y, z }) => sum + z * (y - origin), 0) / together;
  const residual = points.reduce((sum, { x, y }) => sum + (y - origin - slope * x) ** 2, 0);
  const noise = Math.sqrt((residual / (points.length - 1)) * overlap);
  return measuredEstimate(slope, (tQuantile(Math.max(1, points.length / overlap - 1)) * noise) / Math.sqrt(squares));
}
