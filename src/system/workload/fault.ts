/** Something that breaks, realised: times are ms from the start of the run. What each does where: docs/faults.md. */
export type Fault = ClusterFault | Flood;

/** What a cluster makes happen to itself. */
export type ClusterFault = KillPod | CrashLoop | Bottleneck | Contention | SlowStart | FailingReadiness | LostMetrics;

export type KillPod = {
  readonly kind: "kill-pod";
  readonly atMs: number;
  readonly service: string;
  /** How many ready replicas die at once; >= 1. */
  readonly count: number;
};

/** What ends by itself after a while. */
type Lasting<Kind extends string> = {
  readonly kind: Kind;
  readonly atMs: number;
  readonly durationMs: number;
  readonly service: string;
};

/** So many replicas end again whenever they have become ready. */
type CrashLoop = Lasting<"crash-loop"> & { readonly replicas: number };

/** Every request costs so many times its CPU time, or replicas may use so many times less CPU; >= 1. */
type Bottleneck = Lasting<"bottleneck"> & { readonly factor: number; readonly of?: "limit" };

/** A neighbour on the machine of the service takes CPU or memory; one of the two is 0. */
type Contention = Lasting<"contention"> & { readonly cores: number; readonly memoryMiB: number };

/** Replicas that start take so many times as long; >= 1. */
type SlowStart = Lasting<"slow-start"> & { readonly factor: number };

/** This share of the replicas that are ready when it starts fail their readiness probe, (0, 1]. */
type FailingReadiness = Lasting<"failing-readiness"> & { readonly share: number };

/** Nothing of the service can be scraped. */
type LostMetrics = Lasting<"lost-metrics">;

/** Further requests, which are nobody's: the load generator and the twins send them, no cluster does. */
export type Flood = {
  readonly kind: "ddos";
  readonly atMs: number;
  readonly durationMs: number;
  /** All arrivals / those of users; >= 1. */
  readonly factor: number;
  /** All entries in their shares, or the one whose requests cost the system most CPU. */
  readonly target: FloodTarget;
  readonly seed: number;
};

export type FloodTarget = "entry" | "costliest";

export function isClusterFault(fault: Fault): fault is ClusterFault {
  return fault.kind !== "ddos";
}
