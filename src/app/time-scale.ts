import type { Inputs } from "./inputs.ts";
import { findCluster } from "./running-cluster.ts";
import { findOnOwnKind } from "./running-kind.ts";

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
