import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  type CostPoint,
  hullOf,
  paretoFrontier,
  podSecondsAt,
  pointOf,
  violatingShareAt,
} from "../../src/evaluate/frontier.ts";
import { outcomeOf } from "./outcome-of.ts";

const points = fc.array(
  fc.record({
    podSeconds: fc.integer({ min: 1, max: 40 }),
    violatingShare: fc.integer({ min: 0, max: 20 }).map((share) => share / 100),
  }),
  { minLength: 1, maxLength: 25 },
);

function at(podSeconds: number, violatingShare: number): CostPoint {
  return { podSeconds, violatingShare };
}

/** Equal in both counts as beaten. */
function isWeaklyBeaten(one: CostPoint, by: CostPoint): boolean {
  return by.podSeconds <= one.podSeconds && by.violatingShare <= one.violatingShare;
}

test("a point is the mean over seeds", () => {
  expect(pointOf({ spec: "hpa", outcomes: [outcomeOf(10, 0.1), outcomeOf(30, 0.3)] })).toEqual({
    spec: "hpa",
    podSeconds: 20,
    violatingShare: 0.2,
  });
});

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
])("at %d pod-seconds the frontier violates %d", (podSeconds, expected) => {
  expect(violatingShareAt(frontier, podSeconds)).toBeCloseTo(expected, 12);
});

test.each([
  [0.5, 10],
  [0.1, 10],
  [0.01, 15],
  [0.001, 20],
  [0.0001, 40],
])("a violating share of %d costs %d pod-seconds", (share, expected) => {
  expect(podSecondsAt(frontier, share)).toBeCloseTo(expected, 9);
});

test("nothing is said of what the frontier does not reach", () => {
  expect(violatingShareAt(frontier, 9.99)).toBeNaN();
  expect(podSecondsAt(frontier, 0.00009)).toBeNaN();
});

test("a share of none is taken for the floor, on both sides", () => {
  const perfect = [at(10, 0.01), at(20, 0)];
  expect(violatingShareAt(perfect, 15, 1e-4)).toBeCloseTo(1e-3, 12);
  expect(violatingShareAt(perfect, 20, 1e-4)).toBe(1e-4);
  expect(podSecondsAt(perfect, 0, 1e-4)).toBe(20);
  expect(podSecondsAt(perfect, 1e-3, 1e-4)).toBeCloseTo(15, 9);
});

test("an empty frontier reaches nothing", () => {
  expect(violatingShareAt([], 10)).toBeNaN();
  expect(podSecondsAt([], 0.1)).toBeNaN();
});

test("cost at a share and share at a cost undo each other", () => {
  fc.assert(
    fc.property(points, fc.double({ min: 0, max: 1, noNaN: true }), (all, way) => {
      const built = paretoFrontier(all);
      const [first, last] = [built[0]!, built.at(-1)!];
      const podSeconds = first.podSeconds + way * (last.podSeconds - first.podSeconds);
      expect(podSecondsAt(built, violatingShareAt(built, podSeconds))).toBeCloseTo(podSeconds, 6);
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
    { podSeconds: 1, violatingShare: 0.1 },
    { podSeconds: 2, violatingShare: 0.09 },
    { podSeconds: 3, violatingShare: 0.001 },
    { podSeconds: 4, violatingShare: 0.0009 },
    { podSeconds: 5, violatingShare: 0.0002 },
  ];
  expect(hullOf(all, 1e-6).map(({ podSeconds }) => podSeconds)).toEqual([1, 3, 5]);
  const without = hullOf(all.filter(({ podSeconds }) => podSeconds !== 2));
  expect(violatingShareAt(hullOf(all), 2)).toBeCloseTo(violatingShareAt(without, 2), 12);
  expect(hullOf(all.slice(0, 2))).toHaveLength(2);
  expect(hullOf([])).toEqual([]);
});
