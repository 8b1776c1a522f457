import { describe, expect, test } from "vitest";
import { totalOf } from "../../../src/core/histogram.ts";
import { sumOf } from "../../../src/core/statistics.ts";
import { call, chainedWide, service, topologyOf } from "../fixtures.ts";
import { bareTwin, constant, queueOf } from "./fixtures.ts";

/** So many services of one replica each, every one called by the first request at the same moment. */
function sideBySide(services: number, workMs: number, cpuMilli: number) {
  const names = Array.from({ length: services }, (_, index) => `s${index}`);
  const front = service("front", 0.000_001, [names.map((name) => call(name, 1))], { cpuMilli: 1_000 });
  const leaves = names.map((name) => queueOf(constant(workMs), { name, cpuMilli }));
  return topologyOf([front, ...leaves]);
}

function latencyOfOneMs(services: number, nodeCores: number | undefined, cpuMilli = 1_000): number {
  const options = nodeCores === undefined ? {} : { nodeCores };
  const twin = bareTwin(sideBySide(services, 30, cpuMilli), 0, 1, { startTimesMs: Float64Array.of(1), ...options });
  twin.advanceTo(10_000);
  expect(twin.entry.served).toBe(1);
  return twin.entry.latencyMs;
}

describe("a node that all replicas share", () => {
  test.each([
    [2, 2, 30],
    [3, 2, 45],
    [4, 2, 60],
    [3, 1, 90],
    [3, undefined, 30],
  ])("%d requests of 30 ms at once on %s cores take %d ms", (services, cores, expectedMs) => {
    expect(latencyOfOneMs(services, cores)).toBeCloseTo(expectedMs, 2);
  });

  test("who has used up its budget leaves the cores to others until its next period", () => {
    const alone = latencyOfOneMs(1, undefined, 200);
    // 30 ms of work of 20 ms a period: the rest comes in the next one, whoever else is there.
    expect(latencyOfOneMs(4, 4, 200)).toBeGreaterThanOrEqual(alone);
    expect(latencyOfOneMs(4, 1, 200)).toBeLessThan(4 * alone);
  });

  test("requests that arrived are served, failed, dropped or in flight, and a replica's CPU is what its requests cost", () => {
    const twin = bareTwin(chainedWide, 150, 7, { nodeCores: 2, initialReplicas: Float64Array.of(2, 2, 2, 2) });
    for (let second = 1; second <= 20; second++) {
      twin.advanceTo(second * 1_000);
      if (second === 10) twin.kill(1, 1);
      const { arrived, served, dropped, failed, timedOut } = twin.entry;
      expect(served + dropped + failed + timedOut).toBeLessThanOrEqual(arrived);
      const { node, processors } = twin.world;
      expect(node!.threads).toBe(sumOf(node!.atWork));
      expect(node!.atWork.every((threads, pod) => threads === 0 || processors.all[pod]!.jobs > 0)).toBe(true);
    }
    expect(totalOf(twin.latency)).toBe(twin.entry.served);
    // Two cores cannot have worked for more than their time.
    expect(sumOf(twin.world.processors.usedMs)).toBeLessThanOrEqual(2 * 20_000);
  });

  test("cores enough for all change nothing", () => {
    const [shared, alone] = [100, undefined].map((nodeCores) => {
      const twin = bareTwin(chainedWide, 150, 7, nodeCores === undefined ? {} : { nodeCores });
      twin.advanceTo(20_000);
      return twin.entry;
    });
    expect(shared!.served).toBe(alone!.served);
    expect(shared!.latencyMs).toBeCloseTo(alone!.latencyMs, 4);
  });
});
