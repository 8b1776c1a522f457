import type { Clock } from "../../core/clock.ts";
import type { KarmaError } from "../../core/errors.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { Cluster } from "./cluster.ts";
import type { CpuQuota } from "./cpu-quota.ts";
import type { Timing } from "./timing.ts";

/** Where a share of the requests comes in. */
export type EntryUrl = {
  readonly service: string;
  readonly endpoint: string;
  /** Part of the arrivals, (0, 1]; shares sum to 1. */
  readonly share: number;
  readonly url: string;
};

/** Existing pods x time, s: [services]. */
export type PodTime = {
  readonly podSeconds: readonly number[];
  /** Each pod counted by its CPU limit / the declared one: `podSeconds` where nothing was ever resized. */
  readonly sizedPodSeconds: readonly number[];
};

/** A cluster with real requests: local processes or Kubernetes. */
export type RunningCluster = Cluster & {
  readonly name: string;
  /** As it runs, with every scale applied. */
  readonly topology: Topology;
  readonly timing: Timing;
  /** Cores of the one machine that all replicas run on; undefined where there are several machines, or it is not known. */
  readonly nodeCores?: number;
  /** Where the kernel keeps replicas to their CPU limits; undefined where they do it themselves. */
  readonly cpuQuota?: CpuQuota;
  /** The cluster's clock: times in readings and events are on it. */
  readonly clock: Clock;
  /** Full addresses of the entry endpoints, as seen from this machine; they stay for the cluster's life. */
  entryUrls(): readonly EntryUrl[];
  /** Since the cluster started. */
  podTime(): Promise<PodTime>;
  /**
   * Says why the cluster is gone for good; undefined while it is there, or may come back. Cheap: asked twice a second.
   * Where it is left out, a cluster that cannot be observed for some periods counts as gone.
   */
  whyLost?(): Promise<KarmaError | undefined>;
};
