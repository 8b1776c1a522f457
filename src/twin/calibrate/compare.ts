import { type Outcome, violatingShare } from "../../control/loop/outcome.ts";

/** How far the twin was off: the same run on the twin and live. Relative errors are twin / live - 1. */
export type TwinGap = {
  readonly requests: number;
  /** Twin - live, in percentage points. */
  readonly violatingPoints: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly podSeconds: number;
  /** Mean CPU of each service, twin - live, in percentage points of the request; empty when not given. */
  readonly cpuPoints: readonly number[];
};

export type ComparedRun = {
  readonly outcome: Outcome;
  /** Mean CPU / request: [services]. */
  readonly cpu?: readonly number[];
};

export function compareTwin(twin: ComparedRun, live: ComparedRun): TwinGap {
  const [ours, theirs] = [twin.outcome, live.outcome];
  const liveCpu = live.cpu ?? [];
  return {
    requests: ours.requests / theirs.requests - 1,
    violatingPoints: 100 * (violatingShare(ours) - violatingShare(theirs)),
    p50: ours.p50Ms / theirs.p50Ms - 1,
    p95: ours.p95Ms / theirs.p95Ms - 1,
    p99: ours.p99Ms / theirs.p99Ms - 1,
    podSeconds: ours.podSeconds / theirs.podSeconds - 1,
    cpuPoints: twin.cpu === undefined ? [] : liveCpu.map((cpu, service) => 100 * (twin.cpu![service]! - cpu)),
  };
}
