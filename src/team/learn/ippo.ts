import { KarmaError } from "../../core/errors.ts";
import { createRng, type Rng } from "../../core/rng.ts";
import type { Kernels } from "../../nn/kernels.ts";
import { createHead } from "../../nn/create-head.ts";
import type { Played } from "../../nn/head.ts";
import { defineNetwork, memoryWidth, type Network } from "../../nn/network.ts";
import type { VectorGame } from "../env/vector-game.ts";
import {
  generalisedAdvantages,
  livePart,
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
  runInProcess,
  type ShardRunner,
  type ShardSetup,
} from "./ppo-gradient.ts";
import { createLearner, type Learner, type Losses } from "./learner.ts";
import { type CriticView, centralView, privilegedView, teamView } from "./critic-view.ts";
import { createReturnScale, followReturns, type ReturnScale } from "./return-scale.ts";
import { createPlayer, createRollout, type Player, type Rollout } from "./rollout.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";

/** What one rollout and its update showed. docs/algorithms/ippo.md says what each tells. */
export type IterationMetrics = Losses & {
  /** From 1. */
  readonly iteration: number;
  /** Control steps so far, of all environments together. */
  readonly steps: number;
  /** Mean reward of an agent in a step. */
  readonly reward: number;
  /** Sums of the game over this rollout. */
  readonly totals: Readonly<Record<string, number>>;
  /** 1 = the critic foresaw all of the returns, 0 = no better than their mean. */
  readonly explainedVariance: number;
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
  actor(): { readonly network: Network; readonly weights: Float32Array };
  /** Everything a new trainer needs to go on as if nothing had happened. */
  snapshot(): Uint8Array;
};

export type TrainerSpec = {
  readonly options: IppoOptions;
  readonly game: VectorGame<Played>;
  readonly kernels: Kernels;
  readonly seed: number;
  /** Spreads shards over threads. Everything in this thread when left out. */
  readonly createRunner?: (setup: ShardSetup) => ShardRunner;
  /** What an earlier trainer of the same spec left. */
  readonly resume?: Uint8Array;
};

/**
 * Independent PPO with one shared actor: each agent learns from its own observation and reward.
 *
 * @source de Witt et al., Is Independent Learning All You Need? (arXiv 2011.09533)
 */
export function createTrainer(spec: TrainerSpec): Trainer {
  checkIppoOptions(spec.options);
  const training = createTraining(spec);
  const { iterations, networks, batch, learner, rng } = training;
  learner.initialise(rng.split("weights"));
  if (spec.resume !== undefined) restore(training, spec.resume);
  return {
    iterations,
    iteration: () => training.iteration,
    iterate: () => iterate(training),
    actor: () => ({
      network: networks.actor,
      weights: Float32Array.from(batch.parameters.subarray(0, networks.actor.endsAt)),
    }),
    snapshot: () => snapshot(training),
  };
}

type Training = TrainerSpec & {
  readonly shape: RolloutShape;
  readonly iterations: number;
  readonly rng: Rng;
  readonly networks: ActorCritic;
  readonly batch: Batch;
  readonly rollout: Rollout;
  readonly learner: Learner;
  readonly player: Player;
  readonly returns: ReturnScale;
  /** Done so far. */
  iteration: number;
};

function createTraining(spec: TrainerSpec): Training {
  const { options, game, kernels } = spec;
  const shape: RolloutShape = { ...game, steps: options.rolloutSteps };
  const criticView = criticViewOf(options, game);
  const networks = defineNetworks(game, options, criticView);
  const batch = createBatch(kernels, networks, {
    samples: options.rolloutSteps * game.agents * game.environments,
    shards: options.shards,
    isMasked: game.mask !== undefined,
    isMortal: game.alive !== undefined,
    isValueClipped: options.valueClip !== undefined,
  });
  const rollout = createRollout(shape);
  const runner = (spec.createRunner ?? runInProcess)({ kernels, networks, batch, options });
  return {
    ...spec,
    shape,
    iterations: Math.ceil(options.totalSteps / (shape.steps * shape.environments)),
    rng: createRng(spec.seed),
    networks,
    batch,
    rollout,
    learner: createLearner(spec, networks, batch, runner),
    player: createPlayer({ ...spec, criticView }, networks, batch, rollout),
    returns: createReturnScale(),
    iteration: 0,
  };
}

