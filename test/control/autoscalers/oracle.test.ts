import { expect, test } from "vitest";
import { futureRateOf } from "../../../src/control/autoscalers/future-rate.ts";
import { type OracleConfig, createOracle } from "../../../src/control/autoscalers/oracle.ts";
import { chainContext, chainReadings } from "./chain.ts";

const exact: OracleConfig = { horizonS: 60, multiplier: 1 };

/** 100 requests/s, and 900 from 300 to 360 s. */
const surge = futureRateOf({
  ratePerS: Float64Array.from({ length: 60 }, (_, step) => (step >= 30 && step < 36 ? 900 : 100)),
  stepMs: 10_000,
});

/** Sizes of the first service each 15 s; nothing of the surge is in the readings. */
function sizes(config: OracleConfig, periods: number, timeScale = 1): number[] {
  const futureRatePerS = (atMs: number): number => surge(atMs * timeScale);
  const oracle = createOracle(config, { ...chainContext(timeScale), futureRatePerS });
  return Array.from({ length: periods }, (_, period) => {
    const readings = chainReadings((period * 15_000) / timeScale, { entryPerS: 100 });
    return oracle.decide(readings)[0]!.replicas;
  });
}

test("it grows a whole horizon before a surge and shrinks when the surge is over", () => {
  const large = sizes(exact, 30).map((size) => size === 9);
  // 240 s = 300 - 60; the last step with 900 ends at 360 s.
  expect(large.indexOf(true)).toBe(16);
  expect(large.lastIndexOf(true)).toBe(23);
});

test("a time scale divides the horizon", () => {
  expect(sizes(exact, 30, 10)).toEqual(sizes(exact, 30));
});

test("what a request needs is read off the readings, not only declared", () => {
  const oracle = createOracle(exact, { ...chainContext(), futureRatePerS: () => 100 });
  let last = 0;
  for (let period = 0; period < 200; period++) {
    // 4 replicas at half of their CPU for 100 requests/s: twice what is declared.
    last = oracle.decide(chainReadings(period * 15_000, { entryPerS: 100, cpu: 0.5, desired: 4 }))[0]!.replicas;
  }
  expect(last).toBe(2);
});

test("a workload's rate goes on behind its end", () => {
  const rate = futureRateOf({ ratePerS: Float64Array.of(1, 2, 3), stepMs: 100 });
  expect([-5, 0, 99, 100, 299, 300, 9_999].map(rate)).toEqual([1, 1, 1, 2, 3, 3, 3]);
});
