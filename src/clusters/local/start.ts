import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { Timing } from "../../control/loop/timing.ts";
import { KarmaError } from "../../core/errors.ts";
import { writeFileAtomic } from "../../host/files.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { awaitUp } from "./await-up.ts";
import { type LocalClusterClient, createClient } from "./client.ts";
import { CLUSTER_MARK, identify, isAlive } from "./process-identity.ts";
import { STAY } from "./protocol.ts";
import { type ClusterSpec, clusterDir, clustersDir, readSpec, readState } from "./state.ts";
import { sweepCluster } from "./sweep.ts";

export type LocalClusterOptions = {
  readonly topology: Topology;
  /** Already divided by its time scale. */
  readonly timing: Timing;
  readonly seed: number;
  /** True: the cluster ends with this process, however that ends. False: it stays until `down`. */
  readonly bound: boolean;
  /** In the topology's order; the minimum of each service when left out. */
  readonly initialReplicas?: readonly number[];
  readonly onProgress?: (ready: number, wanted: number) => void;
  /** The program of a pod; the real mock when left out. */
  readonly podProgram?: string;
};

const MOCK = fileURLToPath(new URL("../../../mocks/src/main.ts", import.meta.url));
const SUPERVISOR = fileURLToPath(new URL("supervisor-process.ts", import.meta.url));

/** Starts a cluster and waits until its first pods are ready. Aborted, failed or killed on the way it leaves nothing. */
export async function startLocalCluster(
  options: LocalClusterOptions,
  signal?: AbortSignal,
): Promise<LocalClusterClient> {
  signal?.throwIfAborted();
  const spec = specOf(options);
  const directory = clusterDir(spec.name);
  await refuseOrSweep(directory, spec.name);
  await claim(directory, spec);
  try {
    const supervisor = spawnSupervisor(directory, spec);
    await awaitUp(supervisor, directory, spec, options.onProgress, signal);
    const state = readState(directory);
    if (state === undefined) throw new Error(`${directory}: a cluster that is up has no state`);
    letGo(supervisor, options.bound);
    return createClient(spec, state, 0);
  } catch (error) {
    await sweepCluster(spec.name, spec.id);
    throw error;
  }
}

function specOf(options: LocalClusterOptions): ClusterSpec {
  const { topology, timing, seed } = options;
  return {
    id: randomUUID(),
    name: topology.name,
    starter: identify(process.pid) ?? { pid: process.pid, started: "" },
    topology,
    timing,
    seed,
    initialReplicas: options.initialReplicas ?? topology.services.map(({ minReplicas }) => minReplicas),
    podProgram: options.podProgram ?? MOCK,
  };
}

/** One that is up, or on its way, is left alone; what a dead one left is removed, and nothing that came since. */
async function refuseOrSweep(directory: string, name: string): Promise<void> {
  const spec = readSpec(directory);
  const owner = readState(directory)?.supervisor ?? spec?.starter;
  if (owner !== undefined && isAlive(owner)) throw isUpAlready(name);
  await sweepCluster(name, spec?.id);
}

function isUpAlready(name: string): KarmaError {
  return new KarmaError("NOT_READY", `local cluster ${name} is up already`, "`karma cluster down` ends it");
}

/** Takes the cluster's folder with its spec inside in one step, so that of two starts at once one fails. */
async function claim(directory: string, spec: ClusterSpec): Promise<void> {
  const draft = await mkdtemp(join(clustersDir(), `.draft-${process.pid}-`));
  mkdirSync(join(draft, "logs"));
  await writeFileAtomic(join(draft, "spec.json"), JSON.stringify(spec), 0o600);
  try {
    await rename(draft, directory);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const isTaken = error instanceof Error && "code" in error && ["ENOTEMPTY", "EEXIST"].includes(String(error.code));
    throw isTaken ? isUpAlready(spec.name) : error;
  }
}

/** In a session of its own: Ctrl-C reaches the starter alone, and the starter decides. */
function spawnSupervisor(directory: string, spec: ClusterSpec): ChildProcess {
  const log = openSync(join(directory, "logs", "supervisor.log"), "a", 0o600);
  const { NODE_OPTIONS: _, ...environment } = process.env;
  try {
    return spawn(process.execPath, [SUPERVISOR, join(directory, "spec.json")], {
      detached: true,
      stdio: ["ignore", log, log, "ipc"],
      env: {
        ...environment,
        [CLUSTER_MARK]: spec.id,
        NODE_COMPILE_CACHE: environment["NODE_COMPILE_CACHE"] ?? join(tmpdir(), "node-compile-cache"),
      },
    });
  } finally {
    closeSync(log);
  }
}

/** A bound supervisor goes when the channel does; the other is told to stay first. Neither keeps this process alive. */
function letGo(supervisor: ChildProcess, isBound: boolean): void {
  supervisor.removeAllListeners();
  if (!isBound) supervisor.send(STAY, () => supervisor.disconnect());
  supervisor.unref();
  supervisor.channel?.unref();
}
