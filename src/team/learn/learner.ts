import { KarmaError } from "../../core/errors.ts";
import type { Rng } from "../../core/rng.ts";
import { initialise } from "../../nn/init.ts";
import type { Kernels, Vector } from "../../nn/kernels.ts";
import { outputLayer } from "../../nn/network.ts";
import type { IppoOptions } from "./ippo-options.ts";
import { miniBatchesOf, shuffle, shuffleAgents, standardiseEach } from "./mini-batches.ts";
import { type ActorCritic, type Batch, lossSums, type Sequences, type ShardRunner } from "./ppo-gradient.ts";

/** What one update showed. docs/algorithms/ippo.md says what each tells. */
export type Losses = {
  readonly policyLoss: number;
  readonly valueLoss: number;
  /** Of the action distribution, nats. */
  readonly entropy: number;
  /** Mean of ratio - 1 - log ratio over the last epoch. */
  readonly approximateKl: number;
  /** Share of samples that the clip silenced in the last epoch. */
  readonly clippedShare: number;
  /** Largest distance of a probability ratio from 1 in the first mini-batch: 0, or rollout and update disagree. */
  readonly firstRatioError: number;
  readonly actorGradientNorm: number;
  readonly criticGradientNorm: number;
};

export type Learner = {
  initialise(rng: Rng): void;
  update(learningRate: number, rng: Rng): Losses;
  readonly moments: readonly Vector[];
  adamSteps(): number;
  resume(adamSteps: number, moments: readonly ArrayLike<number>[]): void;
};

type State = {
  readonly kernels: Kernels;
  readonly options: IppoOptions;
  readonly batch: Batch;
  readonly runner: ShardRunner;
  readonly sequences: Sequences | undefined;
  /** Of actor and critic, as are the next two. */
  readonly parts: readonly Vector[];
  readonly gradients: readonly Vector[];
  readonly moments: readonly Vector[];
  adamSteps: number;
};

const adamConstants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-5 };

/** Improves actor and critic on the rollout, mini-batch by mini-batch. */
export function createLearner(
  { kernels, options }: { readonly kernels: Kernels; readonly options: IppoOptions },
  { actor, critic, sequences, actionSpace }: ActorCritic,
  batch: Batch,
  runner: ShardRunner,
): Learner {
  const parts = [batch.parameters.subarray(0, actor.endsAt), batch.parameters.subarray(actor.endsAt)];
  const total = batch.gradients[0]!;
  const gradients = [total.subarray(0, actor.endsAt), total.subarray(actor.endsAt)];
  const moments = parts.map(({ length }) => kernels.vector(2 * length));
  const state: State = { kernels, options, batch, runner, sequences, parts, gradients, moments, adamSteps: 0 };
  return {
    initialise(rng) {
      initialise(actor, batch.parameters, 0.01, rng.split("actor"));
      initialise(critic, batch.parameters, options.criticGain ?? 0.01, rng.split("critic"));
      // Only one of some choices can be preferred.
      if (actionSpace !== undefined && actionSpace.kind !== "categorical") return;
      const bias = outputLayer(actor).biasesAt + options.preferredAction;
      batch.parameters[bias] = batch.parameters[bias]! + options.preference;
    },
    update: (learningRate, rng) => update(state, learningRate, rng),
    moments,
    adamSteps: () => state.adamSteps,
    resume(steps, saved) {
      state.adamSteps = steps;
      for (const [part, values] of saved.entries()) moments[part]!.set(values);
    },
  };
}

/** One Adam step; returns the lengths of the gradients. */
function descend(state: State, learningRate: number): number[] {
  const { kernels, options, batch, parts, gradients, moments } = state;
  const total = batch.gradients[0]!;
  const step = ++state.adamSteps;
  for (const gradient of batch.gradients.slice(1))
    for (let k = 0; k < total.length; k++) total[k] = total[k]! + gradient[k]!;
  const norms = gradients.map((gradient) => Math.sqrt(squaresOf(gradient)));
  const together = Math.hypot(...norms);
  if (!Number.isFinite(together)) throw divergence(step);
  for (const [part, parameters] of parts.entries()) {
    const norm = options.clipsTogether === true ? together : norms[part]!;
    const gradientScale = Math.min(1, options.gradientNorm / (norm + 1e-12));
    const rate = { ...adamConstants, learningRate, gradientScale };
    kernels.adam(parameters, gradients[part]!, moments[part]!, step, rate);
  }
  return norms;
}

function update(state: State, learningRate: number, rng: Rng): Losses {
  const { options, batch, runner } = state;
  const order = liveSamples(batch);
  const count = order.length;
  const miniBatches = miniBatchesOf(count, options.miniBatches);
  const raw = options.standardisesMiniBatches === true ? Float64Array.from(batch.advantages) : undefined;
  const lastEpoch = new Float64Array(lossSums.length);
  let firstRatioError = Number.NaN;
  let norms: number[] = [];
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    if (options.shufflesAgents === true) shuffleAgents(order, options.rolloutSteps, batch, rng);
    else shuffle(order, rng);
    if (raw !== undefined) standardiseEach(miniBatches, batch, state.sequences, raw, options.advantageLimit);
    lastEpoch.fill(0);
    for (const miniBatch of miniBatches) {
      runner.run(miniBatch);
      for (const sums of batch.sums) for (let k = 0; k < sums.length; k++) lastEpoch[k] = lastEpoch[k]! + sums[k]!;
      if (Number.isNaN(firstRatioError)) firstRatioError = Math.max(...batch.sums.map((sums) => sums[5]!));
      norms = descend(state, learningRate);
    }
  }
  const samples = (batch.advantages.length / batch.order.length) * count;
  const means = lastEpoch.map((sum) => sum / samples);
  return { ...lossesOf(means), firstRatioError, actorGradientNorm: norms[0]!, criticGradientNorm: norms[1]! };
}

/** The part of the batch's order that mini-batches take: all samples of agents that took part; all sequences. */
function liveSamples({ order, alive }: Batch): Int32Array {
  let count = 0;
  for (let k = 0; k < order.length; k++) if (alive[k] !== 0) order[count++] = k;
  if (count === 0) throw new Error("Nobody was alive in this rollout.");
  return order.subarray(0, count);
}

type MeanLosses = Omit<Losses, "firstRatioError" | "actorGradientNorm" | "criticGradientNorm">;

function lossesOf([
  policyLoss = 0,
  valueLoss = 0,
  entropy = 0,
  approximateKl = 0,
  clippedShare = 0,
]: Float64Array): MeanLosses {
  return { policyLoss, valueLoss, entropy, approximateKl, clippedShare };
}

function squaresOf(values: Vector): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k]! * values[k]!;
  return sum;
}

function divergence(step: number): KarmaError {
  const hint = "train with a lower learning rate; the last good checkpoint is intact";
  return new KarmaError("TOOL_FAILED", `training diverged: the gradient of Adam step ${step} is not a number`, hint);
}
