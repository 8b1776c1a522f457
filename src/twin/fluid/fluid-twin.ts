import type { Readings } from "../../control/readings/readings.ts";
import type { Histogram } from "../../core/histogram.ts";
import type { Rng } from "../../core/rng.ts";
import type { FluidFaults } from "./faults.ts";
import type { FluidGates } from "./gates.ts";
import type { Stations } from "./stations.ts";

/** One episode of one environment. */
export type FluidEpisode = {
  /** Arrivals at the entry, requests per second: [steps]; after the last step the last rate holds. */
  readonly ratePerS: Float64Array;
  readonly stepMs: number;
  /** Noise of the metrics, start-up times, phases. */
  readonly rng: Rng;
  /** Replicas at the start, all ready: [services]. */
  readonly initialReplicas: Float64Array;
  /** True capacity of a replica / what the calibration says: [services]; all 1 when left out. */
  readonly capacityFactor?: Float64Array;
  /** True start-up time / what the calibration says; 1 when left out. */
  readonly startupFactor?: number;
  /** Requests that are nobody's, on top of the arrivals. */
  readonly floods?: readonly FluidFlood[];
};

/** Further requests to one service, per second: [steps] of the episode. */
export type FluidFlood = { readonly service: number; readonly ratePerS: Float64Array };

/** Sums since the last `clearOutcome`. */
export type FluidOutcome = {
  /** Requests that arrived at the entry: [environments]. */
  readonly requests: Float64Array;
  /** Of them failed, dropped, timed out or slower than the objective: [environments]. */
  readonly violating: Float64Array;
  /** Of them without a good answer: failed, dropped or timed out: [environments]. */
  readonly failed: Float64Array;
  /** Violating requests by the service that is to blame, in proportion to waiting + 2 x drops: [services][environments]. */
  readonly blamed: Float64Array;
  /** Existing replicas x time, pod-seconds: [services][environments]. */
  readonly podSeconds: Float64Array;
  /** The same, each replica counted by its CPU limit / the declared one: [services][environments]. */
  readonly sizedPodSeconds: Float64Array;
};

/**
 * A simulated cluster for many environments at once: requests are a fluid, one tick at a time. All matrices are
 * [services][environments], flat, `service * environments + environment`. Allocates nothing after creation.
 */
export type FluidTwin = {
  readonly services: number;
  readonly environments: number;
  readonly tickMs: number;
  /** Replicas asked for: [services][environments]. The caller writes it; ticks read it. */
  readonly desired: Float64Array;
  /** Replicas that are ready now: [services][environments]. */
  readonly ready: Float64Array;
  readonly outcome: FluidOutcome;
  reset(environment: number, episode: FluidEpisode): void;
  advance(ticks: number): void;
  /** What the metrics pipeline shows now. Always the same object, overwritten by the next call. */
  observe(): Readings;
  clearOutcome(): void;
  readonly faults: FluidFaults;
  readonly gates: FluidGates;
  /** Gives all replicas of a service this CPU limit until the next reset; of one environment only. */
  resize(service: number, cpuMilli: number): void;
  /** CPU limit of a replica now, cores. */
  limitCores(service: number): number;
  /** Creates and removes replicas as `desired` says now, not at the next tick. */
  settle(): void;
  /** Removes the oldest ready replica gracefully; while `desired` stays, a new one takes its place. False = none. */
  evict(environment: number, service: number): boolean;
  /** Latency of answered requests at the entry since the last `clearOutcome`, put together when asked for; undefined unless it is recorded. */
  readonly latency: Histogram | undefined;
  /** True state of the queues and what the last tick did, for tests and debugging. */
  readonly stations: Stations;
  /** True entry rate `aheadMs` from now, requests per second. For a critic in training only. */
  futureRatePerS(environment: number, aheadMs: number): number;
};
