import type { Clock } from "../../../src/core/clock.ts";
import type { Cluster } from "../../../src/control/loop/cluster.ts";
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

export type MemoryCluster = Cluster & {
  /** Every call of `scale`, as `name=replicas`. */
  readonly scaled: string[];
  readonly desired: number[];
  /** Runs before each observation; may throw, or change what it gets. */
  onObserve: (readings: Readings) => void;
  onScale: (service: string, replicas: number) => void;
};

/** A cluster that does at once what it is told, at a CPU use that tests may change. */
export function createMemoryCluster(services: readonly string[], desired: number[], clock: Clock): MemoryCluster {
  const cluster: MemoryCluster = {
    scaled: [],
    desired,
    onObserve: () => {},
    onScale: () => {},
    observe: async () => {
      const readings = createReadings(services.length, 1, clock.nowMs());
      readings.desired.set(desired);
      readings.ready.set(desired);
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
    resize: async () => ({ how: "in-place" }),
    inject: async () => {},
    heal: async () => {},
    events: async () => [],
  };
  return cluster;
}
