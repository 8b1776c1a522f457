import { expect, test } from "vitest";
import type { Service } from "../../../src/system/topology/topology.ts";
import { call, topologyOf } from "../fixtures.ts";
import { bareTwin, constant, queueOf, withEndpoint } from "./fixtures.ts";

/** CPU of the oldest replica for each of some requests, so far apart that none meets another, ms. */
function costs(more: Partial<Service>, startTimesMs: readonly number[], isKilled: boolean): number[] {
  const topology = topologyOf([queueOf(constant(10), { startupMs: constant(1_000), ...more })]);
  const twin = bareTwin(topology, 0, 1, { startTimesMs: Float64Array.from(startTimesMs) });
  if (isKilled) twin.kill(0, 1);
  const [pod] = twin.world.services.pods[0]!;
  let before = 0;
  return startTimesMs.map((ms) => {
    twin.advanceTo(ms + 90);
    const used = twin.world.processors.usedMs[pod!]! - before;
    before += used;
    return Math.round(used);
  });
}

test("the first requests of a process cost more, those of a replica that was always there do not", () => {
  const coldStart = { factor: 5, requests: 4 };
  const atMs = [2_000, 2_100, 2_200, 2_300, 2_400, 2_500];
  expect(costs({ coldStart }, atMs, true)).toEqual([50, 40, 30, 20, 10, 10]);
  expect(costs({ coldStart }, atMs, false)).toEqual([10, 10, 10, 10, 10, 10]);
});

test("a cold start that is told in time falls from ready on, whoever comes", () => {
  // Ready at 1 s.
  expect(costs({ coldStart: { factor: 5, ms: 4_000 } }, [1_010, 2_000, 4_000, 5_000, 9_000], true)).toEqual([
    50, 40, 20, 10, 10,
  ]);
});

test("bodies take time on their way: those of an answer, and those that callers send", () => {
  const back = { ...queueOf(constant(10), {}, { requestKiB: 1_000, responseKiB: 500 }), name: "b" };
  const front = withEndpoint(queueOf(constant(2), {}, { calls: [[call("b", 1)]] }), { requestKiB: 9_999 });
  const twin = bareTwin(topologyOf([front, back]), 0, 1, { startTimesMs: Float64Array.of(0) });
  twin.advanceTo(1_000);
  // Users send no body. 1500 KiB of 2 us each.
  expect(twin.entry.latencyMs).toBeCloseTo(2 + 10 + 3, 6);
});
