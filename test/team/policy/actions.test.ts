import { assert, double, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { explainAction, preferredAction, replicasWanted, scalingActions } from "../../../src/team/policy/actions.ts";

const basis = { size: 7, need: 4, recentNeed: 6 };

test("there are fifteen actions, and the untrained policy prefers 1.25 x the need", () => {
  expect(scalingActions).toHaveLength(15);
  expect(replicasWanted(preferredAction, basis)).toBe(5);
});

test.each([
  { action: 0, replicas: 7, says: "keep 7 replicas" },
  { action: 1, replicas: 4, says: "1 x the feed-forward need, 4.00 pods" },
  { action: 2, replicas: 5, says: "1.08 x the feed-forward need, 4.00 pods" },
  { action: 8, replicas: 12, says: "3 x the feed-forward need, 4.00 pods" },
  { action: 9, replicas: 6, says: "0.9 x the largest feed-forward need of the last 5 min, 6.00 pods" },
  { action: 14, replicas: 9, says: "1.4 x the largest feed-forward need of the last 5 min, 6.00 pods" },
])("action $action asks for $replicas replicas: $says", ({ action, replicas, says }) => {
  expect(replicasWanted(action, basis)).toBe(replicas);
  expect(explainAction(action, basis)).toBe(says);
});

/** Of seven replicas, for once this need. */
function sizeAt(need: number): number {
  return replicasWanted(1, { size: 7, need, recentNeed: need });
}

test("a replica is given up when half of another one would be idle too, not before", () => {
  expect([6.9, 6, 5.6, 5.51].map(sizeAt)).toEqual([7, 7, 7, 7]);
  expect([5.49, 5, 4.2, 1].map(sizeAt)).toEqual([6, 5, 5, 1]);
  expect([7.01, 12].map(sizeAt)).toEqual([8, 12]);
  expect(explainAction(1, { size: 7, need: 5.6, recentNeed: 6 })).toBe(
    "1 x the feed-forward need, 5.60 pods: too little below 7 replicas to give one up",
  );
});

test("an unknown need asks for nothing, so that the guard holds", () => {
  const unknown = { size: 3, need: Number.NaN, recentNeed: Number.NaN };
  expect(replicasWanted(4, unknown)).toBeNaN();
  expect(replicasWanted(0, unknown)).toBe(3);
});

test("what is asked for is whole and covers its multiple", () => {
  const positive = double({ min: 0.02, max: 200, noNaN: true });
  assert(
    property(integer({ min: 1, max: 14 }), positive, positive, (action, need, recentNeed) => {
      const { of, factor } = scalingActions[action]!;
      const replicas = replicasWanted(action, { size: 1, need, recentNeed });
      expect(Number.isInteger(replicas)).toBe(true);
      expect(replicas).toBeGreaterThanOrEqual(factor * (of === "need" ? need : recentNeed) - 1e-5);
    }),
  );
});
