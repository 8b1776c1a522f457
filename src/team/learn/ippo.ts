import { KarmaError } from "../../core/errors.ts";
import { createRng, type Rng } from "../../core/rng.ts";
import { initialise } from "../../nn/init.ts";
import type { Kernels, Vector } from "../../nn/kernels.ts";
import { defineMlp, type Mlp } from "../../nn/mlp.ts";
import type { VectorGame } from "../env/vector-game.ts";
import {
  generalisedAdvantages,
  momentsOf,
  type RolloutShape,
  scaleByGroup,
  standardise,
  subtractGroupMeans,
} from "./advantages.ts";
import { checkIppoOptions, type IppoOptions } from "./ippo-options.ts";
import {
  type ActorCritic,
  type Batch,
  createBatch,
  lossSums,
  runInProcess,
  type ShardRunner,
  type ShardSetup,
} from "./ppo-gradient.ts";
import { createPlayer, createRollout } from "./rollout.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";

/** What one rollout and its update showed. docs/algorithms/ippo.md says what each tells. */
export type IterationMetrics = {
  /** From 1. */
  readonly iteration: number;
  /** Control steps so far, of all environments together. */
  readonly steps: number;
  /** Mean reward of an agent in a step. */
  readonly reward: number;
  /** Sums of the game over this rollout. */
  readonly totals: Readonly<Record<string, number>>;
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
  /** 1 = the critic foresaw all of the returns, 0 = no better than their mean. */
  readonly explainedVariance: number;
  readonly actorGradientNorm: number;
  readonly criticGradientNorm: number;
  readonly learningRate: number;
};

export type Trainer = {
  /** Of the whole training. */
  readonly iterations: number;
  /** Done so far. */
  readonly iteration: () => number;
  /** Plays one rollout and learns from it. */
  iterate(): IterationMetrics;
  /** The actor, as it is now. */
  actor(): { readonly network: Mlp; readonly weights: Float32Array };
  /** Everything a new trainer needs to go on as if nothing had happened. */
  snapshot(): Uint8Array;
};

export type TrainerSpec = {
  readonly options: IppoOptions;
  readonly game: VectorGame;
  readonly kernels: Kernels;
  readonly seed: number;
  /** Spreads shards over threads. Everything in this thread when left out. */
  readonly createRunner?: (setup: ShardSetup) => ShardRunner;
  /** What an earlier trainer of the same spec left. */
  readonly resume?: Uint8Array;
};

/** Weight of one rollout in the running mean and deviation of returns, once there were a few. */
const returnsWeight = 0.2;
const adamConstants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-5 };

/**
 * Independent PPO with one shared actor: each agent learns from its own observation and reward.
 *
 * @source de Witt et al., Is Independent Learning All You Need? (arXiv 2011.09533)
 */