function iterate(training: Training): IterationMetrics {
  const { options, game, shape, rng, player, learner, returns, rollout } = training;
  const before = training.iteration;
  if (before % options.rolloutsPerEra === 0) player.restart(before / options.rolloutsPerEra);
  game.clearTotals();
  player.play(returns, rng.split(`play ${before}`));
  const explainedVariance = prepareTargets(training);
  const share = before / training.iterations;
  const learningRate = options.learningRate + share * (options.finalLearningRate - options.learningRate);
  const losses = learner.update(learningRate, rng.split(`shuffle ${before}`));
  const iteration = ++training.iteration;
  const reward = momentsOf(rollout.rewards).mean;
  const steps = iteration * shape.steps * shape.environments;
  return { iteration, steps, reward, totals: { ...game.totals }, ...losses, explainedVariance, learningRate };
}

/** Advantages and what the critic shall learn; returns how well it foresaw the returns. */
function prepareTargets({ options, shape, batch, rollout, returns }: Training): number {
  const { advantages, targets, values, alive } = batch;
  generalisedAdvantages(shape, { ...rollout, advantages }, options.gamma, options.lambda);
  for (let at = 0; at < targets.length; at++) targets[at] = advantages[at]! + rollout.values[at]!;
  const errors = momentsOf(livePart(advantages, alive)).deviation;
  const live = livePart(targets, alive);
  // What the critic said, before its unit changes.
  for (let at = 0; at < values.length; at++) values[at] = (rollout.values[at]! - returns.mean) / returns.deviation;
  const { deviation } = momentsOf(live);
  followReturns(returns, live, options.returnScaling ?? "recent");
  for (let at = 0; at < targets.length; at++) targets[at] = (targets[at]! - returns.mean) / (returns.deviation + 1e-8);
  if (options.subtractsGroupMeans) subtractGroupMeans(shape, advantages, alive);
  if (options.scalesByGroup) scaleByGroup(shape, advantages);
  if (options.standardisesMiniBatches !== true) standardise(advantages, options.advantageLimit, alive);
  return 1 - (errors / (deviation + 1e-8)) ** 2;
}

/** What a snapshot must have in common with who goes on from it. */
function identityOf({ options, seed, kernels, game }: Training) {
  const { agents, environments, observationSize } = game;
  return { options, seed, backEnd: kernels.backEnd, game: { agents, environments, observationSize } };
}

function snapshot(training: Training): Uint8Array {
  const { iteration, returns, learner, batch, player, game } = training;
  const state = { iteration, returns, adamSteps: learner.adamSteps(), identity: identityOf(training) };
  const columns = [batch.parameters, ...learner.moments, ...player.remembered];
  return encodeSnapshot(state, columns, player.log(), game.observations);
}

function restore(training: Training, bytes: Uint8Array): void {
  const { options, batch, learner, player, game } = training;
  const { state, columns, actions, checkGame } = decodeSnapshot(bytes, identityOf(training));
  const [parameters, actorMoments, criticMoments, ...remembered] = columns;
  training.iteration = state.iteration;
  Object.assign(training.returns, state.returns);
  batch.parameters.set(parameters!);
  learner.resume(state.adamSteps, [actorMoments!, criticMoments!]);
  // Between eras there is nothing to replay: the next rollout starts one.
  if (state.iteration % options.rolloutsPerEra === 0) return;
  player.replay(Math.floor(state.iteration / options.rolloutsPerEra), actions);
  for (const [part, memory] of player.remembered.entries()) memory.set(remembered[part]!);
  checkGame(game.observations);
}

function criticViewOf({ hasCentralCritic, hasTeamCritic }: IppoOptions, game: VectorGame<Played>): CriticView {
  if (hasTeamCritic === true) return teamView(game);
  return hasCentralCritic === true ? centralView(game) : privilegedView(game);
}

function defineNetworks(game: VectorGame<Played>, options: IppoOptions, { size }: CriticView): ActorCritic {
  const { actionSpace } = game;
  const outputs = actionSpace === undefined ? game.actions : createHead(actionSpace).outputs;
  const { hidden, network = {}, rolloutSteps, memorySteps = rolloutSteps, hasTeamCritic: hidesOwn = false } = options;
  const actor = defineNetwork([game.observationSize, ...hidden, outputs], network);
  const judged = hidesOwn ? size : game.observationSize + size;
  const critic = defineNetwork([judged, ...hidden, 1], network, actor.endsAt);
  const networks: ActorCritic = { actor, critic, hidesOwn, ...(actionSpace && { actionSpace }) };
  if (memoryWidth(actor) === 0) return networks;
  if (game.alive !== undefined) throw mortals();
  return { ...networks, sequences: { steps: memorySteps, rows: game.agents * game.environments } };
}

function mortals(): KarmaError {
  const message = "expected a game whose agents all stay alive for a team with a memory, found one where they die";
  return new KarmaError("INPUT_INVALID", message, "train without a memory");
}
