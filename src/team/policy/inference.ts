import { largestOf, logSoftmax } from "../../nn/categorical.ts";
import type { Kernels } from "../../nn/kernels.ts";
import { createScratch, forward, type Mlp } from "../../nn/mlp.ts";

/** Plays a trained actor greedily. */
export type GreedyPlayer = {
  /** The most probable action of each row. */
  readonly actions: Int32Array;
  /** How probable it was: [rows]. */
  readonly probabilities: Float64Array;
  /** @param observations  [rows][inputs] */
  choose(observations: Float32Array): void;
};

const blockRows = 64;

export function createGreedyPlayer(kernels: Kernels, network: Mlp, weights: Float32Array, rows: number): GreedyPlayer {
  const parameters = kernels.vector(weights.length);
  parameters.set(weights);
  const scratch = createScratch(kernels, network, Math.min(blockRows, rows));
  const actions = new Int32Array(rows);
  const probabilities = new Float64Array(rows);

  function choose(observations: Float32Array): void {
    for (let first = 0; first < rows; first += scratch.rows) {
      const count = Math.min(scratch.rows, rows - first);
      scratch.input.set(observations.subarray(first * network.inputs, (first + count) * network.inputs));
      forward(kernels, network, parameters, scratch, count);
      for (let row = 0; row < count; row++) {
        const at = row * network.outputs;
        logSoftmax(scratch.output, scratch.output, at, network.outputs);
        const action = largestOf(scratch.output, at, network.outputs);
        actions[first + row] = action;
        probabilities[first + row] = Math.exp(scratch.output[at + action]!);
      }
    }
  }

  return { actions, probabilities, choose };
}
