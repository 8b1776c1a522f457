import type { ClusterEvent } from "../../../src/control/loop/cluster.ts";
import { type Timing, kubernetesTiming, scaleTiming } from "../../../src/control/loop/timing.ts";
import type { Readings } from "../../../src/control/readings/readings.ts";
import { createRng } from "../../../src/core/rng.ts";
import type { Topology } from "../../../src/system/topology/topology.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import type { Recording } from "../../../src/twin/calibrate/recording.ts";
import { createRequestTwinCluster } from "../../../src/twin/requests/request-cluster.ts";
import { call, service, topologyOf } from "../fixtures.ts";

export const timing: Timing = scaleTiming(kubernetesTiming, 10);

const startupMs = { kind: "normal", mean: 25_000, sd: 4_000, min: 8_000, max: 60_000 } as const;

export const pair: Topology = topologyOf([
  service("front", 15, [[call("back", 0.8)]], { startupMs }),
  service("back", 25, [], { startupMs }),
]);

export type Recorded = {
  readonly seed: number;
  readonly steps: number;
  /** Arrivals are drawn between these, requests per second. */
  readonly ratesPerS: readonly [low: number, high: number];
  /** Sizes are drawn between these. */
  readonly sizes: readonly [low: number, high: number];
};

/** The request-level twin of a topology: loads change every ten control steps, sizes of one service every five. */
export async function recordTwin(topology: Topology, { seed, steps, ratesPerS, sizes }: Recorded): Promise<Recording> {
  const rng = createRng(`recorded ${seed}`);
  const size = (): number => sizes[0] + rng.integer(sizes[1] - sizes[0] + 1);
  const { cluster, clock } = createRequestTwinCluster(topology, declaredCalibration(topology, timing), {
    workload: {
      ratePerS: Float64Array.from({ length: Math.ceil(steps / 10) }, () => rng.between(...ratesPerS)),
      stepMs: 10 * timing.syncPeriodMs,
      faults: [],
    },
    rng: rng.split("twin"),
    initialReplicas: Float64Array.from(topology.services, size),
  });
  const readings: Readings[] = [];
  const events: ClusterEvent[] = [];
  for (let look = 1; look <= 3 * steps; look++) {
    await clock.sleepUntil((look * timing.syncPeriodMs) / 3);
    readings.push(await cluster.observe());
    events.push(...(await cluster.events()));
    if (look % 15 === 0) await cluster.scale(topology.services[rng.integer(topology.services.length)]!.name, size());
  }
  return { services: topology.services.map(({ name }) => name), readings, events };
}
