import type { EntryUrl } from "../control/loop/running-cluster.ts";
import type { Problem } from "../core/errors.ts";
import type { InputPaths } from "./inputs.ts";
import type { StepTiming } from "./timed-steps.ts";
import type { Where } from "./where.ts";

/** What is done, in this order. */
export const upSteps = [
  "check",
  "generate",
  "build",
  "create",
  "load",
  "metrics",
  "apply",
  "wait",
  "monitoring",
] as const;
export type UpStep = (typeof upSteps)[number];

export type KubernetesUpRequest = InputPaths & {
  readonly where: Extract<Where, { readonly kind: "kind" | "context" }>;
  /** CPU work and CPU limits times this; arrivals stay. */
  readonly scale: number;
  readonly maxReplicas?: number;
  /** Seconds of the scenario that pass in one second; >= 1. */
  readonly timeScale: number;
  readonly seed: number;
  /** CPU requests as a share of the limits, (0, 1]. */
  readonly requestShare: number;
  /** Cluster of kind; one of its own for each topology when left out. */
  readonly cluster?: string;
  /** Port of the nodes for the first entry; from the topology's name when left out. */
  readonly nodePort?: number;
  readonly nodeImage?: string;
  readonly baseImage?: string;
  /** File with a configuration of kind. */
  readonly kindConfig?: string;
  /** Nodes of kind beside the control plane. */
  readonly workers?: number;
  /** Image to run instead of building one. */
  readonly image?: string;
  /** Where the image is pushed to: HOST/PATH. */
  readonly registry?: string;
  /** Host at which the nodes of a context answer from here; an address of a node when left out. */
  readonly entryHost?: string;
  /** Whether metrics-server is put where there is none; on kind when left out. */
  readonly addsMetricsServer?: boolean;
  /** Puts Prometheus and Grafana there too. */
  readonly hasMonitoring: boolean;
  /** Leaves what a failure leaves. */
  readonly isKept: boolean;
  /** These steps alone, after the check; all when left out. */
  readonly only?: readonly UpStep[];
};

export type KubernetesUpResult = {
  readonly name: string;
  readonly context: string;
  /** Undefined for a context that is no cluster of kind's. */
  readonly cluster: string | undefined;
  readonly namespace: string;
  readonly image: string;
  readonly timeScale: number;
  readonly services: readonly { readonly name: string; readonly desired: number; readonly ready: number }[];
  readonly entries: readonly EntryUrl[];
  readonly steps: readonly StepTiming<UpStep>[];
  readonly seconds: number;
  /** Without the time of kind, of the image's way to the nodes, and of the pods, s. */
  readonly ownSeconds: number;
  readonly warnings: readonly Problem[];
};
