import { createRng, type Rng } from "../src/core/rng.ts";
import type { AdamRate, Kernels, Vector } from "../src/nn/kernels.ts";
import { backward, createScratch, defineMlp, forward, type Mlp, type MlpScratch } from "../src/nn/mlp.ts";
import { type ActorCritic, createBatch, createShardComputer } from "../src/team/learn/ppo-gradient.ts";
import { perCpuSecond } from "./cpu-speed.ts";

const ROUND_MS = 300;
const SAMPLES = 1_024;
const ACTOR = [12, 64, 64, 5];
const CRITIC = [24, 64, 64, 1];
/** Of a sample through both networks: two for each product that is summed up, thrice, but the first layer asks no further back. */
export const flopPerRow: number = [ACTOR, CRITIC].reduce((sum, sizes) => sum + 2 * productsOf(sizes), 0);
const RATE: AdamRate = { learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientScale: 1 };

/** What is measured: one call works through so many rows. */
export type Work = { readonly rows: number; readonly run: () => void };

/** Of one round, per second of CPU time: others on the machine are not measured. */
export function rowsPerS({ rows, run }: Work): number {
  return perCpuSecond(() => {
    const startMs = performance.now();
    let done = 0;
    while (performance.now() - startMs < ROUND_MS) {
      for (let calls = 0; calls * rows < SAMPLES; calls++) {
        run();
        done += rows;
      }
    }
    return done;
  });
}

function productsOf(sizes: readonly number[]): number {
  const products = sizes.slice(1).map((fanOut, layer) => sizes[layer]! * fanOut * (layer === 0 ? 2 : 3));
  return products.reduce((sum, each) => sum + each, 0);
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

function fillRandom(vector: Vector, limit: number, rng: Rng): void {
  for (let k = 0; k < vector.length; k++) vector[k] = limit * (2 * rng.uniform() - 1);
}

/** Forward, backward and Adam of an actor and a critic: arithmetic of the kernels alone. */
export function trainNetworks(kernels: Kernels, sizes: readonly (readonly number[])[] = [ACTOR, CRITIC]): Work {
  const networks = sizes.map((each) => createNetwork(kernels, each, SAMPLES));
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

/** What a trainer does with a mini-batch: gather, the losses of PPO, forward, backward and Adam. */
export function learnFromSamples(kernels: Kernels): Work {
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

/** Logits of an actor. */
export function act(kernels: Kernels, rows: number): Work {
  const { mlp, parameters, scratch } = createNetwork(kernels, ACTOR, rows);
  return { rows, run: () => forward(kernels, mlp, parameters, scratch, rows) };
}
