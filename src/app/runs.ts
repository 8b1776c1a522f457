import { join, resolve } from "node:path";
import { KarmaError } from "../core/errors.ts";
import { fileExists, readUserFile } from "../host/read.ts";
import { runsByAge } from "../host/run-folder.ts";
import { type Checkpoint, readCheckpoint } from "../team/policy/checkpoint.ts";

/** Files of `runs/<name>/`. */
export const runFiles = {
  /** What was learned: see docs/policy.md. */
  checkpoint: "checkpoint.json",
  /** The same team before it learned anything. */
  untrained: "untrained.json",
  /** One JSON line per iteration. */
  metrics: "metrics.jsonl",
  /** Everything `--resume` needs. */
  snapshot: "snapshot.bin",
  /** What was asked for. */
  config: "config.json",
} as const;

export type ReadRun = { readonly path: string; readonly checkpoint: Checkpoint };

/** The named run, or the newest one of this topology; undefined when there is none. */
export function findRun(cwd: string, named: string | undefined, topologyHash: string): ReadRun | undefined {
  if (named !== undefined) return readRun(runPath(cwd, named));
  for (const path of runsByAge(join(cwd, "runs"), runFiles.checkpoint)) {
    const run = readRun(path);
    if (run.checkpoint.topology.hash === topologyHash) return run;
  }
  return undefined;
}

/** As {@link findRun}, but a failure when there is none. */
export function requireRun(cwd: string, named: string | undefined, topologyHash: string): ReadRun {
  const run = findRun(cwd, named, topologyHash);
  if (run !== undefined) return run;
  throw new KarmaError("NOT_READY", `no run of this topology in ${join(cwd, "runs")}`, "karma train makes one");
}

/** The team of a run before it learned anything. */
export function readUntrained(run: ReadRun): Checkpoint {
  return readCheckpointFile(join(run.path, runFiles.untrained));
}

/** A run is named by its folder: `runs/shop`, or `shop` for short. */
function runPath(cwd: string, named: string): string {
  const direct = resolve(cwd, named);
  return fileExists(direct) ? direct : join(cwd, "runs", named);
}

function readRun(path: string): ReadRun {
  return { path, checkpoint: readCheckpointFile(join(path, runFiles.checkpoint)) };
}

function readCheckpointFile(path: string): Checkpoint {
  return readCheckpoint(readUserFile(path, "checkpoint"), path);
}
