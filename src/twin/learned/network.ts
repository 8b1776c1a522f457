import type { Rng } from "../../core/rng.ts";
import { initialise } from "../../nn/init.ts";
import type { Kernels, Vector } from "../../nn/kernels.ts";
import { type Mlp, type MlpScratch, createScratch, defineMlp, forward } from "../../nn/mlp.ts";
import { type Base, inputKinds, inputOf, nextOf, outputKinds, targetOf } from "./features.ts";
import { type Scaler, fitScaler } from "./scaler.ts";
import type { StateLayout } from "./state.ts";
import { type Samples, trainOn } from "./train-network.ts";
import type { Query, Transition } from "./transition.ts";
import type { Work } from "./work.ts";

/**
 * Says how far the next state is from a base. 3 hidden layers of 128.
 *
 * @source KARMA (arXiv 2505.21559), but tanh in place of ReLU, which our kernels have
 */
export type Network = {
  readonly base: Base;
  readonly mlp: Mlp;
  readonly parameters: Vector;
  readonly inputs: Scaler;
  readonly outputs: Scaler;
};

export const HIDDEN: readonly number[] = [128, 128, 128];
/** Standardised inputs end here: what lies further is as far as can be said. */
const FURTHEST = 6;

export type NetworkFit = {
  readonly layout: StateLayout;
  readonly base: Base;
  readonly kernels: Kernels;
  readonly rng: Rng;
  /** Most passes over the transitions. */
  readonly epochs: number;
  /** What to go on from; from nothing when left out. */
  readonly start?: Network;
};

/** Fits a network to transitions, or goes on fitting one. Parameters are rounded to 32 bits, as they are written. */
export function* fitNetwork(fit: NetworkFit, transitions: readonly Transition[]): Work<Network> {
  const { layout, base, kernels, rng, epochs, start } = fit;
  const inputs = flatten(transitions.map((one) => inputOf(layout, base, one)));
  const targets = flatten(transitions.map((one) => targetOf(layout, base, one)));
  const scalers = {
    inputs: fitScaler(inputs, inputKinds(layout, base)),
    outputs: fitScaler(targets, outputKinds(layout)),
  };
  const mlp = defineMlp([scalers.inputs.mean.length, ...HIDDEN, scalers.outputs.mean.length]);
  const parameters = kernels.vector(mlp.endsAt);
  if (start === undefined) initialise(mlp, parameters, 0.1, rng);
  else carryOver(mlp, start, scalers, parameters);
  const samples: Samples = {
    count: transitions.length,
    inputs: standardised(inputs, scalers.inputs),
    targets: standardised(targets, scalers.outputs),
  };
  yield* trainOn({ kernels, mlp, parameters, samples, rng, epochs });
  for (let k = 0; k < parameters.length; k++) parameters[k] = Math.fround(parameters[k]!);
  return { base, mlp, parameters, ...scalers };
}

function flatten(rows: readonly Float64Array[]): Float64Array {
  const width = rows[0]?.length ?? 0;
  const flat = new Float64Array(rows.length * width);
  for (const [k, row] of rows.entries()) flat.set(row, k * width);
  return flat;
}

function standardised(values: Float64Array, scaler: Scaler): Float64Array {
  const width = scaler.mean.length;
  return values.map((value, k) => standardise(value, scaler, k % width));
}

function standardise(value: number, { mean, sd }: Scaler, column: number): number {
  return Math.max(-FURTHEST, Math.min(FURTHEST, (value - mean[column]!) / sd[column]!));
}

type Scalers = Pick<Network, "inputs" | "outputs">;

/** The same function of what is not standardised, under new scalers: first and last layer take the difference. */
function carryOver(mlp: Mlp, start: Network, { inputs, outputs }: Scalers, parameters: Vector): void {
  parameters.set(start.parameters);
  const [first, last] = [mlp.layers[0]!, mlp.layers.at(-1)!];
  for (let o = 0; o < first.fanOut; o++)
    for (let i = 0; i < first.fanIn; i++) {
      const at = first.weightsAt + o * first.fanIn + i;
      const perUnit = parameters[at]! / start.inputs.sd[i]!;
      parameters[at] = perUnit * inputs.sd[i]!;
      parameters[first.biasesAt + o]! += perUnit * (inputs.mean[i]! - start.inputs.mean[i]!);
    }
  for (let o = 0; o < last.fanOut; o++) {
    const ratio = start.outputs.sd[o]! / outputs.sd[o]!;
    for (let i = 0; i < last.fanIn; i++) parameters[last.weightsAt + o * last.fanIn + i]! *= ratio;
    const shift = (start.outputs.mean[o]! - outputs.mean[o]!) / outputs.sd[o]!;
    parameters[last.biasesAt + o] = parameters[last.biasesAt + o]! * ratio + shift;
  }
}

/** Asks a network; makes its scratch memory once. */
export function createPredictor(
  layout: StateLayout,
  kernels: Kernels,
  network: Network,
): (query: Query) => Float64Array {
  const { base, mlp, parameters, inputs, outputs } = network;
  const scratch: MlpScratch = createScratch(kernels, mlp, 1);
  return (query) => {
    for (const [k, value] of inputOf(layout, base, query).entries()) scratch.input[k] = standardise(value, inputs, k);
    forward(kernels, mlp, parameters, scratch, 1);
    const change = Float64Array.from(outputs.mean, (mean, k) => mean + scratch.output[k]! * outputs.sd[k]!);
    return nextOf(layout, base, query, change);
  };
}
