import type { ClusterFault } from "../../system/workload/fault.ts";
import type { Readings } from "../readings/readings.ts";

/** Something that happened to a replica. */
export type ClusterEvent = {
  readonly atMs: number;
  readonly service: string;
  readonly kind: "created" | "ready" | "unready" | "terminating" | "gone" | "crashed" | "restarted";
  readonly pod: string;
};

/** What became of a resize: replicas changed as they run, or replaced one by one. */
export type Resize =
  | { readonly how: "in-place" }
  /** `why`: what is in the way of changing them as they run. */
  | { readonly how: "replaced"; readonly why: string };

/**
 * The port behind which every cluster stands: local processes, the twin in simulated time, Kubernetes. Services are
 * named as in the topology. Times are those of the cluster's clock.
 */
export type Cluster = {
  /** What the metrics pipeline says now; environments = 1. */
  observe(): Promise<Readings>;
  /** Sets the desired replicas of a service; returns before the pods are there. */
  scale(service: string, replicas: number): Promise<void>;
  /** Replaces one ready replica gracefully. */
  restart(service: string): Promise<void>;
  /** Gives all replicas of a service this CPU limit, those to come too. */
  resize(service: string, cpuMilli: number): Promise<Resize>;
  /**
   * Makes a fault start now; `atMs` is not looked at. It ends by itself after its duration, whatever becomes of the
   * caller.
   */
  inject(fault: ClusterFault): Promise<void>;
  /** Ends every fault now. */
  heal(): Promise<void>;
  /** Events since the last call, oldest first. */
  events(): Promise<readonly ClusterEvent[]>;
};
