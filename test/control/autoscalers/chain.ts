import { kubernetesTiming, scaleTiming } from "../../../src/control/loop/timing.ts";
import type { AutoscalerContext } from "../../../src/control/autoscalers/context.ts";
import { createReadings } from "../../../src/control/readings/readings.ts";
import type { Readings } from "../../../src/control/readings/readings.ts";
import type { Service, Topology } from "../../../src/system/topology/topology.ts";

const none = { kind: "constant", mean: 0 } as const;

function service(name: string, calls: readonly string[]): Service {
  return {
    name,
    cpuMilli: 500,
    memoryMiB: 64,
    minReplicas: 2,
    maxReplicas: 24,
    startupMs: none,
    concurrency: 8,
    queueLimit: 64,
    endpoints: [
      {
        name: "get",
        workMs: { kind: "constant", mean: 5 },
        errorRate: 0,
        addedLatencyMs: none,
        calls: calls.map((to) => [
          { service: to, endpoint: "get", probability: 0.5, times: 1, timeoutMs: 1000, retries: 0 },
        ]),
      },
    ],
    incidents: { warning: 0, error: 0, degraded: 0, failure: 0 },
  };
}

/** gate -> store in half of the requests; 5 ms of work on 500 millicores: a replica does 100 requests/s. */
const chain: Topology = {
  name: "chain",
  services: [service("gate", ["store"]), service("store", [])],
  entries: [{ service: "gate", endpoint: "get", share: 1 }],
  objective: { p95Ms: 200, availability: 0.99 },
};

/** @param minReplicas  of both services; 0 is what a topology of KEDA's would say */
export function chainContext(timeScale = 1, minReplicas = 2): AutoscalerContext {
  const services = chain.services.map((one) => ({ ...one, minReplicas }));
  return { topology: { ...chain, services }, timing: scaleTiming(kubernetesTiming, timeScale), meanRatePerS: 300 };
}

export type Seen = {
  readonly cpu?: number;
  readonly desired?: number;
  readonly ready?: number;
  readonly entryPerS?: number;
  readonly queued?: number;
  /** CPU limit of replicas, millicores; as declared when left out. */
  readonly cpuMilli?: number;
};

/** The same readings for both services. */
export function chainReadings(atMs: number, seen: Seen): Readings {
  const readings = createReadings(2, 1, atMs);
  readings.ageMs.fill(2000);
  readings.cpu.fill(seen.cpu ?? Number.NaN);
  readings.desired.fill(seen.desired ?? 2);
  readings.ready.fill(seen.ready ?? seen.desired ?? 2);
  readings.cpuMilli.fill(seen.cpuMilli ?? 500);
  readings.droppedPerS.fill(0);
  readings.queued.fill(seen.queued ?? 0);
  const entryPerS = seen.entryPerS ?? Number.NaN;
  readings.entryArrivalsPerS.fill(entryPerS);
  readings.arrivalsPerS.set([entryPerS, entryPerS / 2]);
  readings.servedPerS.set([entryPerS, entryPerS / 2]);
  return readings;
}
