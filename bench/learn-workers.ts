import { startTraining, type Training } from "../src/app/start-training.ts";
import { defaultIppoOptions } from "../src/team/learn/ippo-options.ts";
import { benchGame } from "./learn-loop.ts";
import { measureRounds, rowOf } from "./pairs.ts";
import type { BenchRow } from "./row.ts";

const ENVIRONMENTS = 256;

/** Whole iterations of `karma train`, playing and learning, with two threads against one, in turns. */
export async function benchWorkers(progress: (line: string) => void): Promise<readonly BenchRow[]> {
  const [one, two] = [await trainingOf(1), await trainingOf(2)];
  const pairs = await measureRounds(() => ({ peer: stepsPerS(one), value: stepsPerS(two) }));
  await Promise.all([one.close(), two.close()]);
  const name = "whole iterations of karma train, 2 workers (peer: 1)";
  return [rowOf({ name, unit: "steps/s", target: ">= 1.5" }, pairs, progress)];
}

function trainingOf(workers: number): Promise<Training> {
  const game = { ...benchGame(), environments: ENVIRONMENTS };
  return startTraining({ ...game, options: defaultIppoOptions, seed: 1, backEnd: "wasm", workers });
}

/** Of all environments together, in one iteration. */
function stepsPerS({ trainer }: Training): number {
  const startMs = performance.now();
  trainer.iterate();
  return (ENVIRONMENTS * defaultIppoOptions.rolloutSteps * 1_000) / (performance.now() - startMs);
}
