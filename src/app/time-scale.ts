import type { Inputs } from "./inputs.ts";
import { findCluster } from "./running-cluster.ts";

/** The time scale asked for; else that of the cluster that is up for this topology, so that a team fits it; else 1. */
export async function timeScaleFor(inputs: Inputs, asked: number | undefined): Promise<number> {
  return asked ?? (await findCluster(inputs))?.timing.timeScale ?? 1;
}
