import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Timing } from "../../control/loop/timing.ts";
import { KarmaError } from "../../core/errors.ts";
import { writeFileAtomic } from "../../host/files.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** What a supervisor is started with: `spec.json` in the cluster's folder, written before anything runs. */
export type ClusterSpec = {
  /** Random; every process of the cluster carries it in its environment. */
  readonly id: string;
  readonly name: string;
  /** Who starts the cluster. */
  readonly starter: ProcessIdentity;
  readonly topology: Topology;
  readonly timing: Timing;
  readonly seed: number;
  /** Replicas at the start, in the topology's order. */
  readonly initialReplicas: readonly number[];
  /** The program of a pod. */
  readonly podProgram: string;
};

/** What runs now: `state.json`. Holds the key to the control port, so only its owner may read it. */
export type ClusterState = {
  readonly id: string;
  readonly supervisor: ProcessIdentity;
  readonly controlUrl: string;
  readonly token: string;
  /** Zero of the cluster's clock on the machine's monotonic clock, ns. */
  readonly zeroNs: string;
  /** Address of each service, in the topology's order. */
  readonly serviceUrls: readonly string[];
  readonly pods: readonly (ProcessIdentity & { readonly name: string })[];
};

/** `$KARMA_STATE_DIR/clusters` or `~/.karma/clusters`, created for its owner alone. */
export function clustersDir(): string {
  const path = join(process.env["KARMA_STATE_DIR"] ?? join(homedir(), ".karma"), "clusters");
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const message = `cannot create ${path}: ${String(error.code)}`;
    throw new KarmaError("TOOL_FAILED", message, "name a folder that can be written in KARMA_STATE_DIR", {
      cause: error,
    });
  }
  return path;
}

export function clusterDir(name: string): string {
  return join(clustersDir(), folderName(name));
}

/** Names as folders: what a file system could take amiss becomes a dash. */
function folderName(name: string): string {
  const safe = name.replaceAll(/[^a-zA-Z0-9_-]+/g, "-").slice(0, 64);
  return safe === "" ? "-" : safe;
}

/** Folders of clusters that run or left something, by name. */
export function clusterNames(): string[] {
  return readdirSync(clustersDir())
    .filter((entry) => !entry.startsWith("."))
    .sort();
}

export function readSpec(directory: string): ClusterSpec | undefined {
  const text = readOwnFile(join(directory, "spec.json"));
  return text === undefined ? undefined : JSON.parse(text);
}

export function readState(directory: string): ClusterState | undefined {
  const text = readOwnFile(join(directory, "state.json"));
  return text === undefined ? undefined : JSON.parse(text);
}

export async function writeState(directory: string, state: ClusterState): Promise<void> {
  await writeFileAtomic(join(directory, "state.json"), JSON.stringify(state), 0o600);
}

/** Our files are written atomically: there is either none or a whole one. */
function readOwnFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && ["ENOENT", "ENOTDIR"].includes(String(error.code));
    if (isMissing) return undefined;
    throw error;
  }
}
