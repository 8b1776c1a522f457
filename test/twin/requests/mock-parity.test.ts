import { describe, expect, test } from "vitest";
import { bucketOf, createHistogram, quantileOf, record, totalOf } from "../../../src/core/histogram.ts";
import { createRng } from "../../../src/core/rng.ts";
import { drawArrivalTimesMs } from "../../../src/system/workload/arrival-times.ts";
import { bareTwin, exponential, singleQueue } from "./fixtures.ts";
import { runMockScheduler } from "./mock-scheduler.ts";

type Point = {
  readonly limitMilli: number;
  readonly rho: number;
  readonly workMs: number;
  readonly concurrency: number;
};

const SEEDS = 12;
const LENGTH_MS = 60_000;

/** The same schedules and demands for the twin and for the mock's own scheduler, over many quota phases. */
function replay({ limitMilli, rho, workMs, concurrency }: Point) {
  const [twins, mocks] = [createHistogram(), createHistogram()];
  const refused = { twin: 0, mock: 0 };
  const limits = { cpuMilli: limitMilli, concurrency, queueLimit: 60 };
  for (let seed = 0; seed < SEEDS; seed++) {
    const rng = createRng(seed);
    const ratePerS = (rho * limitMilli) / workMs;
    const steps = Float64Array.from({ length: LENGTH_MS / 1_000 }, () => ratePerS);
    const startTimesMs = drawArrivalTimesMs({ ratePerS: steps, stepMs: 1_000, faults: [] }, "poisson", rng);
    const entryWorkMs = startTimesMs.map(() => workMs * rng.exponential());
    const twin = bareTwin(singleQueue(exponential(workMs), limits), 0, seed, { startTimesMs, entryWorkMs });
    twin.advanceTo(10 * LENGTH_MS);
    for (const [bucket, count] of twin.latency.counts.entries()) twins.counts[bucket]! += count;
    refused.twin += twin.entry.dropped;
    const phaseMs = (100 * seed) / SEEDS;
    const run = { limitCores: limitMilli / 1_000, ...limits, startTimesMs, workMs: entryWorkMs, phaseMs };
    const mock = runMockScheduler(run);
    for (const ms of mock.latenciesMs) record(mocks, ms);
    refused.mock += mock.refused;
  }
  return { twins, mocks, refused };
}

function kolmogorovSmirnov(a: Float64Array, b: Float64Array, totalA: number, totalB: number): number {
  let [sumA, sumB, most] = [0, 0, 0];
  // Below a slice the mock's latencies are lumpy; nothing hangs on them.
  for (let bucket = 0; bucket < a.length; bucket++) {
    sumA += a[bucket]! / totalA;
    sumB += b[bucket]! / totalB;
    if (bucket > bucketOf(1)) most = Math.max(most, Math.abs(sumA - sumB));
  }
  return most;
}

describe.each<Point>([
  { limitMilli: 1_000, rho: 0.7, workMs: 20, concurrency: 1_000 },
  { limitMilli: 1_000, rho: 0.8, workMs: 20, concurrency: 4 },
  { limitMilli: 500, rho: 0.3, workMs: 20, concurrency: 1_000 },
  { limitMilli: 500, rho: 0.5, workMs: 20, concurrency: 1_000 },
  { limitMilli: 500, rho: 0.7, workMs: 20, concurrency: 1_000 },
  { limitMilli: 500, rho: 0.85, workMs: 20, concurrency: 8 },
  { limitMilli: 500, rho: 0.7, workMs: 5, concurrency: 32 },
  { limitMilli: 200, rho: 0.7, workMs: 5, concurrency: 32 },
])("against the mock's own scheduler: $limitMilli m, load $rho, work $workMs ms, $concurrency at once", (point) => {
  const { twins, mocks, refused } = replay(point);

  test.each([0.5, 0.95, 0.99])("the %s quantile is within 6 %, or half a millisecond", (q) => {
    const [twin, mock] = [quantileOf(twins, q), quantileOf(mocks, q)];
    expect(Math.abs(twin - mock), `twin ${twin}, mock ${mock}`).toBeLessThan(Math.max(0.06 * mock, 0.5));
  });

  test("the distributions of latency are no further apart than .02, or .04 where work is a few slices only", () => {
    const distance = kolmogorovSmirnov(twins.counts, mocks.counts, totalOf(twins), totalOf(mocks));
    expect(distance).toBeLessThan(point.workMs < 20 ? 0.04 : 0.02);
  });

  test("as many are refused, to one in a thousand of all", () => {
    expect(Math.abs(refused.twin - refused.mock)).toBeLessThan(0.001 * totalOf(mocks));
  });
});
