import { type Histogram, totalOf } from "../../core/histogram.ts";
import { sumOf } from "../../core/statistics.ts";

/**
 * What became of every request: `requests` = ok + failed + dropped + timedOut + unsent; `violating` = slow + failed +
 * dropped + timedOut + unsent.
 */
export type LoadResult = {
  readonly requests: number;
  /** Answered with 2xx or 3xx in time, slow ones too. */
  readonly ok: number;
  /** Those of `ok` that took longer than the objective. */
  readonly slow: number;
  /** Connection refused or lost, or an answer of 4xx or 5xx other than 503. */
  readonly failed: number;
  /** Answered with 503. */
  readonly dropped: number;
  readonly timedOut: number;
  /** Not sent because the generator had its most requests under way. */
  readonly unsent: number;
  readonly violating: number;
  /** What became of the requests of floods, which count nowhere else. */
  readonly flood: FloodEnds;
  /** From the intended start: `ok` requests, and timed-out ones with the timeout as their latency. */
  readonly latency: Histogram;
  /** By the second of the intended start: [seconds]. */
  readonly timeline: LoadTimeline;
  readonly generator: GeneratorHealth;
  readonly startedAtEpochMs: number;
  /** Until the last answer, ms. */
  readonly durationMs: number;
  /** What makes this result doubtful, as sentences; empty when nothing does. */
  readonly warnings: readonly string[];
};

/** Mean of the latencies in the histogram, ms; NaN of none. */
export function meanLatencyMs({ timeline, latency }: Pick<LoadResult, "timeline" | "latency">): number {
  return sumOf(timeline.latencyMs) / totalOf(latency);
}

export type FloodEnds = {
  readonly requests: number;
  readonly ok: number;
  readonly failed: number;
  readonly dropped: number;
  readonly timedOut: number;
  readonly unsent: number;
};

export type LoadTimeline = {
  readonly requests: Float64Array;
  readonly violating: Float64Array;
  /** Without a good answer, those not sent too. */
  readonly failed: Float64Array;
  /** Sum of the latencies in the histogram, ms. */
  readonly latencyMs: Float64Array;
};

/** How well the generator itself kept up. */
export type GeneratorHealth = {
  /** From the intended to the real start of a request. */
  readonly latenessP50Ms: number;
  readonly latenessP99Ms: number;
  /** Share of the requests that started more than 5 ms late. */
  readonly lateShare: number;
  /** CPU time used / time: 1 = one core. */
  readonly cpuShare: number;
};

/** How far a run has come. */
export type LoadProgress = {
  readonly sent: number;
  readonly violating: number;
  readonly total: number;
};
