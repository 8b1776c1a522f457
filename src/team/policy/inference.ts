import { largestOf, logSoftmax } from "../../nn/categorical.ts";
import type { Kernels, Vector } from "../../nn/kernels.ts";
import { createScratch, forward } from "../../nn/mlp.ts";
import type { Network } from "../../nn/network.ts";
import type { ActionMask } from "./action-mask.ts";
import { createRecollection } from "./recollection.ts";

/** Plays a trained actor greedily. */
export type GreedyPlayer = {
  /** The most probable allowed action of each row. */
  readonly actions: Int32Array;
  /** The most probable action of each row, were all allowed. */
  readonly preferred: Int32Array;
  /** How probable each action was: [rows][outputs]. */
  readonly probabilities: Float64Array;
  /**
   * @param observations  [rows][inputs]
   * @param mask  [rows][outputs]; all are allowed when left out. What is not allowed has probability 0.
   */
  choose(observations: Float32Array, mask?: ActionMask): void;
  /** A network that remembers begins anew where episodes ended: [environments]; everywhere when left out. */
  forget(ended?: Uint8Array): void;
};

/** A player who may go on as another actor of the same network; what it remembers stays until it forgets. */
export type ActorPlayer = GreedyPlayer & { become(weights: Float32Array): void };

const blockRows = 64;

export function createGreedyPlayer(
  kernels: Kernels,
  network: Network,
  weights: Float32Array,
  rows: number,
): ActorPlayer {
  const parameters = kernels.vector(weights.length);
  const become = (other: Float32Array): void => parameters.set(other);
  become(weights);
  const scratch = createScratch(kernels, network, Math.min(blockRows, rows));
  const memory = createRecollection(kernels, network, rows);
  const { outputs } = network;
  const choices: Choices = {
    actions: new Int32Array(rows),
    preferred: new Int32Array(rows),
    probabilities: new Float64Array(rows * outputs),
  };

  function choose(observations: Float32Array, mask?: ActionMask): void {
    for (let first = 0; first < rows; first += scratch.rows) {
      const count = Math.min(scratch.rows, rows - first);
      scratch.input.set(observations.subarray(first * network.inputs, (first + count) * network.inputs));
      memory.recall(scratch, first, count);
      forward(kernels, network, parameters, scratch, count);
      memory.take(scratch, first, count);
      for (let row = 0; row < count; row++) chooseOne(choices, scratch.output, row * outputs, first + row, mask);
    }
    memory.advance();
  }

  return { ...choices, choose, forget: (ended) => memory.forget(ended), become };
}

type Choices = Pick<GreedyPlayer, "actions" | "preferred" | "probabilities">;

/** Chooses for row `row` by what the network put out for it, at `at`, which is overwritten. */
function chooseOne(choices: Choices, output: Vector, at: number, row: number, mask: ActionMask | undefined): void {
  const { actions, preferred, probabilities } = choices;
  const outputs = probabilities.length / actions.length;
  if (mask !== undefined) preferred[row] = largestOf(output, at, outputs);
  for (let k = 0; k < outputs; k++) if (mask?.[row * outputs + k] === 0) output[at + k] = Number.NEGATIVE_INFINITY;
  logSoftmax(output, output, at, outputs);
  actions[row] = largestOf(output, at, outputs);
  if (mask === undefined) preferred[row] = actions[row]!;
  for (let k = 0; k < outputs; k++) probabilities[row * outputs + k] = Math.exp(output[at + k]!);
}
