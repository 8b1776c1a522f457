import { describe, expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import type { MemoryUse, Topology } from "../../../src/system/topology/topology.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { createRequestTwin } from "../../../src/twin/requests/create-request-twin.ts";
import { declared, episode, service, topologyOf } from "../fixtures.ts";

function topologyWith(memory: Partial<MemoryUse>, memoryMiB = 400): Topology {
  const use = { baseMiB: 100, perRequestMiB: 0, retainedMiB: 0, ...memory };
  const startupMs = { kind: "constant", mean: 20_000 } as const;
  return topologyOf([service("a", 20, [], { cpuMilli: 1_000, memoryMiB, memory: use, startupMs })]);
}

function fluidOf(topology: Topology, ratePerS: readonly number[], replicas: number, seed = 1) {
  const log: string[] = [];
  const twin = createFluidTwin(topology, declared(topology), {
    environments: 1,
    tickMs: 1_000,
    onPod: (_environment, _service, kind, pod) => void log.push(`${kind} ${pod}`),
  });
  twin.reset(0, episode(ratePerS, [replicas], { rng: createRng(seed) }));
  return { twin, log };
}

describe("memory", () => {
  test("is not known where nobody looks", () => {
    const { twin } = fluidOf(topologyOf([service("a", 5)]), [10], 1);
    twin.advance(60);
    expect(twin.observe().memoryMiB[0]).toBeNaN();
  });

  test("in the mean is that of single requests: base, requests in work, what was left behind", () => {
    const topology = topologyWith({ perRequestMiB: 10, retainedMiB: 0.01 }, 4_000);
    const { twin } = fluidOf(topology, [60], 2);
    const start = episode([60], [2]);
    const requests = createRequestTwin(topology, declared(topology), { ...start, rng: createRng(3) });
    let [fluidSum, requestSum] = [0, 0];
    for (let i = 1; i <= 40; i++) {
      twin.advance(15);
      requests.advanceTo(i * 15_000);
      if (i <= 4) continue;
      fluidSum += twin.observe().memoryMiB[0]!;
      requestSum += requests.observe().memoryMiB[0]!;
    }
    expect(requestSum / 36).toBeGreaterThan(200);
    expect(Math.abs(fluidSum / requestSum - 1)).toBeLessThan(0.05);
  });

  test("that leaks away kills a replica when it is full, again and again, with a growing wait", () => {
    // 30 requests/s of 1 MiB: 300 MiB in 10 s; then 20 s of start-up, and back-off from the second time.
    const { twin, log } = fluidOf(topologyWith({ retainedMiB: 1 }), [30], 1);
    const crashedAt: number[] = [];
    for (let second = 1; second <= 140; second++) {
      const before = log.length;
      twin.advance(1);
      if (log.slice(before).includes("crashed 0")) crashedAt.push(second);
    }
    expect(crashedAt[0]).toBe(11);
    expect(crashedAt[1]! - crashedAt[0]!).toBeGreaterThan(25);
    expect(crashedAt[2]! - crashedAt[1]!).toBeCloseTo(crashedAt[1]! - crashedAt[0]! + 10, -0.5);
  });

  test("of an overrun replica is that of a full one: it is killed, and its queue is lost", () => {
    const { twin, log } = fluidOf(topologyWith({ perRequestMiB: 10 }), [10, 10, 10, 200], 2);
    twin.advance(3);
    expect(log).toEqual([]);
    twin.advance(4);
    expect(log.filter((line) => line.startsWith("crashed")).toSorted()).toEqual(["crashed 0", "crashed 1"]);
    expect(twin.stations.queued[0]).toBeLessThanOrEqual(200);
    expect(twin.outcome.failed[0]).toBeGreaterThan(200);
  });

  test("runs out by chance as often as with single requests, where a burst is enough", () => {
    // Room for ten: at this load a geometric number is beyond it once in a while.
    const topology = topologyWith({ perRequestMiB: 30 });
    let [inFluid, inRequests] = [0, 0];
    for (let seed = 1; seed <= 6; seed++) {
      const { twin, log } = fluidOf(topology, [50], 2, seed);
      twin.advance(600);
      inFluid += log.filter((line) => line.startsWith("crashed")).length;
      const start = episode([50], [2]);
      const requests = createRequestTwin(topology, declared(topology), { ...start, rng: createRng(seed) });
      requests.advanceTo(600_000);
      inRequests += requests.takeEvents().filter(({ kind }) => kind === "crashed").length;
    }
    expect(inRequests).toBeGreaterThan(10);
    expect(inFluid / inRequests).toBeGreaterThan(0.5);
    expect(inFluid / inRequests).toBeLessThan(2);
  });
});
