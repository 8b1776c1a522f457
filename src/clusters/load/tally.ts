import { createHistogram, quantileOf, record } from "../../core/histogram.ts";
import type { GeneratorHealth, LoadResult, LoadTimeline } from "./load-result.ts";

/** How one request ended. */
export type RequestEnd = "ok" | "failed" | "dropped" | "timedOut" | "unsent";

export type Tally = {
  /** @param startMs  intended start, from the start of the load @param latencyMs  from the intended start */
  end(how: RequestEnd, startMs: number, latencyMs: number): void;
  /** A request of a flood ended. */
  endFlood(how: RequestEnd): void;
  started(latenessMs: number): void;
  sent(): number;
  violating(): number;
  result(run: RunFacts): LoadResult;
};

type RunFacts = Pick<LoadResult, "startedAtEpochMs" | "durationMs"> & { readonly cpuMs: number };

const lateMs = 5;
const tooManyLate = 0.01;

/**
 * Counts requests as they end.
 *
 * @param lengthMs  the last intended start
 * @param warmUpMs  requests that start before it do not count
 */
export function createTally(objectiveMs: number, lengthMs: number, warmUpMs = 0): Tally {
  const counts: Record<RequestEnd, number> = { ok: 0, failed: 0, dropped: 0, timedOut: 0, unsent: 0 };
  const flood: Record<RequestEnd, number> = { ok: 0, failed: 0, dropped: 0, timedOut: 0, unsent: 0 };
  const latency = createHistogram();
  const starts = createStarts();
  const timeline = createTimeline(Math.floor(Math.max(0, lengthMs - warmUpMs) / 1_000) + 1);
  let slow = 0;

  const violating = (): number => slow + counts.failed + counts.dropped + counts.timedOut + counts.unsent;

  function end(how: RequestEnd, startMs: number, latencyMs: number): void {
    if (startMs < warmUpMs) return;
    counts[how]++;
    const isSlow = how === "ok" && latencyMs > objectiveMs;
    if (isSlow) slow++;
    const second = Math.floor((startMs - warmUpMs) / 1_000);
    timeline.requests[second]!++;
    if (isSlow || how !== "ok") timeline.violating[second]!++;
    if (how !== "ok") timeline.failed[second]!++;
    if (how !== "ok" && how !== "timedOut") return;
    record(latency, latencyMs);
    timeline.latencyMs[second]! += latencyMs;
  }

  return {
    end,
    endFlood: (how) => void flood[how]++,
    started: starts.add,
    sent: starts.count,
    violating,
    result: (run) => {
      const ends = { ...counts, slow, requests: sumOf(counts), violating: violating() };
      const floods = { ...flood, requests: sumOf(flood) };
      const generator = starts.health(run);
      const warnings = warningsOf(generator, counts.unsent);
      const { startedAtEpochMs, durationMs } = run;
      return { ...ends, flood: floods, latency, timeline, generator, startedAtEpochMs, durationMs, warnings };
    },
  };
}

function sumOf(counts: Readonly<Record<RequestEnd, number>>): number {
  return counts.ok + counts.failed + counts.dropped + counts.timedOut + counts.unsent;
}

function createTimeline(seconds: number): LoadTimeline {
  return {
    requests: new Float64Array(seconds),
    violating: new Float64Array(seconds),
    failed: new Float64Array(seconds),
    latencyMs: new Float64Array(seconds),
  };
}

/** Requests that were sent, and how late. */
type Starts = {
  readonly add: (latenessMs: number) => void;
  readonly count: () => number;
  health(run: RunFacts): GeneratorHealth;
};

function createStarts(): Starts {
  const lateness = createHistogram();
  let sent = 0;
  let late = 0;
  return {
    add(latenessMs) {
      sent++;
      if (latenessMs > lateMs) late++;
      record(lateness, latenessMs);
    },
    count: () => sent,
    health: ({ durationMs, cpuMs }) => ({
      latenessP50Ms: quantileOf(lateness, 0.5),
      latenessP99Ms: quantileOf(lateness, 0.99),
      lateShare: sent === 0 ? 0 : late / sent,
      // A load of a few ms is all start-up: its CPU share says nothing.
      cpuShare: durationMs < 1_000 ? 0 : cpuMs / durationMs,
    }),
  };
}

function warningsOf({ lateShare, latenessP99Ms, cpuShare }: GeneratorHealth, unsent: number): string[] {
  const warnings: string[] = [];
  if (lateShare > tooManyLate) {
    const share = `${(100 * lateShare).toFixed(1)} % of the requests started more than ${lateMs} ms late`;
    warnings.push(`the load generator could not keep up: ${share} (p99 ${latenessP99Ms.toFixed(1)} ms)`);
  }
  if (cpuShare > 0.8) {
    warnings.push(`the load generator used ${(100 * cpuShare).toFixed(0)} % of a core: its own work adds to latencies`);
  }
  if (unsent > 0) warnings.push(`${unsent} requests were not sent: too many were under way; they count as violating`);
  return warnings;
}
