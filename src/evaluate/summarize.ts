import { type Outcome, violatingShare } from "../control/loop/outcome.ts";
import type { Rng } from "../core/rng.ts";
import { bootstrapMean, type Estimate } from "../core/statistics.ts";

/** One autoscaler over all seeds, each figure a mean with its 95 % bootstrap interval over seeds. */
export type SummaryRow = {
  readonly autoscaler: string;
  readonly seeds: number;
  readonly requests: Estimate;
  readonly violatingShare: Estimate;
  readonly p50Ms: Estimate;
  readonly p95Ms: Estimate;
  readonly p99Ms: Estimate;
  readonly podSeconds: Estimate;
  readonly sizeChanges: Estimate;
};

export function summarize(autoscaler: string, outcomes: readonly Outcome[], rng: Rng): SummaryRow {
  const estimate = (name: string, of: (outcome: Outcome) => number): Estimate =>
    bootstrapMean(outcomes.map(of), rng.split(name));
  return {
    autoscaler,
    seeds: outcomes.length,
    requests: estimate("requests", ({ requests }) => requests),
    violatingShare: estimate("violatingShare", violatingShare),
    p50Ms: estimate("p50Ms", ({ p50Ms }) => p50Ms),
    p95Ms: estimate("p95Ms", ({ p95Ms }) => p95Ms),
    p99Ms: estimate("p99Ms", ({ p99Ms }) => p99Ms),
    podSeconds: estimate("podSeconds", ({ podSeconds }) => podSeconds),
    sizeChanges: estimate("sizeChanges", ({ sizeChanges }) => sizeChanges),
  };
}
