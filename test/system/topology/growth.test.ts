import { assert, constantFrom, double, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { bottleneckRatePerS } from "../../../src/system/topology/bottleneck.ts";
import { growthTable } from "../../../src/system/topology/growth.ts";
import { parseTopology } from "../../../src/system/topology/parse.ts";
import { capacityPerS } from "../../../src/system/topology/topology.ts";
import { topologyOf } from "./fixtures.ts";

const plain = { cpu: 500, computation_throughput: 100 };

test.each([
  ["linear", { curve: "linear", factor: 3 }, [1, 1.5, 2, 2.5, 3]],
  ["non-linear, by default with the square", { curve: "non-linear", factor: 5 }, [1, 1.25, 2, 3.25, 5]],
  ["non-linear, bent the other way", { curve: "non-linear", factor: 3, exponent: 0.5 }, [1, 2, 2.41421, 2.73205, 3]],
] as const)("a curve is a table with a row for each number of requests in work: %s", (_title, raw, table) => {
  expect(growthTable(raw, 5)).toEqual(table);
});

test("a table begins with 1, never falls, and ends with the factor; of one slot it is 1", () => {
  const growth = record({
    curve: constantFrom("linear" as const, "non-linear" as const),
    factor: double({ min: 1, max: 100, noNaN: true }),
    exponent: double({ min: 0.1, max: 10, noNaN: true }),
  });
  assert(
    property(growth, integer({ min: 2, max: 1_024 }), (raw, concurrency) => {
      const table = growthTable(raw, concurrency);
      expect(table).toHaveLength(concurrency);
      expect(table[0]).toBe(1);
      expect(table.at(-1)).toBeCloseTo(raw.factor, 3);
      expect(table.every((one, index) => index === 0 || one >= table[index - 1]!)).toBe(true);
    }),
    { numRuns: 50 },
  );
  expect(growthTable({ curve: "linear", factor: 9 }, 1)).toEqual([1]);
});

test("what a service can serve for good is what a full replica serves", () => {
  const work_growth = { curve: "linear", factor: 4 };
  const topology = topologyOf({ services: { a: { ...plain, work_growth, concurrency: 8, max_replicas: 3 } } });
  expect(topology.services[0]!.workGrowth).toEqual(growthTable({ curve: "linear", factor: 4 }, 8));
  expect(capacityPerS(topology.services[0]!)).toBe(25);
  expect(topology.services[0]!.queueLimit).toBe(50);
  expect(bottleneckRatePerS(topology)).toBe(75);
  expect(topologyOf({ services: { a: plain } }).services[0]).not.toHaveProperty("workGrowth");
});

test.each([
  [
    { work_growth: { curve: "linear", factor: 2, exponent: 2 } },
    ['services.a.work_growth.exponent: expected no exponent with the curve "linear", found 2'],
  ],
  [
    { work_growth: { curve: "cubic", factor: 0.5 } },
    [
      'services.a.work_growth.curve: expected one of "linear", "non-linear", found "cubic"',
      "services.a.work_growth.factor: expected a number in [1, 100], found 0.5",
    ],
  ],
  [
    { work_growth: { curve: "linear" } },
    ["services.a.work_growth.factor: expected a number in [1, 100], found nothing"],
  ],
  [
    { concurrency: 2_000, work_growth: { curve: "linear", factor: 2 } },
    ["services.a.concurrency: expected a concurrency of at most 1024 where work grows, found 2000"],
  ],
])("growth that makes no sense is refused: %j", (fields, expected) => {
  const decoded = parseTopology(JSON.stringify({ services: { a: { ...plain, ...fields } } }), "t.json");
  const problems = decoded.ok ? [] : decoded.problems.map(({ path, message }) => `${path}: ${message}`);
  expect(problems).toEqual(expected);
});
