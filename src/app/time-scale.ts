import type { RunningCluster } from "../control/loop/running-cluster.ts";
import { KarmaError } from "../core/errors.ts";
import type { Inputs } from "./inputs.ts";
import { findCluster } from "./running-cluster.ts";
import { findOnOwnKind } from "./running-kind.ts";
import type { ReadRun } from "./runs.ts";

/** The time scale asked for; else that of the cluster that is up for this topology, so that a team fits it; else 1. */
export async function timeScaleFor(inputs: Inputs, asked: number | undefined): Promise<number> {
  return asked ?? (await runningTimeScale(inputs)) ?? 1;
}

async function runningTimeScale(inputs: Inputs): Promise<number | undefined> {
  const local = await findCluster(inputs);
  if (local !== undefined) return local.timing.timeScale;
  const onKind = await findOnOwnKind(inputs.topology);
  return onKind?.isSame === true ? onKind.timing.timeScale : undefined;
}

/** Periods, windows and rates a team knows are those of its time scale: at another one it would be another game. */
export function requireTrainedTimeScale(
  { checkpoint }: Pick<ReadRun, "checkpoint">,
  cluster: Pick<RunningCluster, "timing">,
): void {
  const [trained, running] = [checkpoint.timing.timeScale, cluster.timing.timeScale];
  if (trained === running) return;
  throw new KarmaError(
    "INPUT_INVALID",
    `the team was trained at time scale ${trained}, the cluster runs at ${running}`,
    `karma train --time-scale ${running}, or karma cluster down and up with --time-scale ${trained}`,
  );
}
