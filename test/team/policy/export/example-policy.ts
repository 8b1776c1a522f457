import { kubernetesTiming } from "../../../../src/control/loop/timing.ts";
import { createRng, type Rng } from "../../../../src/core/rng.ts";
import { initialise } from "../../../../src/nn/init.ts";
import { defineNetwork, type NetworkStyle } from "../../../../src/nn/network.ts";
import { createPlainKernels } from "../../../../src/nn/plain.ts";
import { scalingActions } from "../../../../src/team/policy/actions.ts";
import type { Checkpoint } from "../../../../src/team/policy/checkpoint.ts";
import { createGreedyPlayer } from "../../../../src/team/policy/inference.ts";
import { observationSize } from "../../../../src/team/policy/observe.ts";

/** A team whose probabilities are far from equal, so that a wrong layer shows. */
export function exampleCheckpoint(style: NetworkStyle = {}, hidden: readonly number[] = [13, 9]): Checkpoint {
  const network = defineNetwork([observationSize, ...hidden, scalingActions.length], style);
  const weights = new Float32Array(network.endsAt);
  const rng = createRng(5);
  initialise(network, weights, 3, rng);
  for (const layer of network.layers) {
    if (layer.kind === "norm") shake(weights.subarray(layer.gainsAt, layer.gainsAt + layer.fanOut), rng);
    if (layer.kind === "dense" || layer.kind === "norm")
      shake(weights.subarray(layer.biasesAt, layer.biasesAt + layer.fanOut), rng);
  }
  return {
    topology: { name: "shop", hash: "abc", services: ["front", 'back "end"'] },
    timing: kubernetesTiming,
    headroom: 1.5,
    training: { algorithm: "ippo", seed: 1, steps: 100, config: {} },
    backEnd: "plain",
    network,
    weights,
    forbidden: [[0], []],
  };
}

function shake(numbers: Float32Array, rng: Rng): void {
  for (let k = 0; k < numbers.length; k++) numbers[k] = numbers[k]! + rng.between(-1, 1);
}

/** Teams that can be exported: of each kind of layer. */
export const exampleStyles: readonly NetworkStyle[] = [
  {},
  { activation: "relu" },
  { activation: "silu" },
  { activation: "silu", normalisation: "layer" },
  { normalisation: "layer" },
];

/** [rows][features], beyond the ranges that features have. */
export function exampleObservations(rows: number): Float32Array {
  const rng = createRng(6);
  return Float32Array.from({ length: rows * observationSize }, () => rng.between(-3, 3));
}

/** [rows][actions], as our own inference has them. */
export function ownProbabilities({ network, weights }: Checkpoint, observations: Float32Array): Float64Array {
  const rows = observations.length / observationSize;
  const player = createGreedyPlayer(createPlainKernels(), network, weights, rows);
  player.choose(observations);
  return player.probabilities;
}

/** The largest distance between numbers of the same place. */
export function largestDistance(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (found.length !== wanted.length) throw new Error(`${found.length} numbers, not ${wanted.length}`);
  let largest = 0;
  for (let k = 0; k < wanted.length; k++) {
    const distance = Math.abs(found[k]! - wanted[k]!);
    // Also when it is no number.
    if (!(distance <= largest)) largest = distance;
  }
  return largest;
}
