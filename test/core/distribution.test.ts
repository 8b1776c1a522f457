import { expect, test } from "vitest";
import { type Distribution, sample, scaleDistribution, squaredCv } from "../../src/core/distribution.ts";
import { createRng } from "../../src/core/rng.ts";

const distributions: readonly Distribution[] = [
  { kind: "constant", mean: 7 },
  { kind: "exponential", mean: 7 },
  { kind: "lognormal", mean: 7, cv: 0.5 },
  { kind: "normal", mean: 25, sd: 4, min: 8, max: 60 },
];

test.each(distributions)(
  "samples of $kind have the declared mean and spread, and scale with a factor",
  (distribution) => {
    const rng = createRng("samples");
    const values = Array.from({ length: 40_000 }, () => sample(distribution, rng));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean / distribution.mean).toBeCloseTo(1, 1);
    expect(variance / mean ** 2).toBeCloseTo(squaredCv(distribution), 1);
    const scaled = scaleDistribution(distribution, 0.5);
    expect(sample(scaled, createRng(3))).toBeCloseTo(sample(distribution, createRng(3)) / 2, 10);
  },
);

test("a clipped normal never leaves its bounds", () => {
  const rng = createRng(1);
  const narrow: Distribution = { kind: "normal", mean: 25, sd: 100, min: 8, max: 60 };
  for (let i = 0; i < 1_000; i++) {
    const value = sample(narrow, rng);
    expect(value).toBeGreaterThanOrEqual(8);
    expect(value).toBeLessThanOrEqual(60);
  }
});
