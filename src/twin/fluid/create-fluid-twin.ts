import type { Topology } from "../../system/topology/topology.ts";
import type { Calibration } from "../calibrate/calibration.ts";
import { mostBytes } from "./arena.ts";
import { type BackEnd, measuringBackEnd, plainBackEnd, wasmBackEnd } from "./back-end.ts";
import { normals } from "./count-noise.ts";
import type { FluidTwin } from "./fluid-twin.ts";
import { createLane } from "./lane.ts";
import { joinLanes, laneWidth } from "./lanes.ts";
import type { FluidOptions } from "./parts.ts";
import { planFluid } from "./plan.ts";
import { sharedTables, tableBytes } from "./tables-of.ts";

/** Makes environments from the first one on, so many. */
type CreateLane = (first: number, count: number, backEnd: BackEnd) => FluidTwin;

/**
 * A fluid twin of a topology. `advance` and `observe` allocate nothing; `reset` makes random streams.
 * Equations and what is left out: docs/twin.md.
 */
export function createFluidTwin(topology: Topology, calibration: Calibration, options: FluidOptions): FluidTwin {
  const { environments, tickMs } = options;
  if (options.recordLatency === true && environments !== 1)
    throw new Error(`latency is recorded for one environment, got ${environments}`);
  const plan = planFluid(topology, calibration);
  const tablesOf = sharedTables(tickMs, options.cpuQuota ?? calibration.cpuQuota);
  const lane: CreateLane = (first, count, backEnd) =>
    createLane(plan, calibration, laneOptions(options, first, count), tablesOf, backEnd);
  const width = Math.min(environments, laneWidth(plan.services.length));
  const backEndOf =
    options.isPlain === true ? plainBackEnd : chooseBackEnds(lane, environments, width, plan.services.length);
  const lanes: FluidTwin[] = [];
  for (let first = 0; first < environments; first += width) {
    const count = Math.min(width, environments - first);
    lanes.push(lane(first, count, backEndOf(count)));
  }
  return lanes.length === 1 ? lanes[0]! : joinLanes(lanes);
}

/** Kernels take two environments at a time: an odd number of them goes through plain loops. All share one memory. */
function chooseBackEnds(
  lane: CreateLane,
  environments: number,
  width: number,
  services: number,
): (count: number) => BackEnd {
  if (width % 2 === 1) return plainBackEnd;
  const measuring = measuringBackEnd();
  lane(0, width, measuring);
  const bytes =
    measuring.arena.takenBytes() * Math.ceil(environments / width) + tableBytes * services + normals.byteLength;
  if (bytes > mostBytes) return plainBackEnd;
  const wasm = wasmBackEnd(bytes);
  return (count) => (count % 2 === 0 ? wasm : plainBackEnd());
}

function laneOptions(options: FluidOptions, first: number, environments: number): FluidOptions {
  const { onPod } = options;
  if (onPod === undefined) return { ...options, environments };
  return { ...options, environments, onPod: (environment, ...event) => onPod(first + environment, ...event) };
}
