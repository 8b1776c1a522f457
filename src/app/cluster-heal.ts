import type { Host } from "./host.ts";
import { type InputPaths, readInputs } from "./inputs.ts";
import { requireRights } from "./require-rights.ts";
import { requireRunningCluster } from "./running-cluster.ts";
import type { Where } from "./where.ts";

/** Ends every fault of the cluster that is up there, whoever started it. */
export async function clusterHeal(paths: InputPaths, where: Where, host: Host): Promise<{ readonly healed: string }> {
  const inputs = readInputs(paths);
  await requireRights(inputs, where, ["heal"]);
  const cluster = await requireRunningCluster(inputs, where);
  try {
    await host.progress.step(`end the faults of ${cluster.name}`, () => cluster.heal());
    return { healed: cluster.name };
  } finally {
    await cluster.close();
  }
}
