import { runTool } from "../clusters/kubernetes/run-tool.ts";
import { knownKindClusters, onContext } from "../clusters/kubernetes/up/placements.ts";
import { type TakenDown, takeDownOnContext, takeDownOnKind } from "../clusters/kubernetes/up/take-down.ts";
import { listLocalClusters } from "../clusters/local/list.ts";
import { type SweptCluster, sweepLocalClusters, sweepCluster } from "../clusters/local/sweep.ts";
import { KarmaError } from "../core/errors.ts";
import type { Progress } from "../host/progress.ts";
import { namespaceOf } from "../system/compile/kubernetes-names.ts";
import { tools } from "./cluster-up-run.ts";
import { type InputPaths, findTopology, readTopology } from "./inputs.ts";
import type { Where } from "./where.ts";

export type ClusterDownRequest = InputPaths & {
  readonly isAll: boolean;
  /** Local and kind when left out; a context is looked at only where it is named. */
  readonly where?: Where;
};

export type ClusterDownResult = {
  readonly removed: readonly SweptCluster[];
  /** From clusters of Kubernetes. */
  readonly takenDown: readonly TakenDown[];
  /** Clusters of other topologies, left alone. */
  readonly stillUp: readonly string[];
};

/**
 * Ends the cluster of a topology, or every one when no topology is named or lies here; and clears, in either case,
 * what dead runs left.
 */
export async function clusterDown(request: ClusterDownRequest, progress: Progress): Promise<ClusterDownResult> {
  const isEvery = request.isAll || findTopology(request) === undefined;
  const named = isEvery ? undefined : await nameOrClear(request);
  const looks = (kind: Where["kind"]): boolean => request.where === undefined || request.where.kind === kind;
  const local = looks("local") ? await endLocal(named) : { removed: [], stillUp: [] };
  if (request.where?.kind === "context") {
    if (named === undefined && !request.isAll) throw tooWide(request.where.context);
    return { ...local, takenDown: await endOnContext(request.where.context, named, progress) };
  }
  const kind = looks("kind") ? await endOnKind(named, request.isAll, progress) : { takenDown: [], stillUp: [] };
  return {
    removed: local.removed,
    takenDown: kind.takenDown,
    stillUp: [...local.stillUp, ...kind.stillUp],
  };
}

/** On a cluster that many use, other people's topologies are not ended by leaving a word out. */
function tooWide(context: string): KarmaError {
  const message = `expected a topology to end on ${context}, found none named or lying here`;
  return new KarmaError("USAGE", message, "name it, or --all for every topology of karma's on that cluster");
}

type Local = Pick<ClusterDownResult, "removed" | "stillUp">;

/** @param named  every cluster when undefined */
async function endLocal(named: string | undefined): Promise<Local> {
  const removed: SweptCluster[] = [];
  for (const { name, isUp } of listLocalClusters()) {
    if (isUp && (named === undefined || name === named)) removed.push(...(await sweepLocalClusters(name)));
  }
  removed.push(...(await clearRemains()));
  return { removed, stillUp: listLocalClusters().flatMap(({ name, isUp }) => (isUp ? [name] : [])) };
}

async function endOnKind(
  named: string | undefined,
  isAll: boolean,
  progress: Progress,
): Promise<Pick<ClusterDownResult, "takenDown" | "stillUp">> {
  const known = await knownKindClusters(runTool);
  const namespace = named === undefined ? undefined : namespaceOf(named);
  const takenDown: TakenDown[] = [];
  for (const cluster of known) {
    const taken = await progress.step(`look at cluster ${cluster.cluster} of kind`, () =>
      takeDownOnKind(tools, cluster, namespace, isAll),
    );
    if (taken !== undefined) takenDown.push(taken);
  }
  const gone = new Set(takenDown.flatMap(({ cluster, isClusterDeleted }) => (isClusterDeleted ? [cluster] : [])));
  const left = (await knownKindClusters(runTool)).filter(({ cluster }) => !gone.has(cluster));
  return { takenDown, stillUp: left.map(({ cluster }) => `kind:${cluster}`) };
}

async function endOnContext(
  context: string,
  named: string | undefined,
  progress: Progress,
): Promise<readonly TakenDown[]> {
  const namespace = named === undefined ? undefined : namespaceOf(named);
  const taken = await progress.step(`take karma's namespaces from ${context}`, () =>
    onContext(context, (caller) => takeDownOnContext(caller, namespace)),
  );
  return taken.namespaces.length === 0 ? [] : [taken];
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
