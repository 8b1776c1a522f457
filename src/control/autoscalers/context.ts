import type { Topology } from "../../system/topology/topology.ts";
import type { Timing } from "../loop/timing.ts";

/** What an autoscaler may know before it sees its first readings. */
export type AutoscalerContext = {
  readonly topology: Topology;
  readonly timing: Timing;
  /** Mean arrivals at the entry over the run ahead, requests per second; only `fixed` sized for the mean asks for it. */
  readonly meanRatePerS?: number;
};

/** Kubernetes' periods in seconds, on a clock that runs `timeScale` times faster, in its ms. */
export function scaledMs(seconds: number, timing: Pick<Timing, "timeScale">): number {
  return (seconds * 1_000) / timing.timeScale;
}
