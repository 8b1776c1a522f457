import { basename, join, resolve } from "node:path";
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
  /** The team that did best where it was not trained: see docs/runs.md. */
  best: "best.json",
  /** A folder: the teams of the last iterations, by their numbers. */
  checkpoints: "checkpoints",
  /** The same figures for TensorBoard. */
  events: "events.out.tfevents.karma",
  /** One JSON line per iteration. */
  metrics: "metrics.jsonl",
  /** Everything `--resume` needs. */
  snapshot: "snapshot.bin",
  /** What was asked for. */
  config: "config.json",
  /** Of the last transfer: see docs/transfer.md. */
  decisions: "decisions.jsonl",
} as const;

export type ReadRun = {
  /** Its folder. */
  readonly path: string;
  /** Which team of it this is, as `--run` takes it: the folder, or `<folder>/best` and the like. */
  readonly team: string;
  readonly checkpoint: Checkpoint;
};

/** The named run, or the newest one of this topology that can be read; undefined when there is none. */
export function findRun(cwd: string, named: string | undefined, topologyHash: string): ReadRun | undefined {
  if (named !== undefined) return readNamedRun(cwd, named);
  return newestRun(cwd, topologyHash).run;
}

/** As {@link findRun}, but a failure when there is none. */
export function requireRun(cwd: string, named: string | undefined, topologyHash: string): ReadRun {
  if (named !== undefined) return readNamedRun(cwd, named);
  const { run, damaged } = newestRun(cwd, topologyHash);
  if (run !== undefined) return run;
  const names = damaged.map((path) => basename(path)).join(", ");
  const hint = damaged.length === 0 ? "karma train makes one" : `karma train makes one; damaged, not read: ${names}`;
  throw new KarmaError("NOT_READY", `no run of this topology in ${join(cwd, "runs")}`, hint);
}

type NewestRun = { readonly run: ReadRun | undefined; readonly damaged: readonly string[] };

/** A damaged run of whatever topology does not stand in the way of the others. */
function newestRun(cwd: string, topologyHash: string): NewestRun {
  const damaged: string[] = [];
  for (const path of runsByAge(join(cwd, "runs"), runFiles.checkpoint)) {
    const run = readableRun(path);
    if (run === undefined) damaged.push(path);
    else if (run.checkpoint.topology.hash === topologyHash) return { run, damaged };
  }
  return { run: undefined, damaged };
}

function readableRun(path: string): ReadRun | undefined {
  try {
    return readRun(path);
  } catch (error) {
    if (error instanceof KarmaError) return undefined;
    throw error;
  }
}

/** The team of a run before it learned anything. */
export function readUntrained(run: ReadRun): Checkpoint {
  return readCheckpointFile(join(run.path, runFiles.untrained));
}

/** A run, or a checkpoint within one: `shop`, `shop/best`, `shop/checkpoints/000040`. `runs/best` may be a run too. */
export function readNamedRun(cwd: string, named: string): ReadRun {
  const [, run, file] = /^(.+)\/(best|checkpoints\/\d+)(?:\.json)?$/.exec(named) ?? [];
  if (run === undefined || file === undefined || placeOf(cwd, named) !== undefined)
    return readRun(namedRun(cwd, named));
  const folders = [join(cwd, "runs", run), resolve(cwd, run)];
  const path = folders.find((folder) => fileExists(join(folder, `${file}.json`)));
  if (path !== undefined)
    return { path, team: join(path, file), checkpoint: readCheckpointFile(join(path, `${file}.json`)) };
  const hint = `look into ${folders.find((folder) => fileExists(join(folder, runFiles.config))) ?? join(cwd, "runs")}`;
  throw new KarmaError("INPUT_INVALID", `no checkpoint ${file}.json in the run "${run}"`, hint);
}

/** A run is named by its folder: `runs/shop`, or `shop` for short. */
export function namedRun(cwd: string, named: string): string {
  const found = placeOf(cwd, named);
  if (found !== undefined) return found;
  const names = runsByAge(join(cwd, "runs"), runFiles.checkpoint).map((path) => basename(path));
  const hint = names.length === 0 ? "karma train makes one" : `there are: ${names.join(", ")}`;
  throw new KarmaError("INPUT_INVALID", `no trained run "${named}" in ${join(cwd, "runs")}`, hint);
}

function placeOf(cwd: string, named: string): string | undefined {
  const places = [join(cwd, "runs", named), resolve(cwd, named)];
  return places.find((path) => fileExists(join(path, runFiles.checkpoint)));
}

/** Where a new run of this name goes. */
export function newRunPath(cwd: string, name: string): string {
  const short = name.replace(/^runs\//, "");
  if (/^[\w][\w.-]*$/.test(short)) return join(cwd, "runs", short);
  const message = `expected the name of a run to be letters, digits, "-", "_" and ".", found "${name}"`;
  throw new KarmaError("USAGE", message, "it becomes a folder below runs/");
}

export function readRun(path: string): ReadRun {
  return { path, team: path, checkpoint: readCheckpointFile(join(path, runFiles.checkpoint)) };
}

function readCheckpointFile(path: string): Checkpoint {
  return readCheckpoint(readUserFile(path, "checkpoint"), path);
}
