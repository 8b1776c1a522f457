import type { Rng } from "../../core/rng.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { Timing } from "../loop/timing.ts";

/** What an autoscaler may know before it sees its first readings. */
export type AutoscalerContext = {
  readonly topology: Topology;
  readonly timing: Timing;
  /** Mean arrivals at the entry over the run ahead, requests per second; only `fixed` sized for the mean asks for it. */
  readonly meanRatePerS?: number;
  /** What `random` draws from; a stream of its own, always the same, when left out. */
  readonly rng?: Rng;
  /**
   * True arrival rate at the entry at a moment of the readings' clock, requests per second. Known on the twin alone;
   * only `oracle` asks for it.
   */
  readonly futureRatePerS?: FutureRate;
};

/** @param atMs  ms of the clock that the readings' `atMs` is of */
export type FutureRate = (atMs: number) => number;

/** Kubernetes' periods in seconds, on a clock that runs `timeScale` times faster, in its ms. */
export function scaledMs(seconds: number, timing: Pick<Timing, "timeScale">): number {
  return (seconds * 1_000) / timing.timeScale;
}
