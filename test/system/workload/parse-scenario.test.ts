import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { defaultScenario } from "../../../src/system/workload/default-scenario.ts";
import { parseScenario } from "../../../src/system/workload/parse-scenario.ts";
import { checkScenario } from "../../../src/system/workload/scenario-checks.ts";
import { type Scenario, objectiveOf, traceKey } from "../../../src/system/workload/scenario.ts";
import { karmaChained, topologyOf } from "../topology/fixtures.ts";

function scenarioOf(file: unknown): Scenario {
  const decoded = parseScenario(JSON.stringify(file), "test.json");
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return decoded.value;
}

const wide = topologyOf(readFileSync("topologies/chained-wide.json", "utf8"));

test("an empty object is ten minutes of even Poisson arrivals with seed 1", () => {
  expect(scenarioOf({})).toEqual({
    arrivals: { process: "poisson", flashCrowds: [], isSynthetic: false },
    faults: [],
    objective: {},
    lengthS: 600,
    seed: 1,
  });
});

test("every field reaches the scenario, in its unit", () => {
  const range = { min: 1, max: 2 };
  const scenario = scenarioOf({
    topology: "shop.json",
    length_s: 100,
    seed: 7,
    objective: { p95_ms: 300 },
    faults: [
      { at_s: 5, kind: "kill-pod", service: "B", count: 2 },
      { kind: "crash", target: "B", start_s: 1, duration_s: 2, intensity: 6, seed: 9 },
      { kind: "crash-loop", target: "b", start_s: 1, duration_s: 2 },
      { kind: "bottleneck", target: "b", start_s: 1, duration_s: 2 },
      { kind: "ddos", start_s: 1, duration_s: 2 },
      { kind: "contention", target: "b", start_s: 1, duration_s: 2 },
      { kind: "contention", target: "b", start_s: 1, duration_s: 2, resource: "memory" },
      { kind: "bottleneck", target: "b", start_s: 4, duration_s: 2, resource: "limit" },
      { kind: "bottleneck", target: "a", start_s: 1, duration_s: 2, resource: "work" },
      { kind: "slow-start", target: "b", start_s: 1, duration_s: 2 },
      { kind: "failing-readiness", target: "b", start_s: 1, duration_s: 2 },
      { kind: "lost-metrics", target: "b", start_s: 1, duration_s: 2 },
    ],
    arrivals: {
      process: "constant",
      volume_per_s: 50,
      ramp: { from: 1, to: 2 },
      stages: [{ duration_s: 60, to: 0.5 }],
      daily: { amplitude: 0.5 },
      flash_crowds: [{ at_s: 10, factor: 3 }],
      random_crowds: { per_hour: 2, factor: range },
      trace: { file: "t.csv" },
    },
  });
  expect(scenario).toEqual({
    topology: "shop.json",
    lengthS: 100,
    seed: 7,
    objective: { p95Ms: 300 },
    faults: [
      { startS: 5, kind: "kill-pod", service: "b", count: 2 },
      { kind: "crash", service: "b", startS: 1, durationS: 2, perMinute: 6, seed: 9 },
      { kind: "crash-loop", service: "b", startS: 1, durationS: 2, replicas: 1 },
      { kind: "bottleneck", service: "b", startS: 1, durationS: 2, factor: 3 },
      { kind: "ddos", target: "entry", startS: 1, durationS: 2, factor: 5 },
      { kind: "contention", service: "b", startS: 1, durationS: 2, cores: 1, memoryMiB: 0 },
      { kind: "contention", service: "b", startS: 1, durationS: 2, cores: 0, memoryMiB: 256 },
      { kind: "bottleneck", service: "b", startS: 4, durationS: 2, factor: 3, of: "limit" },
      { kind: "bottleneck", service: "a", startS: 1, durationS: 2, factor: 3 },
      { kind: "slow-start", service: "b", startS: 1, durationS: 2, factor: 3 },
      { kind: "failing-readiness", service: "b", startS: 1, durationS: 2, share: 1 },
      { kind: "lost-metrics", service: "b", startS: 1, durationS: 2 },
    ],
    arrivals: {
      process: "constant",
      volumePerS: 50,
      ramp: { from: 1, to: 2, startS: 0, endS: 100 },
      stages: [{ durationS: 60, to: 0.5 }],
      daily: { amplitude: 0.5, periodS: 86_400, phase: 0 },
      flashCrowds: [{ atS: 10, factor: 3, rampS: 30, holdS: 120, decayS: 60 }],
      randomCrowds: {
        perHour: 2,
        factor: range,
        rampS: { min: 10, max: 120 },
        holdS: { min: 60, max: 900 },
        decayS: { min: 60, max: 900 },
      },
      trace: { file: "t.csv", row: 1, startS: 0 },
      isSynthetic: false,
    },
  });
  expect(traceKey(scenario.arrivals.trace!)).toBe("t.csv#1");
});

test("the shipped scenario fits the shipped topology", () => {
  const decoded = parseScenario(readFileSync("topologies/chained-wide.scenario.json", "utf8"), "s.json");
  expect(decoded).toMatchObject({ ok: true, warnings: [] });
  expect(decoded.ok && checkScenario(decoded.value, wide)).toEqual([]);
});

test("a fault at a service that is not there is a problem of the scenario", () => {
  const shop = topologyOf({ services: { cart: { cpu: 5, computation_throughput: 1 } } });
  const faults = [{ at_s: 1, kind: "kill-pod", service: "crat" }];
  expect(checkScenario(scenarioOf({ faults }), shop)).toEqual([
    { path: "faults[0].service", message: 'expected a service of "test", found "crat"; did you mean "cart"?' },
  ]);
});

test("a crowd behind the end is a warning", () => {
  const decoded = parseScenario(
    '{"length_s": 60, "arrivals": {"flash_crowds": [{"at_s": 60, "factor": 2}]}}',
    "s.json",
  );
  expect(decoded.ok && decoded.warnings).toEqual([
    { path: "arrivals.flash_crowds[0].at_s", message: "not used: the scenario ends at 60 s" },
  ]);
});

test("what the scenario promises replaces what the topology promises, field by field", () => {
  expect(objectiveOf(scenarioOf({ objective: { availability: 0.9 } }), wide)).toEqual({
    p95Ms: 200,
    availability: 0.9,
  });
});

test("the default scenario fits every topology and uses what INPUT says", () => {
  const karma = topologyOf(karmaChained);
  expect(checkScenario(defaultScenario(karma), karma)).toEqual([]);
  expect(defaultScenario(karma).arrivals.volumePerS).toBe(200);
  expect(defaultScenario(wide).arrivals.volumePerS).toBeCloseTo((0.4 * 24 * 500) / 6.667 / 0.86, 6);
});

test("any JSON gives a scenario or problems in one grammar, twice the same, never an exception", () => {
  const fields = ["arrivals", "faults", "objective", "seed", "ramp", "trace", "flash_crowds", "at_s", "factor", "from"];
  const key = fc.oneof(fc.constantFrom(...fields, "__proto__"), fc.string({ maxLength: 6 }));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>(null, false, -1, 0, 3, 1e300, "", "a"),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(key, tie("tree"), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(key, tree, { maxKeys: 4 }), (value) => {
      const decoded = parseScenario(JSON.stringify(value), "test.json");
      expect(parseScenario(JSON.stringify(value), "test.json")).toEqual(decoded);
      if (!decoded.ok)
        expect(decoded.problems.filter(({ message }) => !/^expected .*found /.test(message))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
