import { kubernetesTiming } from "../../../../src/control/loop/timing.ts";
import { createRng } from "../../../../src/core/rng.ts";
import { initialise } from "../../../../src/nn/init.ts";
import { defineMlp } from "../../../../src/nn/mlp.ts";
import { createPlainKernels } from "../../../../src/nn/plain.ts";
import { scalingActions } from "../../../../src/team/policy/actions.ts";
import type { Checkpoint } from "../../../../src/team/policy/checkpoint.ts";
import { createGreedyPlayer } from "../../../../src/team/policy/inference.ts";
import { observationSize } from "../../../../src/team/policy/observe.ts";

/** A team whose probabilities are far from equal, so that a wrong layer shows. */
export function exampleCheckpoint(hidden: readonly number[] = [13, 9]): Checkpoint {
  const network = defineMlp([observationSize, ...hidden, scalingActions.length]);
  const weights = new Float32Array(network.endsAt);
  const rng = createRng(5);
  initialise(network, weights, 3, rng);
  for (const { biasesAt, fanOut } of network.layers)
    for (let k = 0; k < fanOut; k++) weights[biasesAt + k] = rng.between(-1, 1);
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
