import { expect, test } from "vitest";
import { quickLog } from "../../../src/twin/fluid/quick-log.ts";

test("it is the logarithm to ten digits, over all orders of magnitude", () => {
  for (let x = 1e-30; x < 1e30; x *= 1.0137) expect(Math.abs(quickLog(x) - Math.log(x))).toBeLessThan(1e-10);
  expect(quickLog(1)).toBeCloseTo(0, 10);
});
