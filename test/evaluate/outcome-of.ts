import type { Outcome } from "../../src/control/loop/outcome.ts";

/** An outcome of which only the cost and the violations are looked at. */
export function outcomeOf(podSeconds: number, violatingShare: number, requests = 100_000): Outcome {
  return {
    requests,
    violating: violatingShare * requests,
    p50Ms: 10,
    p95Ms: 20,
    p99Ms: 30,
    podSeconds,
    sizedPodSeconds: podSeconds,
    sizeChanges: 0,
  };
}
