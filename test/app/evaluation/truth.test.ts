import { expect, test } from "vitest";
import { drawTruth } from "../../../src/app/evaluation/truth.ts";

test("a numbered system is the same in every play, and another number is another system", () => {
  const truth = { startup: 1.8, capacity: 0.25, system: 3 };
  const one = drawTruth(truth, 4, "monday evaluate 1");
  expect(drawTruth(truth, 4, "tuesday tune 7")).toEqual(one);
  expect(drawTruth({ ...truth, system: 4 }, 4, "monday evaluate 1")).not.toEqual(one);
  expect(one.startupFactor).toBe(1.8);
  for (const factor of one.capacityFactor) expect(Math.abs(factor - 1)).toBeLessThanOrEqual(0.25);
});

test("without a number every play has a system of its own", () => {
  const [first, second] = ["monday evaluate 1", "monday evaluate 2"].map((play) =>
    drawTruth({ capacity: 0.25 }, 4, play),
  );
  expect(first!.startupFactor).toBe(1);
  expect(second!.capacityFactor).not.toEqual(first!.capacityFactor);
});
