import { describe, expect, test } from "vitest";
import { meanOf } from "../../src/core/statistics.ts";
import { sdOf } from "../../src/twin/calibrate/estimate.ts";
import { meanSojournMs, sojournVariance } from "../../src/twin/fluid/sojourn.ts";
import { quantile, simulateQuotaQueue } from "./quota-queue.ts";

/**
 * Mock services with exponential work of 5 ms under a kernel quota, as measured: 12 s runs of one schedule, at the CPU
 * that was measured. p95 of other schedules of that length varies by a factor of 2 and more, so the mocks are held to
 * the range over schedules, and the twin to the mean over them.
 */
const measured = [
  { limitCores: 0.5, utilisation: 0.708, p50Ms: 6.4, p95Ms: 49, p99Ms: 115 },
  { limitCores: 0.5, utilisation: 0.849, p50Ms: 9.2, p95Ms: 88, p99Ms: 181 },
  { limitCores: 0.2, utilisation: 0.672, p50Ms: 6.6, p95Ms: 85, p99Ms: 214 },
  { limitCores: 1, utilisation: 0.684, p50Ms: 7.6, p95Ms: 44, p99Ms: 73 },
];

describe.each(measured)("a replica of $limitCores cores at utilisation $utilisation", (point) => {
  const station = { workMs: 5, workScv: 1, limitCores: point.limitCores };
  const meanMs = meanSojournMs(station, point.utilisation);
  const variance = sojournVariance(station, point.utilisation);
  const runs = Array.from({ length: 100 }, (_, seed) =>
    simulateQuotaQueue({ ...point, workMs: 5, lengthMs: 12_000, seed }).map(({ sojournMs }) => sojournMs),
  );

  test("the event-by-event simulation of such runs covers what the mocks were measured at", () => {
    const p95 = runs.map((run) => quantile(run, 0.95));
    expect(quantile(p95, 0)).toBeLessThan(point.p95Ms);
    expect(quantile(p95, 0.9)).toBeGreaterThan(point.p95Ms);
    const p50 = quantile(
      runs.map((run) => quantile(run, 0.5)),
      0.5,
    );
    expect(Math.abs(p50 / point.p50Ms - 1)).toBeLessThan(0.15);
  });

  test("mean and standard deviation are within 12 % and 20 % of the simulation over many runs", () => {
    const long = Array.from({ length: 20 }, (_, seed) =>
      simulateQuotaQueue({ ...point, workMs: 5, lengthMs: 60_000, seed: 1_000 + seed }),
    )
      .flat()
      .map(({ sojournMs }) => sojournMs);
    expect(Math.abs(meanMs / meanOf(long) - 1)).toBeLessThan(0.12);
    expect(Math.abs(Math.sqrt(variance) / sdOf(long) - 1)).toBeLessThan(0.2);
  });
});
