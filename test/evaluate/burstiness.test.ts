import { expect, test } from "vitest";
import { growthOf, trafficClassOf } from "../../src/evaluate/burstiness.ts";

function growth(ratePerS: readonly number[], timeScale = 1): number {
  return growthOf([{ ratePerS: Float64Array.from(ratePerS), stepMs: 1_000 / timeScale, faults: [] }], timeScale);
}
const steps = (count: number, rate: (step: number) => number): number[] =>
  Array.from({ length: count }, (_, step) => rate(step));
/** An hour at 100 requests/s that jumps at half time, for so long. */
const jump = (factor: number, lastsS: number): number[] =>
  steps(3_600, (s) => (s >= 1_800 && s < 1_800 + lastsS ? 100 * factor : 100));

test("steady traffic does not grow, and a jump that lasts grows by its factor", () => {
  expect(growth(steps(3_600, () => 100))).toBeCloseTo(1, 9);
  expect(growth(jump(3, 600))).toBeGreaterThan(2.5);
  expect(growth(jump(3, 600), 10)).toBeCloseTo(growth(jump(3, 600)), 1);
});

test("a slow rise, a fall and one odd minute are calm; a crowd is bursty", () => {
  expect(trafficClassOf(growth(steps(3_600, (s) => 100 + s / 10)))).toBe("calm");
  expect(trafficClassOf(growth(steps(3_600, (s) => (s < 1_800 ? 300 : 100))))).toBe("calm");
  expect(trafficClassOf(growth(jump(2.2, 60)))).toBe("calm");
  expect(trafficClassOf(growth(jump(3, 300)))).toBe("bursty");
});

test("what is too short to have a growth has none", () => {
  expect(growth(steps(200, (s) => s))).toBe(1);
});
