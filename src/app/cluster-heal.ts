import type { Host } from "./host.ts";
import type { Inputs } from "./inputs.ts";
import { requireRights } from "./require-rights.ts";
import { requireRunningCluster } from "./running-cluster.ts";
import type { Where } from "./where.ts";

/** Ends every fault of the cluster that is up there, whoever started it. */
export async function clusterHeal(inputs: Inputs, where: Where, host: Host): Promise<{ readonly healed: string }> {
  await requireRights(inputs, where, ["heal"]);
  const cluster = await requireRunningCluster(inputs, where);
  try {
    await host.progress.step(`end the faults of ${cluster.name}`, () => cluster.heal());
    return { healed: cluster.name };
  } finally {
    await cluster.close();
  }
}
