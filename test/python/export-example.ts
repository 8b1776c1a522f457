import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeCheckpoint } from "../../src/team/policy/checkpoint.ts";
import { exampleCheckpoint, exampleObservations, ownProbabilities } from "../team/policy/export/example-policy.ts";

/** Writes a run to export into the folder given, and what our own inference says to some observations. */
function writeExample(folder: string): void {
  const checkpoint = exampleCheckpoint([64, 64]);
  const observations = exampleObservations(200);
  const run = join(folder, "runs", "example");
  mkdirSync(run, { recursive: true });
  writeFileSync(join(run, "checkpoint.json"), encodeCheckpoint(checkpoint));
  const told = { observations: [...observations], probabilities: [...ownProbabilities(checkpoint, observations)] };
  writeFileSync(join(folder, "told.json"), JSON.stringify(told));
}

writeExample(process.argv[2]!);
