import { expect, test } from "vitest";
import { barsAt, missesOf } from "../../src/evaluate/twin-bars.ts";
import type { PartGap } from "../../src/evaluate/twin-part.ts";

const none: PartGap = {
  requests: 0,
  cpu: 0,
  throughput: 0,
  inside: 0,
  p50: 0,
  p95: 0,
  p99: 0,
  distance: 0,
  ready: 0,
};

test("latencies are held to 6 % up to .7 and to 10 % above", () => {
  expect(barsAt(0.7, undefined)).toEqual({ cpu: 0.02, throughput: 0.02, p50: 0.06, p95: 0.06, distance: 0.05 });
  expect(barsAt(0.85, undefined)).toMatchObject({ p50: 0.1, p95: 0.1 });
});

test("a cluster that is far from itself widens its bars to one and a half times as far, and narrows none", () => {
  const bars = barsAt(0.5, { ...none, p95: 0.2, distance: 0.01 });
  expect(bars.p95).toBeCloseTo(0.3, 9);
  expect(bars).toMatchObject({ p50: 0.06, distance: 0.05, cpu: 0.02 });
});

test("what lies beyond its bar is named, to either side, and so is what could not be measured", () => {
  const bars = barsAt(0.5, undefined);
  expect(missesOf(none, bars)).toEqual([]);
  expect(missesOf({ ...none, p95: -0.07, cpu: 0.03, p99: 9 }, bars)).toEqual(["cpu", "p95"]);
  expect(missesOf({ ...none, throughput: Number.NaN }, bars)).toEqual(["throughput"]);
});
