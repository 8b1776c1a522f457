import { createAutoscaler } from "../control/autoscalers/autoscalers.ts";
import { futureRateOf } from "../control/autoscalers/future-rate.ts";
import type { Autoscaler } from "../control/loop/autoscaler.ts";
import type { Timing } from "../control/loop/timing.ts";
import { meanRatePerS, type Workload } from "../system/workload/workload.ts";
import type { Topology } from "../system/topology/topology.ts";
import type { Checkpoint } from "../team/policy/checkpoint.ts";
import { createDoubtedTeam } from "../team/policy/doubted.ts";
import { driftDoubts } from "../team/policy/drift-doubts.ts";
import { createLearnedAutoscaler } from "../team/policy/learned.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";

/** A way to make a fresh autoscaler for each run. */
export type Contestant = {
  readonly name: string;
  readonly create: (workload: Workload) => Autoscaler;
};

/** The autoscaler of a spec such as `hpa:60`. A wrong spec fails here, before anything runs. */
export function opponentOf(spec: string, topology: Topology, timing: Timing): Contestant {
  const create = (workload: Workload): Autoscaler =>
    createAutoscaler(spec, {
      topology,
      timing,
      meanRatePerS: meanRatePerS(workload),
      futureRatePerS: futureRateOf(workload),
    });
  create({ ratePerS: new Float64Array([1]), stepMs: 1_000, faults: [] });
  return { name: spec, create };
}

/**
 * A team as it stands in a checkpoint.
 *
 * @param fallback  spec of the autoscaler that decides for a service while there is doubt, drift included; nobody when left out
 */
export function teamOf(
  name: string,
  checkpoint: Checkpoint,
  topology: Topology,
  timing: Timing,
  fallback?: string,
): Contestant {
  const context = { topology, timing };
  if (fallback === undefined) return { name, create: () => createLearnedAutoscaler(checkpoint, context) };
  const { create } = opponentOf(fallback, topology, timing);
  const told = checkpoint.training.config["calibration"] as Calibration | undefined;
  return {
    name,
    create: (workload) =>
      createDoubtedTeam(checkpoint, context, create(workload), told === undefined ? [] : [driftDoubts(told, topology)]),
  };
}
