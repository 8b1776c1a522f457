import type { Outcome } from "../../control/loop/outcome.ts";
import { quantileOf } from "../../core/histogram.ts";
import type { LoadResult } from "./load-result.ts";

/** @param podSeconds  replicas x time as the cluster counted them, seconds */
export function toOutcome(load: LoadResult, podSeconds: number, sizeChanges: number): Outcome {
  return {
    requests: load.requests,
    violating: load.violating,
    p50Ms: quantileOf(load.latency, 0.5),
    p95Ms: quantileOf(load.latency, 0.95),
    p99Ms: quantileOf(load.latency, 0.99),
    podSeconds,
    sizeChanges,
  };
}
