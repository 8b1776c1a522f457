import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createGuard } from "../../../src/control/guard/apply.ts";
import { explainVerdict } from "../../../src/control/guard/explain.ts";
import { guardVerdicts } from "../../../src/control/guard/guard.ts";
import type { GuardRules } from "../../../src/control/guard/guard.ts";
import { defaultGuardRules, guardRulesFor } from "../../../src/control/guard/rules.ts";
import { createReadings } from "../../../src/control/readings/readings.ts";

type Situation = {
  readonly rules: GuardRules;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly cpu: number;
  readonly ageMs: number;
};

const calm: Situation = { rules: defaultGuardRules, min: 1, max: 24, desired: 8, cpu: 0.5, ageMs: 5000 };

function guarded(situation: Situation, wanted: number): { applied: number; verdict: number } {
  const readings = createReadings(1, 1);
  readings.desired[0] = situation.desired;
  readings.cpu[0] = situation.cpu;
  readings.ageMs[0] = situation.ageMs;
  const applied = new Float64Array(1);
  const verdicts = new Uint8Array(1);
  const bounds = { minReplicas: Float64Array.of(situation.min), maxReplicas: Float64Array.of(situation.max) };
  createGuard(situation.rules, bounds, 1, 1)(readings, Float64Array.of(wanted), applied, verdicts);
  return { applied: applied[0]!, verdict: verdicts[0]! };
}

test.each([
  ["passes a wish inside the rates", calm, 12, 12, 0],
  ["cuts growth to twice the size", calm, 20, 16, guardVerdicts.tooFastUp],
  ["lets a small service grow by four", { ...calm, desired: 1 }, 9, 5, guardVerdicts.tooFastUp],
  ["cuts shrinking to half", calm, 1, 4, guardVerdicts.tooFastDown],
  ["always lets one replica go", { ...calm, desired: 3, rules: { ...defaultGuardRules, downShare: 0.1 } }, 2, 2, 0],
  [
    "keeps every replica at a down share of 0",
    { ...calm, rules: { ...defaultGuardRules, downShare: 0 } },
    2,
    8,
    guardVerdicts.tooFastDown,
  ],
  ["cuts to the maximum", { ...calm, max: 10 }, 14, 10, guardVerdicts.aboveMaximum],
  ["raises to the minimum", { ...calm, min: 6 }, 4, 6, guardVerdicts.belowMinimum],
  ["holds on NaN", calm, Number.NaN, 8, guardVerdicts.notANumber],
  ["holds when readings are missing", { ...calm, cpu: Number.NaN }, 12, 8, guardVerdicts.missing],
  ["holds when a service was never sampled", { ...calm, ageMs: Number.NaN }, 12, 8, guardVerdicts.missing],
  ["holds when readings are stale", { ...calm, ageMs: 60_001 }, 12, 8, guardVerdicts.stale],
  ["acts on readings just young enough", { ...calm, ageMs: 60_000 }, 12, 12, 0],
  ["brings even a held size inside its bounds", { ...calm, desired: 30, ageMs: 1e6 }, 12, 24, 4 | 8],
  ["lets bounds outrank rates", { ...calm, desired: 30, max: 5 }, 5, 5, guardVerdicts.tooFastDown | 8],
  ["starts from the minimum where the size is unknown", { ...calm, desired: Number.NaN, min: 2 }, 3, 3, 0],
  ["rounds a wish that is not whole", calm, 9.4, 9, 0],
])("the guard %s", (_, situation: Situation, wanted, applied, verdict) => {
  expect(guarded(situation, wanted)).toEqual({ applied, verdict });
});

