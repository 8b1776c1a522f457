import { type Histogram, bucketMs, bucketOf, createHistogram } from "../../core/histogram.ts";
import { createHumps, splitHumps } from "./humps.ts";
import { type ShiftedLognormal, fitShiftedLognormal } from "./latency-tail.ts";
import type { Hump } from "./hump.ts";
import { normalUpperTail } from "./normal-tail.ts";
import type { FluidPlan } from "./plan.ts";
import type { Responses } from "./responses.ts";

const logGrowth = Math.log(bucketMs(1) / bucketMs(0));
const logFirst = Math.log(bucketMs(0));
const buckets = createHistogram().counts.length;

/** Standard deviations (of the logarithm) on each side that are spread over the buckets. */
const REACH = 4.5;

/** Standard deviation / mean is kept in steps of this. */
const CV_STEP = 0.02;
const CVS = 256;
/** Skewness is kept in steps of its root. */
const ROOT_STEP = 0.1;
const ROOTS = 64;

/**
 * Answered requests by the latency that their tick held them for: its mean in steps of a bucket, its coefficient of
 * variation in steps of .02, the root of its skewness in steps of .1. Spreading a tick over a hundred buckets costs
 * more than the tick; here it is done once, at the end.
 */
export type LatencyRecord = {
  /** Weights by (cv * ROOTS + root) * buckets + bucket. */
  readonly weights: Map<number, number>;
};

const humps = createHumps();

export function createLatencyRecord(): LatencyRecord {
  return { weights: new Map() };
}

/** Adds the answered requests of the last tick, by the endpoint they came to. */
export function recordLatency(
  { weights }: LatencyRecord,
  arrived: number,
  { entries }: FluidPlan,
  responses: Responses,
): void {
  for (const { node, share } of entries) {
    const answered = arrived * share * responses.ok[node]!;
    if (!(answered > 0)) continue;
    splitHumps(responses, node, humps);
    const { calmShare, calm, delayed } = humps;
    if (calmShare > 0) recordHump(weights, calm, answered * calmShare);
    recordHump(weights, delayed, answered * (1 - calmShare));
  }
}

function recordHump(weights: Map<number, number>, { meanMs, variance, third }: Hump, answered: number): void {
  if (!(meanMs > 0)) return;
  const sd = Math.sqrt(variance);
  const skewness = sd > 0 ? Math.max(0, third / sd ** 3) : 0;
  const cv = Math.min(CVS - 1, Math.round(sd / meanMs / CV_STEP));
  const root = Math.min(ROOTS - 1, Math.round(Math.sqrt(skewness) / ROOT_STEP));
  // Between the middles of two buckets, so that means keep their digits.
  const place = Math.max(0, Math.min(buckets - 2, (Math.log(meanMs) - logFirst) / logGrowth));
  const bucket = Math.floor(place);
  const key = (cv * ROOTS + root) * buckets + bucket;
  weights.set(key, (weights.get(key) ?? 0) + answered * (bucket + 1 - place));
  weights.set(key + 1, (weights.get(key + 1) ?? 0) + answered * (place - bucket));
}

/** The histogram of all that was added. */
export function latencyHistogram({ weights }: LatencyRecord): Histogram {
  const histogram = createHistogram();
  const latency: ShiftedLognormal = { shiftMs: 0, middle: 0, spread: 0 };
  for (const [key, weight] of weights) {
    const shape = Math.floor(key / buckets);
    const mean = bucketMs(key % buckets);
    const sd = Math.max(1e-4, Math.floor(shape / ROOTS) * CV_STEP) * mean;
    fitShiftedLognormal(mean, sd * sd, ((shape % ROOTS) * ROOT_STEP) ** 2 * sd ** 3, latency);
    addLatency(histogram, latency, weight);
  }
  return histogram;
}

function addLatency({ counts }: Histogram, { shiftMs, middle, spread }: ShiftedLognormal, weight: number): void {
  const first = bucketOf(shiftMs + Math.exp(middle - REACH * spread));
  const last = bucketOf(shiftMs + Math.exp(middle + REACH * spread));
  let above = 1;
  for (let bucket = first; bucket < last; bucket++) {
    const endMs = bucketMs(bucket) * Math.exp(logGrowth / 2);
    const next = endMs > shiftMs ? normalUpperTail((Math.log(endMs - shiftMs) - middle) / spread) : 1;
    counts[bucket]! += weight * (above - next);
    above = next;
  }
  counts[last]! += weight * above;
}
