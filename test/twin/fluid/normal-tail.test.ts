import { expect, test } from "vitest";
import { normalUpperTail } from "../../../src/twin/fluid/normal-tail.ts";

test.each([
  [0, 0.5],
  [1, 0.158655],
  [1.959964, 0.025],
  [-1.644854, 0.95],
  [3, 0.0013499],
  [5, 2.8665e-7],
])("the share above %d standard deviations is %d", (z, tail) => {
  expect(Math.abs(normalUpperTail(z) - tail)).toBeLessThan(1e-5);
  expect(normalUpperTail(z) / tail).toBeCloseTo(1, 2);
});

test("beyond the table it is nothing or everything", () => {
  expect(normalUpperTail(9)).toBe(0);
  expect(normalUpperTail(-9)).toBe(1);
});
