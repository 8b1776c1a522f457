import type { RunningCluster } from "../../src/control/loop/running-cluster.ts";
import { kubernetesTiming } from "../../src/control/loop/timing.ts";
import type { Clock } from "../../src/core/clock.ts";
import { createMemoryCluster, type MemoryCluster } from "../control/loop/memory-cluster.ts";
import { shippedTopology } from "../team/chain.ts";

const topology = shippedTopology("karma-two-services");

/** The memory cluster with two services, at sizes 2 and 3, as one that runs. */
export function createRunningMemoryCluster(clock: Clock): RunningCluster & MemoryCluster {
  const memory = createMemoryCluster(
    topology.services.map(({ name }) => name),
    [2, 3],
    clock,
  );
  const timing = kubernetesTiming;
  return Object.assign(memory, {
    name: "shop",
    topology,
    timing,
    clock,
    entryUrls: () => [],
    podTime: async () => ({ podSeconds: [0, 0], sizedPodSeconds: [0, 0] }),
  });
}
