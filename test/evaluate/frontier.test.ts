import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type CostPoint, hullOf, paretoFrontier, costAt, violatingShareAt } from "../../src/evaluate/frontier.ts";

const points = fc.array(
  fc.record({
    cost: fc.integer({ min: 1, max: 40 }),
    violatingShare: fc.integer({ min: 0, max: 20 }).map((share) => share / 100),
  }),
  { minLength: 1, maxLength: 25 },
);

function at(cost: number, violatingShare: number): CostPoint {
  return { cost, violatingShare };
}

/** Equal in both counts as beaten. */
function isWeaklyBeaten(one: CostPoint, by: CostPoint): boolean {
  return by.cost <= one.cost && by.violatingShare <= one.violatingShare;
}

test("the frontier leaves out what is beaten or equalled in both", () => {
  const cheap = at(10, 0.1);
  const good = at(20, 0.01);
  expect(paretoFrontier([at(20, 0.05), good, at(15, 0.1), cheap, at(10, 0.2), at(30, 0.01)])).toEqual([cheap, good]);
});

test("on the frontier nothing beats another, and nothing off it is unbeaten", () => {
  fc.assert(
    fc.property(points, (all) => {
      const frontier = paretoFrontier(all);
      for (const one of frontier) {
        expect(frontier.filter((other) => other !== one && isWeaklyBeaten(one, other))).toEqual([]);
      }
      for (const one of all) expect(frontier.some((other) => isWeaklyBeaten(one, other))).toBe(true);
    }),
  );
});

const frontier = [at(10, 0.1), at(20, 0.001), at(40, 0.0001)];

test.each([
  [10, 0.1],
  [15, 0.01],
  [20, 0.001],
  [30, Math.sqrt(1e-7)],
  [40, 0.0001],
  [99, 0.0001],
])("at a cost of %d the frontier violates %d", (cost, expected) => {
  expect(violatingShareAt(frontier, cost)).toBeCloseTo(expected, 12);
});

test.each([
  [0.5, 10],
  [0.1, 10],
  [0.01, 15],
  [0.001, 20],
  [0.0001, 40],
])("a violating share of %d costs %d", (share, expected) => {
  expect(costAt(frontier, share)).toBeCloseTo(expected, 9);
});

test("nothing is said of what the frontier does not reach", () => {
  expect(violatingShareAt(frontier, 9.99)).toBeNaN();
  expect(costAt(frontier, 0.00009)).toBeNaN();
});

test("a share of none is taken for the floor, on both sides", () => {
  const perfect = [at(10, 0.01), at(20, 0)];
  expect(violatingShareAt(perfect, 15, 1e-4)).toBeCloseTo(1e-3, 12);
  expect(violatingShareAt(perfect, 20, 1e-4)).toBe(1e-4);
  expect(costAt(perfect, 0, 1e-4)).toBe(20);
  expect(costAt(perfect, 1e-3, 1e-4)).toBeCloseTo(15, 9);
});

test("an empty frontier reaches nothing", () => {
  expect(violatingShareAt([], 10)).toBeNaN();
  expect(costAt([], 0.1)).toBeNaN();
});

test("cost at a share and share at a cost undo each other", () => {
  fc.assert(
    fc.property(points, fc.double({ min: 0, max: 1, noNaN: true }), (all, way) => {
      const built = paretoFrontier(all);
      const [first, last] = [built[0]!, built.at(-1)!];
      const cost = first.cost + way * (last.cost - first.cost);
      expect(costAt(built, violatingShareAt(built, cost))).toBeCloseTo(cost, 6);
    }),
  );
});

test("spending more never violates more", () => {
  fc.assert(
    fc.property(points, fc.tuple(fc.nat(45), fc.nat(45)), (all, [one, other]) => {
      const built = paretoFrontier(all);
      const less = violatingShareAt(built, Math.min(one, other));
      const more = violatingShareAt(built, Math.max(one, other));
      if (!Number.isNaN(less)) expect(more).toBeLessThanOrEqual(less + 1e-12);
    }),
  );
});

test("points above the line between others are no part of the hull, and one point more never makes it worse", () => {
  const all = [
    { cost: 1, violatingShare: 0.1 },
    { cost: 2, violatingShare: 0.09 },
    { cost: 3, violatingShare: 0.001 },
    { cost: 4, violatingShare: 0.0009 },
    { cost: 5, violatingShare: 0.0002 },
  ];
  expect(hullOf(all, 1e-6).map(({ cost }) => cost)).toEqual([1, 3, 5]);
  const without = hullOf(all.filter(({ cost }) => cost !== 2));
  expect(violatingShareAt(hullOf(all), 2)).toBeCloseTo(violatingShareAt(without, 2), 12);
  expect(hullOf(all.slice(0, 2))).toHaveLength(2);
  expect(hullOf([])).toEqual([]);
});
