import { join } from "node:path";
import { isAlive } from "./process-identity.ts";
import { clusterNames, clustersDir, readSpec, readState } from "./state.ts";

/** A cluster that is up, or of which something is left. */
export type ListedCluster = {
  readonly name: string;
  /** Undefined where not even that is left. */
  readonly id: string | undefined;
  /** True when it is up or on its way: its supervisor runs, or the process that starts it does. */
  readonly isUp: boolean;
  /** True when it cannot be connected to yet. */
  readonly isStarting: boolean;
};

export function listLocalClusters(): readonly ListedCluster[] {
  return clusterNames().map((folder) => {
    const directory = join(clustersDir(), folder);
    const spec = readSpec(directory);
    const supervisor = readState(directory)?.supervisor;
    const owner = supervisor ?? spec?.starter;
    const isUp = owner !== undefined && isAlive(owner);
    return { name: spec?.name ?? folder, id: spec?.id, isUp, isStarting: isUp && supervisor === undefined };
  });
}
