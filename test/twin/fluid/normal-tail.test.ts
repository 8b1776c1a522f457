import { expect, test } from "vitest";
import { lognormalUpperTail, normalUpperTail } from "../../../src/twin/fluid/normal-tail.ts";

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

test("a lognormal without variance is a step, and its median splits it in half", () => {
  expect(lognormalUpperTail(10, 0, 9.9)).toBe(1);
  expect(lognormalUpperTail(10, 0, 10.1)).toBe(0);
  expect(lognormalUpperTail(10, 100, 10 / Math.sqrt(2))).toBeCloseTo(0.5, 5);
});
