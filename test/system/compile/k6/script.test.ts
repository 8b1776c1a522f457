import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { array, assert, double, property } from "fast-check";
import { createRng } from "../../../../src/core/rng.ts";
import { k6Script } from "../../../../src/system/compile/k6/script.ts";
import { stagesOf } from "../../../../src/system/compile/k6/stages.ts";
import { parseScenario } from "../../../../src/system/workload/parse-scenario.ts";
import { realizeWorkload } from "../../../../src/system/workload/realize.ts";
import { meanRatePerS } from "../../../../src/system/workload/workload.ts";
import { topologyOf } from "../../topology/fixtures.ts";

const golden = join(import.meta.dirname, "../../../golden/k6");
const wide = topologyOf(readFileSync("topologies/chained-wide.json", "utf8"));

function scriptOf(scenario: string): string {
  const decoded = parseScenario(scenario, "s.json");
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const options = { rng: createRng(1), stepMs: 1_000, timeScale: 1, traces: new Map() };
  return k6Script(wide, realizeWorkload(decoded.value, wide, options));
}

const flooded = JSON.stringify({
  length_s: 60,
  arrivals: { volume_per_s: 20 },
  faults: [{ kind: "ddos", start_s: 20, duration_s: 10, intensity: 4 }],
});

test.each([
  ["gradual", readFileSync("topologies/gradual.scenario.json", "utf8")],
  ["spike", readFileSync("topologies/spike.scenario.json", "utf8")],
  ["sustained", readFileSync("topologies/sustained.scenario.json", "utf8")],
  ["flooded", flooded],
])("the script of %s is what it was, byte by byte", (name, scenario) => {
  const path = join(golden, `${name}.js`);
  const script = scriptOf(scenario);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, script);
  expect(existsSync(path), "no golden file: write it with UPDATE_GOLDEN=1").toBe(true);
  expect(script).toBe(readFileSync(path, "utf8"));
});

test("the thesis' stages come back as they were declared", () => {
  const { scenarios } = optionsOf(scriptOf(readFileSync("topologies/gradual.scenario.json", "utf8")));
  const { startRate, stages } = scenarios["users-1"]!;
  const ends = stages!.map(({ target }) => target);
  expect(startRate).toBeLessThan(10);
  expect(ends.some((target) => Math.abs(target - 600) < 35)).toBe(true);
  expect(ends.some((target) => Math.abs(target - 6_000) < 35)).toBe(true);
  expect(ends.at(-1)).toBeLessThan(40);
});

describe("stages", () => {
  test("send as many requests as the workload has, and last as long", () => {
    assert(
      property(array(double({ min: 0, max: 500, noNaN: true }), { minLength: 2, maxLength: 300 }), (rates) => {
        const workload = { ratePerS: Float64Array.from(rates), stepMs: 1_000, faults: [] };
        const { startPerMinute, stages } = stagesOf(workload);
        let from = startPerMinute;
        let sent = 0;
        for (const { durationMs, perMinute } of stages) {
          sent += ((from + perMinute) / 2) * (durationMs / 60_000);
          from = perMinute;
        }
        const most = Math.max(...rates);
        expect(stages.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBe(rates.length * 1_000);
        // Straight lines between middles give the first and last half step another weight.
        expect(Math.abs(sent - meanRatePerS(workload) * rates.length)).toBeLessThan(
          0.006 * most * rates.length + most + 1,
        );
      }),
    );
  });

  test("of a constant rate are one", () => {
    const { stages } = stagesOf({ ratePerS: new Float64Array(600).fill(7), stepMs: 1_000, faults: [] });
    expect(stages).toEqual([{ durationMs: 600_000, perMinute: 420 }]);
  });
});

type K6Options = {
  readonly scenarios: Readonly<
    Record<string, { readonly startRate?: number; readonly stages?: readonly { readonly target: number }[] }>
  >;
};

function optionsOf(script: string): K6Options {
  return JSON.parse(/export const options = (\{[\s\S]*?\n\});/.exec(script)![1]!) as K6Options;
}
