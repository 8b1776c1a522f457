import { trainingKernels } from "../src/app/training-kernels.ts";
import { KarmaError } from "../src/core/errors.ts";
import { createRng } from "../src/core/rng.ts";
import type { AdamRate, BackEnd, Kernels, Vector } from "../src/nn/kernels.ts";
import { defineMlp } from "../src/nn/mlp.ts";
import { type ActorCritic, createBatch, createShardComputer } from "../src/team/learn/ppo-gradient.ts";
import { type BenchRow, median } from "./row.ts";

const ROUNDS = 5;
const SAMPLES = 1_024;
const ROUND_MS = 500;
const RATE: AdamRate = { learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientScale: 1 };
const others: readonly BackEnd[] = ["plain", "tfjs", "tfjs-node"];

/** Every back end that is installed against WebAssembly, in turns in one process, learning from the same samples. */
export async function benchBackEnds(progress: (line: string) => void): Promise<readonly BenchRow[]> {
  const wasm = learner(trainingKernels("wasm"));
  const rows: BenchRow[] = [];
  for (const backEnd of others) {
    const kernels = kernelsOf(backEnd, progress);
    if (kernels !== undefined) rows.push(compare(backEnd, learner(kernels), wasm, progress));
  }
  return rows;
}

/** Undefined where the packages of a back end are not there. */
function kernelsOf(backEnd: BackEnd, progress: (line: string) => void): Kernels | undefined {
  try {
    return trainingKernels(backEnd);
  } catch (error) {
    if (!(error instanceof KarmaError)) throw error;
    progress(`${backEnd}: ${error.message}`);
    return undefined;
  }
}

function compare(backEnd: BackEnd, own: () => void, wasm: () => void, progress: (line: string) => void): BenchRow {
  const perS: { own: number; wasm: number }[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const pair = { own: samplesPerS(own), wasm: samplesPerS(wasm) };
    // The first round warms up.
    if (round >= 0) perS.push(pair);
  }
  const ratios = perS.map((pair) => pair.own / pair.wasm);
  progress(`${backEnd}: ${ratios.map((ratio) => ratio.toFixed(4)).join(", ")} of WebAssembly's speed`);
  const ratio = median(ratios);
  const { own: value, wasm: peer } = perS[ratios.indexOf(ratio)]!;
  const name = `${backEnd} against wasm: learn from 1024 samples, gradients and Adam`;
  return { name, value, unit: "samples/s", peer, ratio, target: "none" };
}

function samplesPerS(run: () => void): number {
  const start = performance.now();
  let done = 0;
  let elapsedMs = 0;
  while (elapsedMs < ROUND_MS) {
    run();
    done += SAMPLES;
    elapsedMs = performance.now() - start;
  }
  return (done * 1_000) / elapsedMs;
}

/** A call learns once from the same mini-batch. */
function learner(kernels: Kernels): () => void {
  const actor = defineMlp([12, 64, 64, 5]);
  const networks: ActorCritic = { actor, critic: defineMlp([24, 64, 64, 1], actor.endsAt) };
  const batch = createBatch(kernels, networks, { samples: SAMPLES, shards: 1, isMasked: false });
  const rng = createRng("back ends");
  const fill = (vector: Vector, limit: number): void => {
    for (let k = 0; k < vector.length; k++) vector[k] = rng.between(-limit, limit);
  };
  fill(batch.parameters, 0.2);
  for (const column of [batch.observations, batch.privileged, batch.advantages, batch.targets]) fill(column, 1);
  batch.logProbabilities.fill(Math.log(0.2));
  for (let k = 0; k < SAMPLES; k++) batch.actions[k] = rng.integer(5);
  const moments = kernels.vector(2 * batch.parameters.length);
  const compute = createShardComputer({ kernels, networks, batch, options: { clip: 0.2, entropyWeight: 0.004 } });
  let step = 0;
  return () => {
    compute({ from: 0, to: SAMPLES }, 0);
    kernels.adam(batch.parameters, batch.gradients[0]!, moments, ++step, RATE);
  };
}
