import type { Topology } from "../../system/topology/topology.ts";
import type { Calibration } from "../calibrate/calibration.ts";
import type { FluidTwin } from "./fluid-twin.ts";
import { createLane } from "./lane.ts";
import { joinLanes, laneWidth } from "./lanes.ts";
import type { FluidOptions } from "./parts.ts";
import { planFluid } from "./plan.ts";
import { sharedTables } from "./tables-of.ts";

/**
 * A fluid twin of a topology. `advance` and `observe` allocate nothing; `reset` makes random streams.
 * Equations and what is left out: docs/twin.md.
 */
export function createFluidTwin(topology: Topology, calibration: Calibration, options: FluidOptions): FluidTwin {
  const { environments, tickMs } = options;
  if (options.recordLatency === true && environments !== 1)
    throw new Error(`latency is recorded for one environment, got ${environments}`);
  const plan = planFluid(topology, calibration);
  const tablesOf = sharedTables(tickMs);
  const lane = (first: number, count: number): FluidTwin =>
    createLane(plan, calibration, laneOptions(options, first, count), tablesOf);
  const width = laneWidth(plan.services.length);
  if (environments <= width) return lane(0, environments);
  const lanes: FluidTwin[] = [];
  for (let first = 0; first < environments; first += width)
    lanes.push(lane(first, Math.min(width, environments - first)));
  return joinLanes(lanes);
}

function laneOptions(options: FluidOptions, first: number, environments: number): FluidOptions {
  const { onPod } = options;
  if (onPod === undefined) return { ...options, environments };
  return { ...options, environments, onPod: (environment, ...event) => onPod(first + environment, ...event) };
}
