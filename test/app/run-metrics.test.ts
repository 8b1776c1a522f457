import { expect, test } from "vitest";
import { lineOf } from "../../src/app/run-metrics.ts";

const metrics = {
  iteration: 3,
  steps: 30_720,
  reward: -0.4567,
  totals: { requests: 2_000, violating: 25, pods: 900, steps: 100 },
  policyLoss: -0.00123,
  valueLoss: 0.4321,
  entropy: 2.345,
  approximateKl: 0.01234,
  clippedShare: 0.1,
  firstRatioError: 0,
  actorGradientNorm: 0.1,
  criticGradientNorm: 0.2,
  explainedVariance: 0.8,
  learningRate: 0.003,
};

test("the line of a training shows reward, violations, cost, losses, KL, entropy and speed", () => {
  expect(lineOf(metrics, 8_123.4)).toBe(
    "reward -0.457, violating 1.25 %, 9.0 pods, losses -0.0012 0.432, KL 0.0123, entropy 2.35, 8123 steps/s",
  );
});

test("a game that counts no requests is shown without them", () => {
  expect(lineOf({ ...metrics, totals: { returns: 7 } }, 1)).toBe(
    "reward -0.457, losses -0.0012 0.432, KL 0.0123, entropy 2.35, 1 steps/s",
  );
});
