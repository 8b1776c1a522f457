import type { FaultOrder, StandingFault } from "../../../mocks/src/config.ts";
import type { ClusterFault } from "../workload/fault.ts";

/** What running replicas are told of a fault; undefined where it is not theirs to show. */
export function orderOf(fault: ClusterFault, forMs: number): FaultOrder | undefined {
  switch (fault.kind) {
    case "bottleneck":
      return { kind: fault.of ?? "work", factor: fault.factor, forMs };
    case "failing-readiness":
      return { kind: "unready", forMs };
    case "lost-metrics":
      return { kind: "no-metrics", forMs };
    case "kill-pod":
    case "crash-loop":
    case "contention":
    case "slow-start":
      return undefined;
  }
}

/** What replicas that start meanwhile find in their configuration; undefined where nothing is. */
export function standingOf(fault: ClusterFault, untilEpochMs: number): StandingFault | undefined {
  switch (fault.kind) {
    case "bottleneck":
      return { kind: fault.of ?? "work", factor: fault.factor, untilEpochMs };
    case "slow-start":
      return { kind: "startup", factor: fault.factor, untilEpochMs };
    case "lost-metrics":
      return { kind: "no-metrics", factor: 1, untilEpochMs };
    case "kill-pod":
    case "crash-loop":
    case "contention":
    case "failing-readiness":
      return undefined;
  }
}

export type { FaultOrder, StandingFault };
