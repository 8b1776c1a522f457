import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createCpuGuard } from "../../../src/control/guard/apply.ts";
import { guardBounds } from "../../../src/control/guard/bounds.ts";
import { explainCpuVerdict } from "../../../src/control/guard/explain.ts";
import { guardVerdicts } from "../../../src/control/guard/guard.ts";
import { defaultGuardRules } from "../../../src/control/guard/rules.ts";
import { createReadings } from "../../../src/control/readings/readings.ts";
import { shippedTopology } from "../../team/chain.ts";

type Situation = {
  readonly upFactor: number;
  readonly downShare: number;
  readonly min: number;
  readonly max: number;
  readonly limit: number;
  readonly cpu: number;
  readonly ageMs: number;
};

const calm: Situation = { upFactor: 2, downShare: 0.5, min: 50, max: 1000, limit: 400, cpu: 0.5, ageMs: 5000 };

function guarded(situation: Situation, wanted: number): { applied: number; verdict: number } {
  const readings = createReadings(1, 1);
  readings.cpuMilli[0] = situation.limit;
  readings.cpu[0] = situation.cpu;
  readings.ageMs[0] = situation.ageMs;
  const applied = new Float64Array(1);
  const verdicts = new Uint8Array(1);
  const rules = { ...defaultGuardRules, cpuUpFactor: situation.upFactor, cpuDownShare: situation.downShare };
  const bounds = { minCpuMilli: Float64Array.of(situation.min), maxCpuMilli: Float64Array.of(situation.max) };
  createCpuGuard(rules, bounds, 1, 1)(readings, Float64Array.of(wanted), applied, verdicts);
  return { applied: applied[0]!, verdict: verdicts[0]! };
}

test.each([
  ["passes a wish inside the rates", calm, 700, 700, 0],
  ["cuts growth to twice the limit", calm, 900, 800, guardVerdicts.tooFastUp],
  ["cuts shrinking to half", calm, 100, 200, guardVerdicts.tooFastDown],
  ["cuts to the most a replica may have", { ...calm, limit: 800 }, 1100, 1000, guardVerdicts.aboveMaximum],
  ["raises to the least a replica may have", { ...calm, limit: 60 }, 40, 50, guardVerdicts.belowMinimum],
  ["holds on NaN", calm, Number.NaN, 400, guardVerdicts.notANumber],
  ["holds when readings are missing", { ...calm, cpu: Number.NaN }, 700, 400, guardVerdicts.missing],
  ["holds when readings are stale", { ...calm, ageMs: 60_001 }, 700, 400, guardVerdicts.stale],
  ["starts from the most where the limit is unknown", { ...calm, limit: Number.NaN }, 700, 700, 0],
  ["rounds a wish that is not whole", calm, 500.4, 500, 0],
])("the guard of CPU limits %s", (_, situation: Situation, wanted, applied, verdict) => {
  expect(guarded(situation, wanted)).toEqual({ applied, verdict });
  expect(explainCpuVerdict(verdict)).toHaveLength(verdict === 0 ? 0 : 1);
});

test("whatever is wanted and read, the applied limit is whole and inside its bounds, and passes a second time", () => {
  const anyNumber = fc.oneof(fc.double(), fc.integer({ min: -5, max: 5000 }), fc.constant(Number.NaN));
  const anySituation = fc.record({
    upFactor: fc.double({ min: 1, max: 5, noNaN: true }),
    downShare: fc.double({ min: 0, max: 0.99, noNaN: true }),
    min: fc.integer({ min: 1, max: 2000 }),
    max: fc.integer({ min: 2000, max: 4000 }),
    limit: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.constant(Number.NaN)),
    cpu: fc.oneof(fc.double({ min: 0, max: 2 }), fc.constant(Number.NaN)),
    ageMs: fc.oneof(fc.double({ min: 0, max: 1e6 }), fc.constant(Number.NaN)),
  });
  fc.assert(
    fc.property(anySituation, anyNumber, (situation, wanted) => {
      const { applied } = guarded(situation, wanted);
      expect(Number.isInteger(applied)).toBe(true);
      expect(applied).toBeGreaterThanOrEqual(situation.min);
      expect(applied).toBeLessThanOrEqual(situation.max);
      expect(guarded(situation, applied).applied).toBe(applied);
    }),
  );
});

test("a topology allows limits from a tenth of the declared one to the cores its replicas have threads for", () => {
  const { minCpuMilli, maxCpuMilli } = guardBounds(shippedTopology("karma-chained"));
  expect([...minCpuMilli]).toEqual([50, 40, 60, 70]);
  expect([...maxCpuMilli]).toEqual([1000, 1000, 1000, 1000]);
});
