import { join } from "node:path";
import { openEventFile } from "../host/event-file.ts";
import type { RunFolder } from "../host/run-folder.ts";
import { type RunMetrics, scalarsOf } from "./run-metrics.ts";
import { runFiles } from "./runs.ts";

/** Which team did best where it was not trained. */
export type BestTeam = { readonly iteration: number; readonly reward: number };

/** What a training leaves in its folder as it goes. */
export type RunRecord = {
  /** Of the teams validated so far; the first of those that did equally well. */
  best(): BestTeam | undefined;
  /** Validations since the best one. */
  sinceBest(): number;
  add(metrics: RunMetrics, stepsPerS: number): void;
  /** Writes the team of the last iteration, and drops those that are too old. */
  keep(iteration: number, checkpoint: string): Promise<void>;
  /** Writes everything a resumed run needs, after all that it does not repeat. */
  save(snapshot: Uint8Array): Promise<void>;
};

/**
 * @param iteration  done so far: what an interrupted run left behind it is dropped, it will come again; 0 empties all
 * @param kept  teams of the last iterations that stay
 */
export function openRunRecord(folder: RunFolder, iteration: number, kept: number): RunRecord {
  if (iteration === 0) folder.remove(runFiles.checkpoints);
  if (iteration === 0) folder.remove(runFiles.best);
  folder.rewind(runFiles.metrics, (line) => (line as RunMetrics).iteration <= iteration);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written here
  const lines = folder.lines(runFiles.metrics) as readonly RunMetrics[];
  const events = openEventFile(join(folder.path, runFiles.events), lines.at(-1)?.steps);
  let standing: Standing = { best: undefined, sinceBest: 0 };
  for (const line of lines) standing = standingAfter(standing, line);
  return {
    best: () => standing.best,
    sinceBest: () => standing.sinceBest,
    add(metrics, stepsPerS) {
      folder.append(runFiles.metrics, metrics);
      events.add(metrics.steps, { ...scalarsOf(metrics), "time/stepsPerS": stepsPerS });
      standing = standingAfter(standing, metrics);
    },
    async keep(at, checkpoint) {
      await folder.write(join(runFiles.checkpoints, checkpointName(at)), checkpoint);
      if (standing.best?.iteration === at) await folder.write(runFiles.best, checkpoint);
      const names = folder.list(runFiles.checkpoints);
      for (const name of names.slice(0, Math.max(0, names.length - kept)))
        folder.remove(join(runFiles.checkpoints, name));
    },
    async save(snapshot) {
      folder.flush(runFiles.metrics);
      await folder.write(runFiles.snapshot, snapshot);
    },
  };
}

type Standing = { readonly best: BestTeam | undefined; readonly sinceBest: number };

function standingAfter({ best, sinceBest }: Standing, { iteration, validation }: RunMetrics): Standing {
  if (validation === undefined) return { best, sinceBest };
  const { reward } = validation;
  if (best === undefined || reward > best.reward) return { best: { iteration, reward }, sinceBest: 0 };
  return { best, sinceBest: sinceBest + 1 };
}

/** So that names sort as their numbers do. */
function checkpointName(iteration: number): string {
  return `${String(iteration).padStart(6, "0")}.json`;
}
