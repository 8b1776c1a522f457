import { expect, test } from "vitest";
import { awaitCalm, declaredMilli, readSizes, setSizes } from "../../src/app/cluster-sizes.ts";
import type { Readings } from "../../src/control/readings/readings.ts";
import { createMemoryClock } from "../control/loop/memory-cluster.ts";
import { createRunningMemoryCluster } from "./running-memory-cluster.ts";

const never = new AbortController().signal;

test("only sizes that differ are asked for, and an unknown one stays", async () => {
  const cluster = createRunningMemoryCluster(createMemoryClock());
  await setSizes(cluster, Float64Array.of(2, 5));
  await setSizes(cluster, Float64Array.of(Number.NaN, 4));
  expect(cluster.scaled).toEqual(["service2=5", "service2=4"]);
  expect([...(await readSizes(cluster)).replicas]).toEqual([2, 4]);
});

test("CPU limits are set where they are given and differ", async () => {
  const cluster = createRunningMemoryCluster(createMemoryClock());
  await setSizes(cluster, Float64Array.of(2, 3), Float64Array.of(500, 300));
  await setSizes(cluster, Float64Array.of(2, 3), Float64Array.of(Number.NaN, 300));
  expect(cluster.scaled).toEqual(["service2=300m"]);
  expect([...(await readSizes(cluster)).cpuMilli]).toEqual([500, 300]);
  cluster.cpuMilli[0] = 500.4;
  await setSizes(cluster, Float64Array.of(2, 3), declaredMilli(cluster.topology));
  // A fraction is no other size.
  expect([...(await readSizes(cluster)).cpuMilli]).toEqual([500.4, 1000]);
});

/** Looks until the cluster is calm, with readings that a test makes. */
async function looks(shown: (look: number, readings: Readings) => void): Promise<number> {
  const cluster = createRunningMemoryCluster(createMemoryClock());
  let count = 0;
  cluster.onObserve = (readings) => {
    readings.queued.fill(0);
    shown(++count, readings);
  };
  await awaitCalm(cluster, 10_000, never);
  return count;
}

test.each([
  { what: "a replica that is not ready", shown: ({ ready }: Readings) => void (ready[0] = 1) },
  { what: "one too many", shown: ({ ready }: Readings) => void (ready[1] = 4) },
  { what: "requests that still wait", shown: ({ queued }: Readings) => void (queued[1] = 7) },
  { what: "readings from before", shown: ({ ageMs }: Readings) => void (ageMs[0] = 60_000) },
  { what: "a service that was never scraped", shown: ({ ageMs }: Readings) => void (ageMs[0] = Number.NaN) },
])("$what is waited for", async ({ shown }) => {
  expect(await looks((look, readings) => (look < 4 ? shown(readings) : undefined))).toBe(4);
});

test.each([
  {
    shown: ({ ready }: Readings) => void (ready[0] = 1),
    says: /after 10 s not all replicas are ready: service1 1 of 2/,
  },
  { shown: ({ queued }: Readings) => void (queued[1] = 7), says: /after 10 s without load requests still wait/ },
])("what never calms down is said: $says", async ({ shown, says }) => {
  await expect(looks((_, readings) => shown(readings))).rejects.toThrow(says);
});
