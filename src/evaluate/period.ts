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
        pendingRequests: readings.queued.reduce((sum, queued) => sum + queued, 0),
        latencyMs: readings.entryLatencyMs[0]!,
      });
      before = counts;
    },
  };
}

/** Share of a period's requests that violated; 0 when none came. */
export function violatingShareOfPeriod({ requests, violating }: Period): number {
  return requests > 0 ? violating / requests : 0;
}
