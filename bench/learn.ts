import { createRng, type Rng } from "../src/core/rng.ts";
import type { AdamRate, Kernels, Vector } from "../src/nn/kernels.ts";
import { backward, createScratch, defineMlp, forward, type Mlp, type MlpScratch } from "../src/nn/mlp.ts";
import { createPlainKernels } from "../src/nn/plain.ts";
import { createWasmKernels } from "../src/nn/wasm.ts";
import { type ActorCritic, createBatch, createShardComputer } from "../src/team/learn/ppo-gradient.ts";
import { type BenchRow, median } from "./row.ts";

const ROUNDS = 7;
const ROUND_MS = 200;
const SAMPLES = 1_024;
const ACTOR = [12, 64, 64, 5];
const CRITIC = [24, 64, 64, 1];
const RATE: AdamRate = { learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientScale: 1 };

/** What is measured: one call works through so many rows. */
type Work = { readonly rows: number; readonly run: () => void };

/** The WebAssembly kernels against the plain ones, in turns in one process. */
export async function benchLearn(progress: (line: string) => void): Promise<readonly BenchRow[]> {
  return [
    compare("train actor and critic on 1024 rows: forward, backward, Adam", trainNetworks, ">= 7", progress),
    compare("learn from 1024 samples: gather, PPO losses, the above", learnFromSamples, ">= 5", progress),
    compare("actor on a batch of 64 rows", (kernels) => act(kernels, 64), ">= 5", progress),
    compare("actor on 1 row", (kernels) => act(kernels, 1), ">= 2", progress),
  ];
}

function compare(
  name: string,
  work: (kernels: Kernels) => Work,
  target: string,
  progress: (line: string) => void,
): BenchRow {
  const plain = work(createPlainKernels());
  const wasm = work(createWasmKernels());
  const perS: { plain: number; wasm: number }[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const pair = { plain: rowsPerS(plain), wasm: rowsPerS(wasm) };
    // The first round warms up.
    if (round >= 0) perS.push(pair);
  }
  const ratios = perS.map((pair) => pair.wasm / pair.plain);
  progress(`${name}: ${ratios.map((ratio) => ratio.toFixed(2)).join(", ")} times as fast`);
  // Other work on the machine slows a whole round: the row is that of the middle ratio.
  const ratio = median(ratios);
  const { wasm: value, plain: peer } = perS[ratios.indexOf(ratio)]!;
  return { name, value, unit: "rows/s", peer, ratio, target };
}

function rowsPerS({ rows, run }: Work): number {
  const start = performance.now();
  let done = 0;
  let elapsedMs = 0;
  while (elapsedMs < ROUND_MS) {
    for (let calls = 0; calls * rows < SAMPLES; calls++) {
      run();
      done += rows;
    }
    elapsedMs = performance.now() - start;
  }
  return (done * 1_000) / elapsedMs;
}

type Network = {
  readonly mlp: Mlp;
  readonly parameters: Vector;
  readonly gradient: Vector;
  readonly moments: Vector;
  readonly scratch: MlpScratch;
};

function createNetwork(kernels: Kernels, sizes: readonly number[], rows: number): Network {
  const mlp = defineMlp(sizes);
  const rng = createRng(sizes.join());
  const parameters = kernels.vector(mlp.endsAt);
  const scratch = createScratch(kernels, mlp, rows);
  fillRandom(parameters, 0.2, rng);
  fillRandom(scratch.input, 1, rng);
  fillRandom(scratch.outputGradient, 1 / rows, rng);
  const [gradient, moments] = [kernels.vector(mlp.endsAt), kernels.vector(2 * mlp.endsAt)];
  return { mlp, parameters, gradient, moments, scratch };
}

function fillRandom(vector: Vector | Float32Array, limit: number, rng: Rng): void {
  for (let k = 0; k < vector.length; k++) vector[k] = limit * (2 * rng.uniform() - 1);
}

function trainNetworks(kernels: Kernels): Work {
  const networks = [ACTOR, CRITIC].map((sizes) => createNetwork(kernels, sizes, SAMPLES));
  let step = 0;
  const run = (): void => {
    step++;
    for (const { mlp, parameters, gradient, moments, scratch } of networks) {
      forward(kernels, mlp, parameters, scratch, SAMPLES);
      backward(kernels, mlp, parameters, gradient.fill(0), scratch, SAMPLES);
      kernels.adam(parameters, gradient, moments, step, RATE);
    }
  };
  return { rows: SAMPLES, run };
}

function learnFromSamples(kernels: Kernels): Work {
  const actor = defineMlp(ACTOR);
  const networks: ActorCritic = { actor, critic: defineMlp(CRITIC, actor.endsAt) };
  const batch = createBatch(kernels, networks, { samples: SAMPLES, shards: 1, isMasked: false });
  const rng = createRng("learn");
  fillRandom(batch.parameters, 0.2, rng);
  fillRandom(batch.observations, 1, rng);
  fillRandom(batch.privileged, 1, rng);
  for (let k = 0; k < SAMPLES; k++) {
    batch.actions[k] = rng.integer(5);
    batch.logProbabilities[k] = Math.log(0.2);
    batch.advantages[k] = rng.between(-1, 1);
    batch.targets[k] = rng.between(-1, 1);
    // Each sample once, far from its neighbours.
    batch.order[k] = (k * 389) % SAMPLES;
  }
  const moments = kernels.vector(2 * batch.parameters.length);
  const compute = createShardComputer({ kernels, networks, batch, options: { clip: 0.2, entropyWeight: 0.004 } });
  let step = 0;
  const run = (): void => {
    step++;
    compute({ from: 0, to: SAMPLES }, 0);
    kernels.adam(batch.parameters, batch.gradients[0]!, moments, step, RATE);
  };
  return { rows: SAMPLES, run };
}

function act(kernels: Kernels, rows: number): Work {
  const { mlp, parameters, scratch } = createNetwork(kernels, ACTOR, rows);
  return { rows, run: () => forward(kernels, mlp, parameters, scratch, rows) };
}
