import { type Hump, createHump, restThird, restVariance } from "./hump.ts";
import { latencyUpperTail } from "./latency-tail.ts";
import type { Responses } from "./responses.ts";

/** A latency as the mixture of two: of requests that met no delay on their way, and of those that did. */
export type Humps = {
  /** Of all requests, [0, 1]. */
  calmShare: number;
  readonly calm: Hump;
  readonly delayed: Hump;
};

export function createHumps(): Humps {
  return { calmShare: 0, calm: createHump(), delayed: createHump() };
}

/** Humps with a smaller share are not told apart from the other. */
const LEAST_SHARE = 0.005;

/** Where a hump is left beside the calm one. */
function isSplit(share: number, calmMs: number, meanMs: number): boolean {
  return share >= LEAST_SHARE && share <= 1 - LEAST_SHARE && calmMs < meanMs;
}

/**
 * Splits the latency at a cell of `responses`: calm requests as composed, the delayed ones as what is left, so that
 * both together have the moments of all. Where nothing is left to tell apart, all are delayed.
 */
export function splitHumps({ meanMs, variance, third, calm }: Responses, cell: number, humps: Humps): void {
  const { delayed } = humps;
  const share = calm.share[cell]!;
  const mean = meanMs[cell]!;
  const below = calm.meanMs[cell]! - mean;
  humps.calmShare = isSplit(share, calm.meanMs[cell]!, mean) ? share : 0;
  humps.calm.meanMs = calm.meanMs[cell]!;
  humps.calm.variance = calm.variance[cell]!;
  humps.calm.third = calm.third[cell]!;
  delayed.meanMs = mean;
  delayed.variance = variance[cell]!;
  delayed.third = third[cell]!;
  if (humps.calmShare === 0) return;
  const above = (-below * share) / (1 - share);
  const own = humps.calm.variance;
  delayed.meanMs = mean + above;
  delayed.variance = restVariance(variance[cell]!, share, own, below, above, mean + above);
  delayed.third = restThird(third[cell]!, share, humps.calm.third, own, below, above, delayed.variance);
}

/** A limit beyond so many standard deviations is as good as never passed by calm requests. */
const FAR = 30;

/** P(latency > limit) at a cell of `responses`: each hump is a shifted lognormal. Numbers alone, as it is asked each tick. */
export function humpsUpperTail(responses: Responses, cell: number, limit: number): number {
  const { calm } = responses;
  const mean = responses.meanMs[cell]!;
  const whole = responses.variance[cell]!;
  const share = calm.share[cell]!;
  const calmMs = calm.meanMs[cell]!;
  if (!isSplit(share, calmMs, mean)) return latencyUpperTail(mean, whole, responses.third[cell]!, limit);
  const own = calm.variance[cell]!;
  const below = calmMs - mean;
  const above = (-below * share) / (1 - share);
  const variance = restVariance(whole, share, own, below, above, mean + above);
  const third = restThird(responses.third[cell]!, share, calm.third[cell]!, own, below, above, variance);
  const late = (1 - share) * latencyUpperTail(mean + above, variance, third, limit);
  const gap = limit - calmMs;
  if (gap > 0 && gap * gap > FAR * FAR * own) return late;
  return late + share * latencyUpperTail(calmMs, own, calm.third[cell]!, limit);
}
