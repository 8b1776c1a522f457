import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { parseScenario } from "../../../src/system/workload/parse-scenario.ts";
import { type RealizeOptions, realizeWorkload } from "../../../src/system/workload/realize.ts";
import { defaultVolumePerS } from "../../../src/system/workload/volume.ts";
import { type Workload, meanRatePerS, workloadLengthMs } from "../../../src/system/workload/workload.ts";
import { karmaChained, topologyOf } from "../topology/fixtures.ts";

const wide = topologyOf(readFileSync("topologies/chained-wide.json", "utf8"));

function realize(file: unknown, options: Partial<RealizeOptions> = {}, topology = wide): Workload {
  const decoded = parseScenario(JSON.stringify(file), "test.json");
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const defaults = { rng: createRng(1), stepMs: 1_000, timeScale: 1, traces: new Map() };
  return realizeWorkload(decoded.value, topology, { ...defaults, ...options });
}

function rates(arrivals: object, lengthS = 100): Float64Array {
  return realize({ length_s: lengthS, arrivals: { volume_per_s: 100, ...arrivals } }).ratePerS;
}

describe("the volume", () => {
  test("is 40 % of the bottleneck at maximum replicas where nobody says anything", () => {
    expect(meanRatePerS(realize({}))).toBeCloseTo(defaultVolumePerS(wide), 9);
  });

  test("is what INPUT says, then the scenario, then the option", () => {
    const karma = topologyOf(karmaChained);
    expect(meanRatePerS(realize({}, {}, karma))).toBe(200);
    expect(meanRatePerS(realize({ arrivals: { volume_per_s: 30 } }, {}, karma))).toBe(30);
    expect(meanRatePerS(realize({ arrivals: { volume_per_s: 30 } }, { volume: 20 }, karma))).toBe(20);
  });

  test("of a trace does not look at INPUT", () => {
    const traces = new Map([["t.csv#1", { ratePerS: Float64Array.of(5, 5), stepMs: 60_000 }]]);
    const file = { arrivals: { trace: { file: "t.csv" } } };
    const karma = topologyOf(karmaChained);
    expect(meanRatePerS(realize(file, { traces }, karma))).toBeCloseTo(0.4 * 240, 9);
    expect(meanRatePerS(realize(file, { traces, volume: 7 }, karma))).toBeCloseTo(7, 9);
  });
});

