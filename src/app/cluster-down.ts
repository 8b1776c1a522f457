import { listLocalClusters } from "../clusters/local/list.ts";
import { type SweptCluster, sweepLocalClusters, sweepCluster } from "../clusters/local/sweep.ts";
import { KarmaError } from "../core/errors.ts";
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
  const isEvery = isAll || findTopology(paths) === undefined;
  const named = isEvery ? undefined : await nameOrClear(paths);
  const removed: SweptCluster[] = [];
  for (const { name, isUp } of listLocalClusters()) {
    if (isUp && (isEvery || name === named)) removed.push(...(await sweepLocalClusters(name)));
  }
  removed.push(...(await clearRemains()));
  return { removed, stillUp: listLocalClusters().flatMap(({ name, isUp }) => (isUp ? [name] : [])) };
}

/** What dead runs left goes, whichever topology they were of. */
async function clearRemains(): Promise<readonly SweptCluster[]> {
  const removed: SweptCluster[] = [];
  for (const { name, id, isUp } of listLocalClusters()) {
    if (!isUp) removed.push(...(await sweepCluster(name, id)));
  }
  return removed;
}

/** The topology's name. One that nobody named and that is broken does not keep remains from being cleared. */
async function nameOrClear(paths: InputPaths): Promise<string> {
  try {
    return readTopology(paths).topology.name;
  } catch (error) {
    if (!(error instanceof KarmaError) || paths.topology !== undefined) throw error;
    const removed = await clearRemains();
    const cleared = removed.length === 0 ? "" : `cleared of dead runs: ${removed.map(({ name }) => name).join(", ")}; `;
    const hint = `${cleared}karma cluster down --all ends every cluster, whatever lies here`;
    throw new KarmaError(error.code, error.message, hint, { cause: error, problems: error.problems });
  }
}
