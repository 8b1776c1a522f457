import { sumOf } from "../core/statistics.ts";
import type { Readings } from "../control/readings/readings.ts";
import type { TwinCounts } from "../twin/cluster/twin-cluster.ts";

/** One sync period of a play: what users met in it, and what stood at its end. */
export type Period = {
  /** Its end, ms of the cluster's clock. */
  readonly atMs: number;
  /** Requests that came in it. */
  readonly requests: number;
  readonly violating: number;
  /** Without a good answer. */
  readonly failed: number;
  /** [services] */
  readonly desired: readonly number[];
  /** [services] */
  readonly ready: readonly number[];
  /** Requests waiting or in work in all services; NaN = not known. */
  readonly pendingRequests: number;
  /** Mean latency at the entry over the metrics window; NaN = not known. */
  readonly latencyMs: number;
};

export type PeriodRecorder = {
  /** To be told of the readings of every sync period, with what users have met so far. */
  add(readings: Readings, counts: TwinCounts): void;
  readonly periods: readonly Period[];
};

export function createPeriodRecorder(): PeriodRecorder {
  const periods: Period[] = [];
  let before: TwinCounts = { requests: 0, violating: 0, failed: 0 };
  return {
    periods,
    add(readings, counts) {
      periods.push({
        atMs: readings.atMs,
        requests: counts.requests - before.requests,
        violating: counts.violating - before.violating,
        failed: counts.failed - before.failed,
        desired: Array.from(readings.desired),
        ready: Array.from(readings.ready),
        pendingRequests: sumOf(readings.queued),
        latencyMs: readings.entryLatencyMs[0]!,
      });
      before = counts;
    },
  };
}

/** What became of requests by the second of their start: [seconds]. */
export type SecondCounts = {
  readonly requests: Float64Array;
  readonly violating: Float64Array;
  readonly failed: Float64Array;
};

/**
 * The sync periods of a play on a running cluster.
 *
 * @param readings  of each period, oldest first
 * @param startMs  of the first second, on the readings' clock
 */
export function periodsOfLoad(readings: readonly Readings[], counts: SecondCounts, startMs: number): readonly Period[] {
  const recorder = createPeriodRecorder();
  const until = (perSecond: Float64Array, atMs: number): number => sumUntil(perSecond, (atMs - startMs) / 1_000);
  for (const one of readings) {
    recorder.add(one, {
      requests: until(counts.requests, one.atMs),
      violating: until(counts.violating, one.atMs),
      failed: until(counts.failed, one.atMs),
    });
  }
  return recorder.periods;
}

/** Of the first so many seconds; of a second that is not over, its part. */
function sumUntil(perSecond: Float64Array, seconds: number): number {
  const whole = Math.floor(seconds);
  const sum = perSecond.subarray(0, Math.max(0, whole)).reduce((total, count) => total + count, 0);
  return sum + (perSecond[whole] ?? 0) * (seconds - whole);
}

/** Share of a period's requests that violated; 0 when none came. */
export function violatingShareOfPeriod({ requests, violating }: Period): number {
  return requests > 0 ? violating / requests : 0;
}
