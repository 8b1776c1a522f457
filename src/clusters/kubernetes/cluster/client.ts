import type { RunningCluster } from "../../../control/loop/running-cluster.ts";
import type { ReadingSources } from "./service-metrics.ts";

/** What one replica is and uses. */
export type PodStatus = {
  readonly service: string;
  readonly name: string;
  readonly isReady: boolean;
  readonly isTerminating: boolean;
  readonly restarts: number;
  /** Its CPU limit now, millicores. */
  readonly cpuMilli: number;
  /** As metrics.k8s.io says; undefined where that says nothing. */
  readonly memoryMiB: number | undefined;
  readonly ageMs: number;
};

/** A topology in a namespace of Kubernetes, seen from any process that may sign in there. */
export type KubernetesClusterClient = RunningCluster & {
  readonly namespace: string;
  /** Where the readings come from now, in the topology's order. */
  sources(): readonly ReadingSources[];
  /** Every replica that exists, service by service. */
  pods(): readonly PodStatus[];
  /** Ends watches and scrapes; without it the process lives on. The cluster stays. */
  close(): Promise<void>;
};
