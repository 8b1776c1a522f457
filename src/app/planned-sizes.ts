import type { Autoscaler } from "../control/loop/autoscaler.ts";

/** Asks for one set of sizes, and for another from `afterMs` after its first readings on: [services] each. */
export function createPlannedSizes(before: Float64Array, after: Float64Array, afterMs: number): Autoscaler {
  let firstMs: number | undefined;
  return {
    name: "planned",
    decide({ atMs }) {
      firstMs ??= atMs;
      const sizes = atMs - firstMs < afterMs ? before : after;
      return Array.from(sizes, (replicas) => ({ replicas, reasons: ["as planned"] }));
    },
  };
}
