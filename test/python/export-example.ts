import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NetworkStyle } from "../../src/nn/network.ts";
import { encodeCheckpoint } from "../../src/team/policy/checkpoint.ts";
import { exampleCheckpoint, exampleObservations, ownProbabilities } from "../team/policy/export/example-policy.ts";

/** Writes runs to export into the folder given, and what our own inference says to some observations. */
function writeExamples(folder: string): void {
  const observations = exampleObservations(200);
  const probabilities = Object.entries(styles).map(([name, style]) => {
    const checkpoint = exampleCheckpoint(style, [64, 64]);
    const run = join(folder, "runs", name);
    mkdirSync(run, { recursive: true });
    writeFileSync(join(run, "checkpoint.json"), encodeCheckpoint(checkpoint));
    return [name, [...ownProbabilities(checkpoint, observations)]] as const;
  });
  const told = { observations: [...observations], probabilities: Object.fromEntries(probabilities) };
  writeFileSync(join(folder, "told.json"), JSON.stringify(told));
}

const styles: Readonly<Record<string, NetworkStyle>> = {
  example: {},
  relu: { activation: "relu" },
  layered: { activation: "silu", normalisation: "layer" },
};

writeExamples(process.argv[2]!);
