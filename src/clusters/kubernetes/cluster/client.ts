import type { RunningCluster } from "../../../control/loop/running-cluster.ts";

/** Where readings come from now. */
export type ReadingSources = {
  readonly cpu: "metrics.k8s.io" | "pods" | "prometheus";
  /** Rate, latency, queue, errors. `pods`: their `/metrics`, through the API server. */
  readonly traffic: "pods" | "prometheus";
};

/** What became of a resize: pods changed as they run, or replaced one by one. */
export type Resize =
  | { readonly how: "in-place" }
  /** `why`: what is in the way of changing them as they run. */
  | { readonly how: "replaced"; readonly why: string };

/** A topology in a namespace of Kubernetes, seen from any process that may sign in there. */
export type KubernetesClusterClient = RunningCluster & {
  readonly namespace: string;
  sources(): ReadingSources;
  /** Gives all pods of a service this CPU limit, those to come too; requests keep their share of it. */
  resize(service: string, cpuMilli: number): Promise<Resize>;
  /** Ends watches and scrapes; without it the process lives on. The cluster stays. */
  close(): Promise<void>;
};
