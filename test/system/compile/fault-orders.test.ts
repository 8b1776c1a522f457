import { expect, test } from "vitest";
import { readOrder } from "../../../mocks/src/faults.ts";
import { orderOf, standingOf } from "../../../src/system/compile/fault-orders.ts";
import type { ClusterFault } from "../../../src/system/workload/fault.ts";

const at = { atMs: 0, durationMs: 5_000, service: "a" } as const;

test.each<[ClusterFault, object | undefined, object | undefined]>([
  [
    { ...at, kind: "bottleneck", factor: 3 },
    { kind: "work", factor: 3 },
    { kind: "work", factor: 3 },
  ],
  [
    { ...at, kind: "bottleneck", factor: 3, of: "limit" },
    { kind: "limit", factor: 3 },
    { kind: "limit", factor: 3 },
  ],
  [{ ...at, kind: "slow-start", factor: 2 }, undefined, { kind: "startup", factor: 2 }],
  [{ ...at, kind: "failing-readiness", share: 1 }, { kind: "unready" }, undefined],
  [{ ...at, kind: "lost-metrics" }, { kind: "no-metrics" }, { kind: "no-metrics", factor: 1 }],
  [{ ...at, kind: "crash-loop", replicas: 1 }, undefined, undefined],
])("%j is told to replicas that run, and to those that start", (fault, order, standing) => {
  const told = orderOf(fault, 700);
  expect(told).toEqual(order && { ...order, forMs: 700 });
  if (told !== undefined) expect(readOrder(told)).toEqual(told);
  expect(standingOf(fault, 900)).toEqual(standing && { ...standing, untilEpochMs: 900 });
});
