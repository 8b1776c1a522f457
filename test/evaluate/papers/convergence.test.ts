import { expect, test } from "vitest";
import { convergedAfter, type TrainingPoint } from "../../../src/evaluate/papers/convergence.ts";

function points(reward: (iteration: number) => number, count = 40): readonly TrainingPoint[] {
  return Array.from({ length: count }, (_, at) => ({ steps: 100 * (at + 1), reward: reward(at) }));
}

test("a training has converged where the mean of five iterations has made 95 % of its way", () => {
  // Rises by 1 an iteration to 20: the first such mean is 2, the best 20, 95 % of the way 19.1.
  expect(convergedAfter(points((at) => Math.min(20, at)))).toBe(2_300);
});

test("one lucky iteration is no convergence", () => {
  const spiked = points((at) => Math.min(20, at) + (at === 6 ? 15 : 0));
  expect(convergedAfter(spiked)).toBeGreaterThan(1_500);
});

test.each([
  ["too few iterations", points((at) => at, 9)],
  ["a reward that only falls", points((at) => -at)],
  ["a reward that stays", points(() => 1)],
])("of %s nothing can be told", (_, all) => {
  expect(convergedAfter(all)).toBeUndefined();
});
