import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import type { Fault } from "../../../src/system/workload/fault.ts";
import { drawFloodTimesMs, floodsOf } from "../../../src/system/workload/flood.ts";
import { realizeFaults } from "../../../src/system/workload/realize-faults.ts";
import type { ScenarioFault } from "../../../src/system/workload/scenario.ts";
import type { Workload } from "../../../src/system/workload/workload.ts";
import { topologyOf } from "../topology/fixtures.ts";

const wide = topologyOf(readFileSync("topologies/chained-wide.json", "utf8"));
const crash: ScenarioFault = { kind: "crash", service: "b", startS: 100, durationS: 600, perMinute: 6 };

function realized(faults: readonly ScenarioFault[], seed = 1, timeScale = 1): readonly Fault[] {
  return realizeFaults(faults, timeScale, createRng(seed));
}

describe("crashes", () => {
  test("are kills at random times of the scenario's seed, about as many as were asked for, all while they last", () => {
    const kills = realized([crash]);
    expect(kills.length).toBeGreaterThan(35);
    expect(kills.length).toBeLessThan(90);
    expect(kills.every(({ kind, atMs }) => kind === "kill-pod" && atMs >= 100_000 && atMs < 700_000)).toBe(true);
    expect(realized([crash])).toEqual(kills);
    expect(realized([crash], 2)).not.toEqual(kills);
  });

  test("of a fault with a seed of its own do not care for the scenario's", () => {
    const own = { ...crash, seed: 5 };
    expect(realized([own], 2)).toEqual(realized([own], 1));
    expect(realized([own])).not.toEqual(realized([crash]));
  });

  test("come as often per minute of the scenario whatever the time scale", () => {
    const times = realized([crash]).map(({ atMs }) => Math.round(atMs));
    expect(realized([crash], 1, 10).map(({ atMs }) => Math.round(atMs * 10))).toEqual(times);
  });
});

test("faults stand in the order in which they start, times divided by the time scale", () => {
  const faults = realized(
    [
      { kind: "bottleneck", service: "a", startS: 60, durationS: 30, factor: 3 },
      { kind: "lost-metrics", service: "b", startS: 10, durationS: 5 },
    ],
    1,
    10,
  );
  expect(faults).toEqual([
    { kind: "lost-metrics", service: "b", atMs: 1_000, durationMs: 500 },
    { kind: "bottleneck", service: "a", atMs: 6_000, durationMs: 3_000, factor: 3 },
  ]);
});

describe("a flood", () => {
  const workload: Workload = {
    ratePerS: new Float64Array(100).fill(50),
    stepMs: 1_000,
    faults: [{ kind: "ddos", atMs: 10_500, durationMs: 20_000, factor: 5, target: "entry", seed: 3 }],
  };

  test("adds its factor less one to the rate, in the part of each step that it covers", () => {
    const [flood] = floodsOf(workload, wide);
    expect([9, 10, 11, 29, 30, 31].map((step) => flood!.ratePerS[step])).toEqual([0, 100, 200, 200, 100, 0]);
    expect(flood!.entries).toEqual(wide.entries);
  });

  test("draws its requests from its own seed, all while it lasts", () => {
    const [flood] = floodsOf(workload, wide);
    const timesMs = drawFloodTimesMs(flood!, workload);
    expect(Math.abs(timesMs.length / 4_000 - 1)).toBeLessThan(0.1);
    expect(timesMs.every((ms) => ms >= 10_000 && ms < 31_000)).toBe(true);
    expect(drawFloodTimesMs(flood!, workload)).toEqual(timesMs);
    expect(drawFloodTimesMs({ ...flood!, seed: 4 }, workload)).not.toEqual(timesMs);
  });

  test("at the costliest goes to the entry whose requests cost the system most CPU", () => {
    const shop = topologyOf({
      services: {
        cheap: { cpu: 500, computation_throughput: 100 },
        gate: { cpu: 500, computation_throughput: 90 },
        deep: { cpu: 500, computation_throughput: 10 },
      },
      connections: [
        { source: "INPUT", destination: "cheap" },
        { source: "INPUT", destination: "gate" },
        { source: "gate", destination: "deep" },
      ],
    });
    const hit = { ...workload, faults: [{ ...workload.faults[0]!, target: "costliest" } as Fault] };
    expect(floodsOf(hit, shop)[0]!.entries).toMatchObject([{ service: "gate", share: 1 }]);
  });
});
