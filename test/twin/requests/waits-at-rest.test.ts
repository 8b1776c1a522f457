import { expect, test } from "vitest";
import { kubernetesTiming, scaleTiming } from "../../../src/control/loop/timing.ts";
import { createRng } from "../../../src/core/rng.ts";
import { meanOf } from "../../../src/core/statistics.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { createRequestTwin } from "../../../src/twin/requests/create-request-twin.ts";
import { service, topologyOf } from "../fixtures.ts";

const timing = scaleTiming(kubernetesTiming, 10);
const LENGTH_MS = 120_000;

/** What a service shows under this limit, at six tenths of what it can serve. */
function shown(cpuMilli: number, hidesWaitsAtRest: boolean) {
  const topology = topologyOf([service("a", 20, [], { cpuMilli, concurrency: 64 })]);
  const twin = createRequestTwin(topology, declaredCalibration(topology, timing), {
    rng: createRng(3),
    ratePerS: Float64Array.of((0.6 * cpuMilli) / 20),
    stepMs: LENGTH_MS,
    initialReplicas: Float64Array.of(1),
    hidesWaitsAtRest,
  });
  const waits: number[] = [];
  const latencies: number[] = [];
  for (let atMs = 10_000; atMs <= LENGTH_MS; atMs += timing.windowMs) {
    twin.advanceTo(atMs);
    const { waitMs, entryLatencyMs } = twin.observe();
    waits.push(waitMs[0]!);
    latencies.push(entryLatencyMs[0]!);
  }
  return { waitMs: meanOf(waits), latencyMs: meanOf(latencies), entry: { ...twin.entry } };
}

test("readings that hide waits at rest show that much less of both waits and latencies, and users meet the same", () => {
  const [all, some] = [shown(500, false), shown(500, true)];
  expect(some.entry).toEqual(all.entry);
  const hiddenMs = all.waitMs - some.waitMs;
  expect(hiddenMs).toBeGreaterThan(0.5);
  expect(hiddenMs).toBeLessThan(all.waitMs / 2);
  expect(Math.abs(all.latencyMs - some.latencyMs - hiddenMs)).toBeLessThan(0.3);
});

test("a process that never stands still hides nothing", () => {
  expect(shown(1_000, true)).toEqual(shown(1_000, false));
});