export function createTrainer(spec: TrainerSpec): Trainer {
  const { options, game, kernels } = spec;
  checkIppoOptions(options);
  const shape: RolloutShape = { ...game, steps: options.rolloutSteps };
  const stepsPerIteration = shape.steps * shape.environments;
  const iterations = Math.ceil(options.totalSteps / stepsPerIteration);
  const rng = createRng(spec.seed);
  const networks = defineNetworks(game, options);
  const batch = createBatch(kernels, networks, {
    samples: options.rolloutSteps * game.agents * game.environments,
    shards: options.shards,
    isMasked: game.mask !== undefined,
  });
  const rollout = createRollout(shape);
  const runner = (spec.createRunner ?? runInProcess)({ kernels, networks, batch, options });
  const learner = createLearner(spec, networks, batch, runner);
  const player = createPlayer(spec, networks, batch, rollout);
  const { agents, environments, observationSize } = game;
  const identity = {
    options,
    seed: spec.seed,
    backEnd: kernels.backEnd,
    game: { agents, environments, observationSize },
  };
  const returns = { mean: 0, deviation: 1, rollouts: 0 };
  let iteration = 0;

  learner.initialise(rng.split("weights"));
  if (spec.resume !== undefined) restore(spec.resume);

  function iterate(): IterationMetrics {
    if (iteration % options.rolloutsPerEra === 0) player.restart(iteration / options.rolloutsPerEra);
    game.clearTotals();
    player.play(returns, rng.split(`play ${iteration}`));
    const explainedVariance = prepareTargets();
    const share = iteration / iterations;
    const learningRate = options.learningRate + share * (options.finalLearningRate - options.learningRate);
    const losses = learner.update(learningRate, rng.split(`shuffle ${iteration}`));
    iteration++;
    const reward = momentsOf(rollout.rewards).mean;
    const steps = iteration * stepsPerIteration;
    return { iteration, steps, reward, totals: { ...game.totals }, ...losses, explainedVariance, learningRate };
  }

  /** Advantages and what the critic shall learn; returns how well it foresaw the returns. */
  function prepareTargets(): number {
    const { advantages, targets } = batch;
    generalisedAdvantages(shape, { ...rollout, advantages }, options.gamma, options.lambda);
    for (let at = 0; at < targets.length; at++) targets[at] = advantages[at]! + rollout.values[at]!;
    const { mean, deviation } = momentsOf(targets);
    const errors = momentsOf(advantages).deviation;
    returns.rollouts++;
    const weight = Math.max(returnsWeight, 1 / returns.rollouts);
    returns.mean += weight * (mean - returns.mean);
    returns.deviation += weight * (deviation - returns.deviation);
    for (let at = 0; at < targets.length; at++)
      targets[at] = (targets[at]! - returns.mean) / (returns.deviation + 1e-8);
    if (options.subtractsGroupMeans) subtractGroupMeans(shape, advantages);
    if (options.scalesByGroup) scaleByGroup(shape, advantages);
    standardise(advantages, options.advantageLimit);
    return 1 - (errors / (deviation + 1e-8)) ** 2;
  }

  function snapshot(): Uint8Array {
    const state = { iteration, returns, adamSteps: learner.adamSteps(), identity };
    return encodeSnapshot(state, [batch.parameters, ...learner.moments], player.log(), game.observations);
  }

  function restore(bytes: Uint8Array): void {
    const { state, columns, actions, checkGame } = decodeSnapshot(bytes, identity);
    const [parameters, actorMoments, criticMoments] = columns;
    iteration = state.iteration;
    Object.assign(returns, state.returns);
    batch.parameters.set(parameters!);
    learner.resume(state.adamSteps, [actorMoments!, criticMoments!]);
    // Between eras there is nothing to replay: the next rollout starts one.
    if (iteration % options.rolloutsPerEra === 0) return;
    player.replay(Math.floor(iteration / options.rolloutsPerEra), actions);
    checkGame(game.observations);
  }

  return {
    iterations,
    iteration: () => iteration,
    iterate,
    actor: () => ({
      network: networks.actor,
      weights: Float32Array.from(batch.parameters.subarray(0, networks.actor.endsAt)),
    }),
    snapshot,
  };
}

function defineNetworks(game: VectorGame, { hidden }: IppoOptions): ActorCritic {
  const actor = defineMlp([game.observationSize, ...hidden, game.actions]);
  const critic = defineMlp([game.observationSize + game.privilegedSize, ...hidden, 1], actor.endsAt);
  return { actor, critic };
}

type Losses = Pick<
  IterationMetrics,
  | "policyLoss"
  | "valueLoss"
  | "entropy"
  | "approximateKl"
  | "clippedShare"
  | "firstRatioError"
  | "actorGradientNorm"
  | "criticGradientNorm"
>;

type Learner = {
  initialise(rng: Rng): void;
  update(learningRate: number, rng: Rng): Losses;
  readonly moments: readonly Vector[];
  adamSteps(): number;
  resume(adamSteps: number, moments: readonly ArrayLike<number>[]): void;
};

