import { join } from "node:path";
import { isAlive } from "./process-identity.ts";
import { clusterNames, clustersDir, readSpec, readState } from "./state.ts";

/** A cluster that is up, or of which something is left. */
export type ListedCluster = { readonly name: string; readonly isUp: boolean };

export function listLocalClusters(): readonly ListedCluster[] {
  return clusterNames().map((folder) => {
    const directory = join(clustersDir(), folder);
    const supervisor = readState(directory)?.supervisor;
    return {
      name: readSpec(directory)?.name ?? folder,
      isUp: supervisor !== undefined && isAlive(supervisor),
    };
  });
}
