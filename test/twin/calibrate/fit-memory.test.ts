import { describe, expect, test } from "vitest";
import type { ClusterEvent } from "../../../src/control/loop/cluster.ts";
import { kubernetesTiming, scaleTiming } from "../../../src/control/loop/timing.ts";
import type { Readings } from "../../../src/control/readings/readings.ts";
import { createRng } from "../../../src/core/rng.ts";
import type { Service, Topology } from "../../../src/system/topology/topology.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { fitCold } from "../../../src/twin/calibrate/fit-cold.ts";
import { fitMemory } from "../../../src/twin/calibrate/fit-memory.ts";
import type { Recording } from "../../../src/twin/calibrate/recording.ts";
import { createRequestTwinCluster } from "../../../src/twin/requests/request-cluster.ts";
import { service, topologyOf } from "../fixtures.ts";

const timing = scaleTiming(kubernetesTiming, 10);
const SECONDS = 600;
const startupMs = { kind: "constant", mean: 20_000 } as const;

function running(more: Partial<Service>): Topology {
  return topologyOf([service("web", 5, [], { startupMs, memoryMiB: 4_000, ...more })]);
}

/** Loads go up and down, and so do sizes unless they stay. */
async function recorded(topology: Topology, hasStarts = true, idleCpuShare = 0): Promise<Recording> {
  const loads = [90, 200, 130, 260];
  const declared = declaredCalibration(topology, timing);
  const calibration = {
    ...declared,
    services: declared.services.map((one) => Object.assign({}, one, { idleCpuShare })),
  };
  const { cluster, clock } = createRequestTwinCluster(topology, calibration, {
    workload: {
      ratePerS: Float64Array.from({ length: SECONDS }, (_, s) => loads[Math.floor(s / 25) % loads.length]!),
      stepMs: 1_000,
      faults: [],
    },
    rng: createRng(4),
    initialReplicas: Float64Array.of(4),
  });
  const readings: Readings[] = [];
  const events: ClusterEvent[] = [];
  for (let second = 0.5; second <= SECONDS; second += 0.5) {
    await clock.sleepUntil(second * 1_000);
    if (hasStarts && second % 20 === 0) await cluster.scale("web", second % 40 === 0 ? 4 : 7);
    readings.push(await cluster.observe());
    events.push(...(await cluster.events()));
  }
  return { services: ["web"], readings, events };
}

/** Begun later: what was before is not known. */
function from(second: number, { services, readings, events }: Recording): Recording {
  const isLater = ({ atMs }: { readonly atMs: number }): boolean => atMs > second * 1_000;
  return { services, readings: readings.filter(isLater), events: events.filter(isLater) };
}

const use = { baseMiB: 137, perRequestMiB: 3.2, retainedMiB: 0.017 };

describe("a recording of replicas that start", { timeout: 60_000 }, () => {
  test("what replicas take, per request and for good, is found within 5 %, also of replicas that were there before", async () => {
    const whole = await recorded(running({ memory: use }));
    for (const fromSecond of [0, 120]) {
      const found = fitMemory(from(fromSecond, whole), 0)!;
      for (const key of ["baseMiB", "perRequestMiB", "retainedMiB"] as const)
        expect(Math.abs(found[key] / use[key] - 1), `${key} from ${fromSecond} s on`).toBeLessThan(0.05);
    }
  });

  test("where no replica starts, base and what was left behind are one, and nothing is told", async () => {
    expect(fitMemory(from(60, await recorded(running({ memory: use }), false)), 0)).toBeUndefined();
    expect(fitMemory(await recorded(running({})), 0)).toBeUndefined();
  });

  test.each([
    [{ factor: 1.6, requests: 300 }, 0],
    [{ factor: 2.5, ms: 100_000 }, 0],
    [{ factor: 1.6, requests: 300 }, 0.05],
  ] as const)(
    "how much dearer a cold request is, is found within 5 % (%j, idle CPU %d), and what a warm one costs",
    async (coldStart, idleCpuShare) => {
      const topology = running({ coldStart });
      const declared = topology.services[0]!;
      const found = fitCold(await recorded(topology, true, idleCpuShare), 0, declared, timing, idleCpuShare)!;
      expect(Math.abs(found.factor / coldStart.factor - 1)).toBeLessThan(0.05);
      expect(Math.abs(found.warmMs / 5 - 1)).toBeLessThan(0.03);
    },
  );

  test("replicas that are all warm tell nothing of cold ones", async () => {
    const topology = running({ coldStart: { factor: 2, requests: 300 } });
    expect(fitCold(from(60, await recorded(topology, false)), 0, topology.services[0]!, timing, 0)).toBeUndefined();
  });
});