/** Improves actor and critic on the rollout, mini-batch by mini-batch. */
function createLearner(spec: TrainerSpec, networks: ActorCritic, batch: Batch, runner: ShardRunner): Learner {
  const { kernels, options } = spec;
  const { actor, critic } = networks;
  const parts = [batch.parameters.subarray(0, actor.endsAt), batch.parameters.subarray(actor.endsAt)];
  const total = batch.gradients[0]!;
  const gradients = [total.subarray(0, actor.endsAt), total.subarray(actor.endsAt)];
  const moments = parts.map(({ length }) => kernels.vector(2 * length));
  let adamSteps = 0;

  function descend(learningRate: number): number[] {
    adamSteps++;
    for (const gradient of batch.gradients.slice(1))
      for (let k = 0; k < total.length; k++) total[k] = total[k]! + gradient[k]!;
    return parts.map((parameters, part) => {
      const norm = Math.sqrt(squaresOf(gradients[part]!));
      if (!Number.isFinite(norm)) throw divergence(adamSteps);
      const gradientScale = Math.min(1, options.gradientNorm / (norm + 1e-12));
      const rate = { ...adamConstants, learningRate, gradientScale };
      kernels.adam(parameters, gradients[part]!, moments[part]!, adamSteps, rate);
      return norm;
    });
  }

  function update(learningRate: number, rng: Rng): Losses {
    const samples = batch.order.length;
    const lastEpoch = new Float64Array(lossSums.length);
    let firstRatioError = Number.NaN;
    let norms: number[] = [];
    for (let k = 0; k < samples; k++) batch.order[k] = k;
    for (let epoch = 0; epoch < options.epochs; epoch++) {
      shuffle(batch.order, rng);
      lastEpoch.fill(0);
      for (let part = 0; part < options.miniBatches; part++) {
        const from = Math.floor((samples * part) / options.miniBatches);
        const to = Math.floor((samples * (part + 1)) / options.miniBatches);
        runner.run({ from, to });
        for (const sums of batch.sums) for (let k = 0; k < sums.length; k++) lastEpoch[k] = lastEpoch[k]! + sums[k]!;
        if (Number.isNaN(firstRatioError)) firstRatioError = Math.max(...batch.sums.map((sums) => sums[5]!));
        norms = descend(learningRate);
      }
    }
    const [policyLoss, valueLoss, entropy, approximateKl, clippedShare] = lastEpoch.map((sum) => sum / samples);
    return {
      policyLoss: policyLoss!,
      valueLoss: valueLoss!,
      entropy: entropy!,
      approximateKl: approximateKl!,
      clippedShare: clippedShare!,
      firstRatioError,
      actorGradientNorm: norms[0]!,
      criticGradientNorm: norms[1]!,
    };
  }

  return {
    initialise(rng) {
      initialise(actor, batch.parameters, 0.01, rng.split("actor"));
      initialise(critic, batch.parameters, 0.01, rng.split("critic"));
      const bias = actor.layers.at(-1)!.biasesAt + options.preferredAction;
      batch.parameters[bias] = batch.parameters[bias]! + options.preference;
    },
    update,
    moments,
    adamSteps: () => adamSteps,
    resume(steps, saved) {
      adamSteps = steps;
      for (const [part, values] of saved.entries()) moments[part]!.set(values);
    },
  };
}

function squaresOf(values: Vector): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k]! * values[k]!;
  return sum;
}

/** @source Fisher & Yates, as in Knuth, The Art of Computer Programming 2, algorithm P */
function shuffle(order: Int32Array, rng: Rng): void {
  for (let k = order.length - 1; k > 0; k--) {
    const other = rng.integer(k + 1);
    const moved = order[k]!;
    order[k] = order[other]!;
    order[other] = moved;
  }
}

function divergence(step: number): KarmaError {
  const hint = "train with a lower learning rate; the last good checkpoint is intact";
  return new KarmaError("TOOL_FAILED", `training diverged: the gradient of Adam step ${step} is not a number`, hint);
}
