import { expect, test } from "vitest";
import type { Autoscaler } from "../../src/control/loop/autoscaler.ts";
import { createReadings } from "../../src/control/readings/readings.ts";
import { scaled } from "../../src/evaluate/scaled.ts";

const readings = createReadings(3, 1);
const steady: Autoscaler = {
  name: "steady",
  decide: () => [1, 4, 10].map((replicas) => ({ replicas, reasons: ["r"] })),
};

test("sizes are multiplied, rounded, never below one, and the reason says so", () => {
  const decisions = scaled(steady, 0.25).decide(readings);
  expect(decisions.map(({ replicas }) => replicas)).toEqual([1, 1, 3]);
  expect(decisions[0]!.reasons).toEqual(["r", "x 0.25 for equal cost"]);
  expect(
    scaled(steady, 1.5)
      .decide(readings)
      .map(({ replicas }) => replicas),
  ).toEqual([2, 6, 15]);
});

test("CPU limits stay as they are", () => {
  const sized: Autoscaler = { name: "sized", decide: () => [{ replicas: 2, cpuMilli: 300, reasons: [] }] };
  expect(scaled(sized, 2).decide(readings)[0]).toMatchObject({ replicas: 4, cpuMilli: 300 });
});