describe("shapes", () => {
  test("a ramp climbs evenly and stays", () => {
    const ratePerS = rates({ ramp: { from: 1, to: 3, start_s: 20, end_s: 60 } });
    expect([ratePerS[0], ratePerS[39], ratePerS[40], ratePerS[99]]).toEqual([100, 197.5, 202.5, 300]);
  });

  test("stages go from 0 to one factor after the other, and the last holds", () => {
    const stages = [
      { duration_s: 20, to: 1 },
      { duration_s: 0, to: 3 },
      { duration_s: 40, to: 1 },
    ];
    const ratePerS = rates({ stages });
    expect([0, 19, 20, 39, 40, 59, 60, 99].map((second) => Math.round(ratePerS[second]! * 10) / 10)).toEqual([
      2.5, 97.5, 297.5, 202.5, 197.5, 102.5, 100, 100,
    ]);
  });

  test("a day has the volume as its mean, its top after a quarter", () => {
    const ratePerS = rates({ daily: { amplitude: 0.5, period_s: 100 } });
    expect(ratePerS.reduce((sum, rate) => sum + rate, 0) / 100).toBeCloseTo(100, 9);
    expect(ratePerS[24]).toBeCloseTo(150, 0);
    expect(ratePerS[74]).toBeCloseTo(50, 0);
  });

  test("a crowd climbs, stays, falls, and is over", () => {
    const ratePerS = rates({ flash_crowds: [{ at_s: 10, factor: 3, ramp_s: 20, hold_s: 30, decay_s: 10 }] });
    expect([9, 10, 20, 30, 59, 60, 64, 70].map((second) => Math.round(ratePerS[second]!))).toEqual([
      100, 105, 205, 300, 300, 290, 210, 100,
    ]);
  });

  test("a crowd without ramp and decay is a step", () => {
    const ratePerS = rates({ flash_crowds: [{ at_s: 10, factor: 2, ramp_s: 0, hold_s: 5, decay_s: 0 }] });
    expect([9, 10, 14, 15].map((second) => ratePerS[second])).toEqual([100, 200, 200, 100]);
  });

  test("parts multiply", () => {
    const ratePerS = rates({
      ramp: { from: 2, to: 2 },
      flash_crowds: [{ at_s: 0, factor: 3, ramp_s: 0, hold_s: 50, decay_s: 0 }],
    });
    expect([ratePerS[0], ratePerS[60]]).toEqual([600, 200]);
  });

  test("random crowds come as often as asked", () => {
    const range = { min: 1, max: 1 };
    const random = {
      per_hour: 20,
      factor: { min: 2, max: 2 },
      ramp_s: { min: 0, max: 0 },
      hold_s: range,
      decay_s: range,
    };
    const ratePerS = rates({ random_crowds: random }, 100 * 3_600);
    const starts = ratePerS.filter((rate, step) => rate > 100 && ratePerS[step - 1] === 100).length;
    expect(starts).toBeGreaterThan(1_700);
    expect(starts).toBeLessThan(2_200);
  });

  test("a trace begins where asked and its whole mean is the volume", () => {
    const traces = new Map([["t.csv#2", { ratePerS: Float64Array.of(1, 3), stepMs: 10_000 }]]);
    const file = { length_s: 20, arrivals: { volume_per_s: 100, trace: { file: "t.csv", row: 2, start_s: 10 } } };
    const { ratePerS } = realize(file, { traces });
    expect(ratePerS.reduce((sum, rate) => sum + rate, 0) / 20).toBeCloseTo(100, 9);
    expect(ratePerS[4]! + ratePerS[5]!).toBeCloseTo(2 * 145, 9);
  });

  test("a trace that nobody read is a bug of the caller", () => {
    expect(() => realize({ arrivals: { trace: { file: "t.csv" } } })).toThrow("t.csv#1 was not read");
  });
});

describe("the time scale", () => {
  const file = {
    length_s: 600,
    arrivals: { volume_per_s: 100, flash_crowds: [{ at_s: 100, factor: 3, ramp_s: 50, hold_s: 100, decay_s: 50 }] },
    faults: [
      { at_s: 300, kind: "kill-pod", service: "b" },
      { at_s: 100, kind: "kill-pod", service: "A", count: 2 },
    ],
  };

  test("shortens the run and moves the faults, in the order of their times", () => {
    const workload = realize(file, { timeScale: 10 });
    expect(workloadLengthMs(workload)).toBe(60_000);
    expect(workload.faults).toEqual([
      { atMs: 10_000, kind: "kill-pod", service: "a", count: 2 },
      { atMs: 30_000, kind: "kill-pod", service: "b", count: 1 },
    ]);
  });

  test("presses the curve together and leaves the rates", () => {
    const fast = realize(file, { timeScale: 10, stepMs: 100 });
    expect([...fast.ratePerS]).toEqual([...realize(file).ratePerS]);
    expect(fast.stepMs).toBe(100);
  });
});

test("the same seed gives the same workload, another seed another", () => {
  const file = { length_s: 3_600, arrivals: { synthetic: true } };
  expect(realize(file)).toEqual(realize(file));
  expect(realize(file, { rng: createRng(2) })).not.toEqual(realize(file));
});

test("a fault at an unknown service is refused", () => {
  expect(() => realize({ faults: [{ at_s: 1, kind: "kill-pod", service: "x" }] })).toThrow("does not fit the topology");
});
