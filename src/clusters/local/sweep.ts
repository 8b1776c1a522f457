import { existsSync, rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KarmaError } from "../../core/errors.ts";
import { callSupervisor } from "./call-supervisor.ts";
import { type ProcessIdentity, findMarked, identify, isAlive } from "./process-identity.ts";
import { type ClusterState, clusterDir, clusterNames, clustersDir, readSpec, readState } from "./state.ts";

/** What `karma cluster down` found of one cluster and removed. */
export type SweptCluster = {
  readonly name: string;
  /** True when it was up and went down in good order. */
  readonly wasUp: boolean;
  /** Processes a dead run had left, killed now. */
  readonly killedPids: readonly number[];
};

const DOWN_MS = 10_000;

/** Ends the named cluster, or all: asks those that are up, kills what dead ones left, removes their files. */
export async function sweepLocalClusters(name?: string): Promise<readonly SweptCluster[]> {
  const folders = clusterNames();
  const swept: SweptCluster[] = [];
  for (const folder of folders) {
    const directory = join(clustersDir(), folder);
    if (name === undefined || directory === clusterDir(name)) swept.push(await sweepOne(directory, folder));
  }
  await removeAbandonedDrafts();
  return swept;
}

/**
 * Ends one very cluster, or removes what it left; another that has taken its name since is left alone.
 *
 * @param id  undefined: only a folder that says of no cluster
 */
export async function sweepCluster(name: string, id: string | undefined): Promise<readonly SweptCluster[]> {
  const directory = clusterDir(name);
  await removeAbandonedDrafts();
  return existsSync(directory) && readSpec(directory)?.id === id ? [await sweepOne(directory, name)] : [];
}

async function sweepOne(directory: string, folder: string): Promise<SweptCluster> {
  const spec = readSpec(directory);
  const wasUp = await askDown(stateOf(directory, spec?.id));
  const killedPids = await killAll(directory, spec?.id);
  // While these processes ended, another start may have taken the name.
  if (readSpec(directory)?.id === spec?.id) rmSync(directory, { recursive: true, force: true });
  return { name: spec?.name ?? folder, wasUp, killedPids };
}

/** True when the supervisor did it all; false when there is none, or it does not answer. */
async function askDown(state: ClusterState | undefined): Promise<boolean> {
  if (state === undefined || !isAlive(state.supervisor)) return false;
  try {
    await callSupervisor(state, { verb: "down" }, DOWN_MS);
  } catch (error) {
    // It may have ended by itself in this very moment; what it left is killed by its records.
    if (error instanceof KarmaError && error.code === "NOT_READY") return false;
    throw error;
  }
  for (let waitedMs = 0; isAlive(state.supervisor) && waitedMs < DOWN_MS; waitedMs += 10) await sleep(10);
  return true;
}

/** The supervisor first, so that it does not replace its pods; each is the very process that was recorded. */
async function killAll(directory: string, clusterId: string | undefined): Promise<number[]> {
  const killed = new Set<number>();
  for (let waitedMs = 0; waitedMs < DOWN_MS; waitedMs += 10) {
    const state = stateOf(directory, clusterId);
    const recorded = state === undefined ? [] : [state.supervisor, ...state.pods];
    const marked = clusterId === undefined ? [] : findMarked(clusterId);
    const alive = [...recorded, ...marked].filter(isAlive);
    if (alive.length === 0) return [...killed];
    for (const identity of alive) if (kill(identity)) killed.add(identity.pid);
    await sleep(10);
  }
  const pids = [...killed].join(", ");
  throw new KarmaError("TOOL_FAILED", `processes ${pids} do not end`, `look at them: ps -p ${pids}`);
}

/** The record of this very cluster; where no id is known, whatever record there is. */
function stateOf(directory: string, clusterId: string | undefined): ClusterState | undefined {
  const state = readState(directory);
  return clusterId === undefined || state?.id === clusterId ? state : undefined;
}

/** False when it ended in between. */
function kill({ pid }: ProcessIdentity): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

/** A start that died before its folder had its name: nothing ran yet. */
async function removeAbandonedDrafts(): Promise<void> {
  for (const entry of await readdir(clustersDir())) {
    const [, pid] = /^\.draft-(\d+)-/.exec(entry) ?? [];
    if (pid === undefined) continue;
    const starter = readSpec(join(clustersDir(), entry))?.starter;
    const isAtWork = starter === undefined ? identify(Number(pid)) !== undefined : isAlive(starter);
    if (!isAtWork) rmSync(join(clustersDir(), entry), { recursive: true, force: true });
  }
}
