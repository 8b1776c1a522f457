import { describe, expect, test } from "vitest";
import type { MemoryUse, Service } from "../../../src/system/topology/topology.ts";
import { topologyOf } from "../fixtures.ts";
import { bareTwin, constant, queueOf } from "./fixtures.ts";

const use = (more: Partial<MemoryUse>): Partial<Service> => ({
  memoryMiB: 200,
  startupMs: constant(3_000),
  memory: { baseMiB: 100, perRequestMiB: 0, retainedMiB: 0, ...more },
});

function twinOf(more: Partial<MemoryUse>, startTimesMs: readonly number[]) {
  const topology = topologyOf([queueOf(constant(40), use(more))]);
  return bareTwin(topology, 0, 1, { startTimesMs: Float64Array.from(startTimesMs) });
}

const sixFrom = (fromMs: number): number[] => Array.from({ length: 6 }, (_, i) => fromMs + 100 * i);

describe("memory", () => {
  test("readings show the base, what requests in work take, and what they left behind", () => {
    // The pipeline scrapes once in 15 s; requests come every 10 ms and work for 40 ms of a saturated core.
    const every = Array.from({ length: 200 }, (_, i) => i * 10);
    const twin = twinOf({ retainedMiB: 0.25 }, every);
    twin.advanceTo(120_000);
    expect(twin.entry.served).toBe(200);
    expect(twin.observe().memoryMiB[0]).toBe(100 + 200 * 0.25);
    expect(bareTwin(topologyOf([queueOf(constant(40))]), 10, 1).observe().memoryMiB[0]).toBeNaN();
  });

  test("a request that has no room kills the process, with all requests in it; it starts again", () => {
    // Room for two of 50 MiB.
    const twin = twinOf({ perRequestMiB: 50 }, [0, 1, 1_000, 1_001, 1_002, 9_000]);
    twin.advanceTo(20_000);
    expect([twin.entry.served, twin.entry.failed]).toEqual([3, 3]);
    expect(twin.takeEvents().map(({ kind, atMs }) => [kind, Math.round(atMs)])).toEqual([
      ["crashed", 1_002],
      ["restarted", 1_002],
      ["ready", 4_002],
    ]);
  });

  test("what was left behind is gone with the process, and the next crash waits", () => {
    // Four answers of 30 MiB leave no room for a fifth request.
    const twin = twinOf({ retainedMiB: 30 }, [...sixFrom(0), ...sixFrom(10_000)]);
    twin.advanceTo(60_000);
    const kinds = twin.takeEvents().map(({ kind, atMs }) => [kind, Math.round(atMs / 1_000)]);
    expect(kinds).toEqual([
      ["crashed", 0],
      ["restarted", 0],
      ["ready", 3],
      ["crashed", 10],
      ["restarted", 20],
      ["ready", 23],
    ]);
  });
});
