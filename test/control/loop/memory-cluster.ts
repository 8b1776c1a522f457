import type { Clock } from "../../../src/core/clock.ts";
import type { GuardBounds } from "../../../src/control/guard/guard.ts";
import type { Cluster, Resize } from "../../../src/control/loop/cluster.ts";
import { createReadings } from "../../../src/control/readings/readings.ts";
import type { Readings } from "../../../src/control/readings/readings.ts";

/** Simulated time: sleeping is what lets it pass. */
export function createMemoryClock(startMs = 0): Clock & { advance(ms: number): void } {
  let now = startMs;
  return {
    nowMs: () => now,
    advance: (ms) => {
      now += ms;
    },
    sleepUntil: async (atMs, signal) => {
      signal?.throwIfAborted();
      now = Math.max(now, atMs);
    },
  };
}

/** From one replica of 50 millicores to so many of 1000, for every service. */
export function boundsOf(services: number, maxReplicas: number): GuardBounds {
  const all = (value: number): Float64Array => new Float64Array(services).fill(value);
  return { minReplicas: all(1), maxReplicas: all(maxReplicas), minCpuMilli: all(50), maxCpuMilli: all(1_000) };
}

export type MemoryCluster = Cluster & {
  /** Every call of `scale`, as `name=replicas`, and of `resize`, as `name=500m`. */
  readonly scaled: string[];
  readonly desired: number[];
  /** CPU limit of each service's replicas, millicores; 500 at first. */
  readonly cpuMilli: number[];
  /** Runs before each observation; may throw, or change what it gets. */
  onObserve: (readings: Readings) => void;
  onScale: (service: string, replicas: number) => void;
  /** What becomes of a resize; may throw. */
  onResize: (service: string, cpuMilli: number) => Resize;
};

/** A cluster that does at once what it is told, at a CPU use that tests may change. */
export function createMemoryCluster(services: readonly string[], desired: number[], clock: Clock): MemoryCluster {
  const cluster: MemoryCluster = {
    scaled: [],
    desired,
    cpuMilli: services.map(() => 500),
    onObserve: () => {},
    onScale: () => {},
    onResize: () => ({ how: "in-place" }),
    observe: async () => {
      const readings = createReadings(services.length, 1, clock.nowMs());
      readings.desired.set(desired);
      readings.ready.set(desired);
      readings.cpuMilli.set(cluster.cpuMilli);
      readings.cpu.fill(0.5);
      readings.ageMs.fill(0);
      readings.arrivalsPerS.fill(100);
      readings.servedPerS.fill(100);
      readings.droppedPerS.fill(0);
      readings.entryArrivalsPerS.fill(100);
      cluster.onObserve(readings);
      return readings;
    },
    scale: async (service, replicas) => {
      cluster.onScale(service, replicas);
      cluster.scaled.push(`${service}=${replicas}`);
      desired[services.indexOf(service)] = replicas;
    },
    restart: async () => {},
    resize: async (service, cpuMilli) => {
      const done = cluster.onResize(service, cpuMilli);
      cluster.scaled.push(`${service}=${cpuMilli}m`);
      cluster.cpuMilli[services.indexOf(service)] = cpuMilli;
      return done;
    },
    inject: async () => {},
    heal: async () => {},
    events: async () => [],
  };
  return cluster;
}