const anyNumber = fc.oneof(fc.double(), fc.integer({ min: -5, max: 60 }), fc.constant(Number.NaN));
const anySituation = fc
  .record({
    rules: fc.record({
      upFactor: fc.double({ min: 1, max: 5, noNaN: true }),
      upPods: fc.integer({ min: 0, max: 10 }),
      downShare: fc.double({ min: 0, max: 1, noNaN: true }),
      cpuUpFactor: fc.constant(2),
      cpuDownShare: fc.constant(0.5),
      staleAfterMs: fc.integer({ min: 1, max: 100_000 }),
    }),
    bounds: fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 })),
    desired: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant(Number.NaN)),
    cpu: fc.oneof(fc.double({ min: 0, max: 2 }), fc.constant(Number.NaN)),
    ageMs: fc.oneof(fc.double({ min: 0, max: 1e6 }), fc.constant(Number.NaN)),
  })
  .map(({ rules, bounds, desired, cpu, ageMs }): Situation => {
    return { rules, min: Math.min(...bounds), max: Math.max(...bounds), desired, cpu, ageMs };
  });

test("whatever is wanted and read, the applied size is whole and inside its bounds", () => {
  fc.assert(
    fc.property(anySituation, anyNumber, (situation, wanted) => {
      const { applied } = guarded(situation, wanted);
      expect(Number.isInteger(applied)).toBe(true);
      expect(applied).toBeGreaterThanOrEqual(situation.min);
      expect(applied).toBeLessThanOrEqual(situation.max);
    }),
  );
});

test("what the guard let through passes a second time unchanged", () => {
  fc.assert(
    fc.property(anySituation, anyNumber, (situation, wanted) => {
      const { applied } = guarded(situation, wanted);
      expect(guarded(situation, applied).applied).toBe(applied);
    }),
  );
});

test("wanting more never applies less", () => {
  fc.assert(
    fc.property(anySituation, fc.double({ noNaN: true }), fc.double({ noNaN: true }), (situation, a, b) => {
      const fewer = guarded(situation, Math.min(a, b)).applied;
      expect(guarded(situation, Math.max(a, b)).applied).toBeGreaterThanOrEqual(fewer);
    }),
  );
});

test("a verdict is empty exactly when the rounded wish is applied", () => {
  fc.assert(
    fc.property(anySituation, anyNumber, (situation, wanted) => {
      const { applied, verdict } = guarded(situation, wanted);
      if (verdict === 0) expect(applied).toBe(Math.round(wanted) + 0);
      else expect(explainVerdict(verdict).length).toBeGreaterThan(0);
    }),
  );
});

test("cells are guarded each with its own readings and the bounds of its service", () => {
  const readings = createReadings(2, 2);
  readings.desired.set([4, 4, 4, 4]);
  readings.cpu.set([0.5, Number.NaN, 0.5, 0.5]);
  readings.ageMs.set([0, 0, 0, 1e9]);
  const applied = new Float64Array(4);
  const verdicts = new Uint8Array(4);
  const bounds = { minReplicas: Float64Array.of(1, 5), maxReplicas: Float64Array.of(6, 24) };
  const guard = createGuard(defaultGuardRules, bounds, 2, 2);
  guard(readings, Float64Array.of(7, 7, 7, 7), applied, verdicts);
  expect([...applied]).toEqual([6, 4, 7, 5]);
  expect([...verdicts]).toEqual([8, 2, 0, 4 | 16]);
});

test("bounds of the wrong length are a bug", () => {
  const bounds = { minReplicas: Float64Array.of(1), maxReplicas: Float64Array.of(1, 2) };
  expect(() => createGuard(defaultGuardRules, bounds, 2, 1)).toThrow("expected 2");
});

test("the time scale divides the age at which readings are stale", () => {
  expect(guardRulesFor({ timeScale: 10 })).toEqual({ ...defaultGuardRules, staleAfterMs: 6000 });
});

test("a verdict reads as one sentence per rule", () => {
  expect(explainVerdict(0)).toEqual([]);
  expect(explainVerdict(guardVerdicts.stale | guardVerdicts.belowMinimum)).toEqual([
    "readings are stale: size held",
    "raised to the minimum replicas",
  ]);
});
