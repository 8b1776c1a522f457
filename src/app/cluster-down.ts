import { listLocalClusters } from "../clusters/local/list.ts";
import { type SweptCluster, sweepLocalClusters } from "../clusters/local/sweep.ts";
import { type InputPaths, findTopology, readTopology } from "./inputs.ts";

export type ClusterDownResult = {
  readonly removed: readonly SweptCluster[];
  /** Clusters of other topologies, left alone. */
  readonly stillUp: readonly string[];
};

/**
 * Ends the cluster of a topology, or every one when no topology is named or lies here; and clears, in either case,
 * what dead runs left.
 */
export async function clusterDown(paths: InputPaths, isAll: boolean): Promise<ClusterDownResult> {
  const named = isAll || findTopology(paths) === undefined ? undefined : readTopology(paths).topology.name;
  const removed: SweptCluster[] = [];
  for (const { name, isUp } of listLocalClusters()) {
    if (named === undefined || name === named || !isUp) removed.push(...(await sweepLocalClusters(name)));
  }
  return { removed, stillUp: listLocalClusters().flatMap(({ name, isUp }) => (isUp ? [name] : [])) };
}
