import { expect, test } from "vitest";
import type { Service } from "../../../../src/system/topology/topology.ts";
import { createObservationSet, type ObservationSetName } from "../../../../src/team/env/games/observation-sets.ts";
import { calmReadings, chain } from "../../chain.ts";

/** What the first service's agent sees, by name. */
function seenBy(name: ObservationSetName, cpu: readonly number[], memoryMiB = Number.NaN): Record<string, number> {
  const readings = calmReadings(1, 100, 4);
  const set = createObservationSet(name, chain, { observations: new Float32Array(), readings: () => readings }, 3);
  set.begin();
  readings.memoryMiB[0] = memoryMiB;
  for (const share of cpu) {
    readings.cpu[0] = share;
    set.see();
  }
  readings.ready[0] = 3;
  readings.droppedPerS[0] = 5;
  const values = set.of(0);
  return Object.fromEntries(set.features.map((feature, at) => [feature, values[at]!]));
}

const [service] = chain.services;

test("the 12 of the MicroK8s thesis, in [0, 1]: CPU now, mean and largest of the last periods", () => {
  const half = service!.memoryMiB / 2;
  const seen = seenBy("microk8s", [0.9, 0.2, 0.5, 0.8], half);
  expect(Object.keys(seen)).toHaveLength(12);
  expect(seen).toMatchObject({ memory: 0.5, memoryMean: 0.5, memoryMax: 0.5, pending: 0.25 });
  expect(seen["cpu"]).toBeCloseTo(0.8, 6);
  expect(seen["cpuMean"]).toBeCloseTo(0.5, 6);
  expect(seen["cpuMax"]).toBeCloseTo(0.8, 6);
  expect(seen["pods"]).toBeCloseTo(4 / service!.maxReplicas, 6);
  expect(seen["errors"]).toBeCloseTo(0.05, 6);
});

test("KARMA's state of a deployment: pods that are not ready have failed, CPU and memory of all ready ones", () => {
  const seen = seenBy("karma", [0.5], 20);
  expect(seen).toMatchObject({ id: 0, deployed: 3, desired: 4, failed: 1, queued: 1, trafficInPerS: 100 });
  expect(seen["cpuMilli"]).toBeCloseTo(0.5 * 3 * service!.cpuMilli, 3);
  expect(seen["memoryMiB"]).toBe(3 * 20);
});

function withTenthOfCore(one: Service): Service {
  return { ...one, cpuMilli: 100 };
}

test("KARMA's state shows all of the CPU that replicas use under the largest limit", () => {
  const small = { ...chain, services: chain.services.map(withTenthOfCore) };
  const readings = calmReadings(1, 100, 4);
  readings.cpuMilli[0] = 1_000;
  readings.cpu[0] = 0.75;
  readings.ready[0] = service!.maxReplicas;
  const game = { observations: new Float32Array(), readings: () => readings };
  const set = createObservationSet("karma", small, game, 3);
  expect(set.of(0)[set.features.indexOf("cpuMilli")]).toBe(0.75 * 1_000 * service!.maxReplicas);
});

test("what KARMA's roles look at: traffic in and out, its rise over its mean, pods and resources", () => {
  const seen = seenBy("karma-roles", [0.5, 0.5], service!.memoryMiB / 2);
  expect(seen).toMatchObject({ inToOut: 1, rise: 1, ready: 0.75, cpu: 0.5, memory: 0.5, priority: 1 });
  expect(seen["failures"]).toBeCloseTo(0.05, 6);
  expect(Object.keys(seen)).toHaveLength(10);
});

test("what is not known is 0", () => {
  expect(seenBy("microk8s", [Number.NaN])).toMatchObject({ cpu: 0, cpuMean: 0, cpuMax: 0, memory: 0, memoryMean: 0 });
  expect(seenBy("karma", [Number.NaN])).toMatchObject({ cpuMilli: 0, memoryMiB: 0 });
});
