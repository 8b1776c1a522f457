import { expect, test } from "vitest";
import { slow, slowdown } from "../../../src/twin/fluid/slowed.ts";

const half = { workMs: 5, workScv: 1, limitCores: 0.5 };

test.each([
  [1, 1],
  [0.6, 1],
  [0.5, 1],
  [0.25, 0.5],
  [0.05, 0.1],
])("at speed %d a replica with half a core can use %d of its quota", (speed, share) => {
  expect(slow(half, 0, speed).share).toBeCloseTo(share, 12);
});

test("two threads at half speed are one core", () => {
  const { share, station } = slow({ workMs: 5, workScv: 1, limitCores: 2 }, 0, 0.5);
  expect(share).toBe(0.5);
  expect(station).toEqual({ workMs: 5, workScv: 1, limitCores: 1 });
});

test("a request alone takes 1 / speed as long, and nothing changes without neighbours", () => {
  expect(slowdown(half, slow(half, 0, 0.5), 0)).toBeCloseTo(2, 12);
  expect(slowdown(half, slow(half, 0, 0.25), 0)).toBeCloseTo(4, 12);
  for (const utilisation of [0, 0.4, 0.9]) expect(slowdown(half, slow(half, 0, 1), utilisation)).toBe(1);
});
