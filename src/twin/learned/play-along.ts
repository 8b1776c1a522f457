import { meanOfKnown } from "../../core/statistics.ts";
import type { Rng } from "../../core/rng.ts";
import { type Topology, serviceIndex } from "../../system/topology/topology.ts";
import type { Calibration } from "../calibrate/calibration.ts";
import { createFluidTwin } from "../fluid/create-fluid-twin.ts";
import { createRequestTwin } from "../requests/create-request-twin.ts";
import { arrivalCurve } from "./arrival-curve.ts";
import type { Block } from "./blocks.ts";
import { stateOf } from "./state.ts";
import type { Shadow } from "./transition.ts";

/** A twin of a part of a recording. Times are ms since the first reading. */
export type Player = {
  advanceTo(atMs: number): void;
  scale(service: number, replicas: number): void;
  /** The mean over its runs of what the metrics pipeline shows. */
  look(): Float64Array;
};

/** What a player starts from. */
export type Drive = {
  readonly topology: Topology;
  readonly calibration: Calibration;
  readonly ratePerS: Float64Array;
  readonly stepMs: number;
  readonly initialReplicas: Float64Array;
  readonly rng: Rng;
};

export type CreatePlayer = (drive: Drive) => Player;

/**
 * Lets a twin play along with a block: it starts with the ready replicas of the block's first reading, is scaled as
 * the cluster was, and meets the arrivals that the recording shows. Nothing else corrects it.
 */
export function playAlong(
  block: Block,
  twin: Pick<Drive, "topology" | "calibration" | "rng">,
  create: CreatePlayer,
): Shadow {
  const { readings } = block;
  const [first] = readings;
  if (first === undefined) return [];
  const { topology, calibration } = twin;
  const entry = serviceIndex(topology, topology.entries[0]!.service);
  const player = create({
    ...twin,
    ...arrivalCurve(readings, entry, calibration.timing, first.atMs),
    initialReplicas: first.ready.map((ready) => (Number.isNaN(ready) ? 1 : ready)),
  });
  return readings.map((one, k) => {
    const lastMs = (readings[k - 1] ?? one).atMs;
    // Sizes changed at some moment since the reading before; the middle is least wrong.
    player.advanceTo((lastMs + one.atMs) / 2 - first.atMs);
    for (const [service, replicas] of one.desired.entries())
      if (Number.isFinite(replicas)) player.scale(service, replicas);
    player.advanceTo(one.atMs - first.atMs);
    return player.look();
  });
}

/** Runs whose mean is taken: scrape phases and start-up times differ, and nobody knows those of the cluster. */
const FLUID_RUNS = 8;
const REQUEST_RUNS = 2;

export function fluidPlayer({ topology, calibration, rng, ...drive }: Drive): Player {
  const tickMs = 1_000 / calibration.timing.timeScale;
  const options = { environments: FLUID_RUNS, tickMs, isCounted: false };
  const twin = createFluidTwin(topology, calibration, options);
  for (let run = 0; run < FLUID_RUNS; run++) twin.reset(run, { ...drive, rng: rng.split(run) });
  let ticks = 0;
  return {
    advanceTo(atMs) {
      const target = Math.floor(atMs / tickMs + 1e-6);
      if (target > ticks) twin.advance(target - ticks);
      ticks = Math.max(ticks, target);
    },
    scale: (service, replicas) => void twin.desired.fill(replicas, service * FLUID_RUNS, (service + 1) * FLUID_RUNS),
    look: () => meanState(Array.from({ length: FLUID_RUNS }, (_, run) => stateOf(twin.observe(), run))),
  };
}

export function requestPlayer({ topology, calibration, rng, ...drive }: Drive): Player {
  const twins = Array.from({ length: REQUEST_RUNS }, (_, run) =>
    createRequestTwin(topology, calibration, { ...drive, rng: rng.split(run) }),
  );
  return {
    advanceTo: (atMs) => twins.forEach((twin) => twin.advanceTo(atMs)),
    scale: (service, replicas) => twins.forEach((twin) => twin.scale(service, replicas)),
    look: () => meanState(twins.map((twin) => stateOf(twin.observe()))),
  };
}

/** Of what is known; NaN where no run knows. */
function meanState(states: readonly Float64Array[]): Float64Array {
  return states[0]!.map((_, column) => meanOfKnown(states.map((state) => state[column]!)));
}
