import { expect, test } from "vitest";
import { createBackoff } from "../../../src/clusters/local/backoff.ts";

test("the first restart is at once, then the wait doubles from 10 s to 5 min", () => {
  const backoff = createBackoff(1);
  const waits = Array.from({ length: 9 }, () => backoff.nextMs(1_000));
  expect(waits).toEqual([0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
});

test("ten minutes of running make it forget", () => {
  const backoff = createBackoff(1);
  backoff.nextMs(0);
  backoff.nextMs(0);
  expect(backoff.nextMs(599_999)).toBe(20_000);
  expect(backoff.nextMs(600_000)).toBe(0);
  expect(backoff.nextMs(0)).toBe(10_000);
});

test("the time scale divides the waits and the memory alike", () => {
  const backoff = createBackoff(10);
  backoff.nextMs(0);
  expect(backoff.nextMs(0)).toBe(1_000);
  expect(backoff.nextMs(59_999)).toBe(2_000);
  expect(backoff.nextMs(60_000)).toBe(0);
});
