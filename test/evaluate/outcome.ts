import type { Outcome } from "../../src/control/loop/outcome.ts";

/** A run of a thousand requests. */
export function outcomeOf(violating: number, podSeconds: number): Outcome {
  return {
    requests: 1_000,
    violating,
    p50Ms: 10,
    p95Ms: 50,
    p99Ms: 90,
    podSeconds,
    sizedPodSeconds: podSeconds,
    sizeChanges: 4,
  };
}
