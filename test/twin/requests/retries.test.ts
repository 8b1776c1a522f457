import { expect, test } from "vitest";
import type { Call, Topology } from "../../../src/system/topology/topology.ts";
import { call, topologyOf } from "../fixtures.ts";
import { bareTwin, constant, queueOf } from "./fixtures.ts";

/** A front of 2 ms that calls a back whose every answer, after 10 ms, is an error. */
function failing(more: Partial<Call>): Topology {
  const front = { ...queueOf(constant(2), {}, { calls: [[call("back", 1, more)]] }), name: "front" };
  return topologyOf([front, { ...queueOf(constant(10), {}, { errorRate: 1 }), name: "back" }]);
}

function alone(topology: Topology, requests: number) {
  const startTimesMs = Float64Array.from({ length: requests }, (_, i) => i * 5_000);
  return bareTwin(topology, 0, 1, { startTimesMs });
}

test("retries wait longer and longer: between half and all of 100, 200 and 400 ms", () => {
  const twin = alone(failing({ retries: 3, backoffMs: 100 }), 1);
  const tries = (): number => twin.world.services.arrived[1]!;
  const atMs: number[] = [];
  for (let ms = 0; ms < 2_000; ms++) {
    twin.advanceTo(ms);
    if (tries() > atMs.length) atMs.push(ms);
  }
  expect(atMs).toHaveLength(4);
  for (const [k, ms] of atMs.slice(1).entries()) {
    const waitedMs = ms - atMs[k]! - 10;
    expect(waitedMs).toBeGreaterThanOrEqual(50 * 2 ** k - 1);
    expect(waitedMs).toBeLessThanOrEqual(100 * 2 ** k + 1);
  }
  expect(twin.entry.failed).toBe(1);
});

test("a wait never grows beyond 10 s", () => {
  const twin = alone(failing({ retries: 4, backoffMs: 10_000 }), 1);
  twin.advanceTo(50_000);
  expect(twin.world.services.arrived[1]).toBe(5);
});

test("a budget bounds retries: ten at first, then a share of the calls", () => {
  const twin = alone(failing({ retries: 3, retryBudget: 0.2 }), 40);
  twin.advanceTo(300_000);
  expect(twin.world.services.arrived[1]).toBe(40 + 10 + Math.floor(0.2 * 39 + 1e-9));
  expect(twin.entry.failed).toBe(40);
});

test("a replica that crashes while a call waits takes the call with it", () => {
  const twin = alone(failing({ retries: 1, backoffMs: 1_000 }), 1);
  twin.advanceTo(100);
  twin.kill(0, 1);
  twin.advanceTo(5_000);
  expect(twin.world.services.arrived[1]).toBe(1);
  expect(twin.entry.failed).toBe(1);
});
