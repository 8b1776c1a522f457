import { expect, test } from "vitest";
import { createHistogram, record } from "../../src/core/histogram.ts";
import { ownNoise, poolPlays } from "../../src/evaluate/twin-noise.ts";
import type { Shown } from "../../src/evaluate/twin-part.ts";

const services = ["web"];

const column = (value: number): Float64Array => Float64Array.of(value);

/** One sample of CPU, and latencies that are all the same. */
function shown(cpu: number, latencyMs: number, requests = 100): Shown {
  const latency = createHistogram();
  record(latency, latencyMs, requests);
  const readings = {
    services: 1,
    environments: 1,
    atMs: 1_000,
    ageMs: column(0),
    cpu: column(cpu),
    servedPerS: column(10),
    queued: column(1),
    ready: column(1),
  };
  return { requests, violating: 0, latency, readings: [readings as unknown as Shown["readings"][number]], events: [] };
}

test("plays are pooled: means of figures, quantiles of all latencies", () => {
  const { figures, latency } = poolPlays([shown(0.4, 10, 300), shown(0.6, 100, 100)], services);
  expect(figures.cpu[0]).toBeCloseTo(0.5, 9);
  expect(figures.requests).toBe(200);
  expect(figures.p50Ms).toBeCloseTo(10, 0);
  expect(figures.p95Ms / 100).toBeCloseTo(1, 1);
  expect(latency.counts.reduce((sum, one) => sum + one, 0)).toBe(400);
});

test("own noise is the mean gap between two plays, whatever its sign", () => {
  const noise = ownNoise([shown(0.4, 100), shown(0.5, 100), shown(0.6, 100)], services);
  // Of three pairs two are .1 apart and one .2.
  expect(noise!.cpu).toBeCloseTo(0.4 / 3, 9);
  expect(noise!.distance).toBe(0);
  expect(ownNoise([shown(0.4, 100), shown(0.4, 200)], services)!.distance).toBe(1);
});

test("one play has no noise of its own", () => {
  expect(ownNoise([shown(0.4, 100)], services)).toBeUndefined();
});
