import type { Rng } from "../../core/rng.ts";
import { initialise } from "../../nn/init.ts";
import type { Kernels, Vector } from "../../nn/kernels.ts";
import { backward, createScratch, forward, type MlpScratch } from "../../nn/mlp.ts";
import { defineNetwork, type Network } from "../../nn/network.ts";
import { qHead, type QHead } from "../../nn/q-values.ts";
import type { VectorGame } from "../env/vector-game.ts";

export type QOptions = {
  /** Steps of each environment. */
  readonly steps: number;
  readonly hidden: readonly number[];
  readonly learningRate: number;
  readonly gamma: number;
  /** Share of steps in which anything is tried: in the first half it falls in a straight line from 1 to this. */
  readonly leastExploring: number;
  /** Errors beyond this weigh straight, in the unit of rewards. */
  readonly huber: number;
  /** Steps after which the target network becomes the learning one. */
  readonly targetSteps: number;
};

export type QLearning = {
  readonly game: VectorGame;
  readonly kernels: Kernels;
  readonly options: QOptions;
  readonly rng: Rng;
};

type State = QLearning & {
  readonly head: QHead;
  readonly network: Network;
  readonly parameters: Vector;
  readonly target: Vector;
  readonly gradient: Vector;
  readonly moments: Vector;
  /** Of the present states, and of those that follow by the learning and by the target network. */
  readonly now: MlpScratch;
  readonly next: MlpScratch;
  readonly nextTarget: MlpScratch;
  readonly actions: Int32Array;
};

/**
 * Double Q-learning with one network for all agents, each for itself. What many environments show in a step is learnt from at
 * once and forgotten, so that nothing need be replayed. Games whose dead agents stay on are not for it.
 *
 * @param watch  called after every step, before new episodes begin
 * @source Tan, Multi-Agent Reinforcement Learning: Independent vs. Cooperative Agents (1993); without a replay buffer:
 * Gallici et al., Simplifying Deep Temporal Difference Learning (arXiv 2407.04811)
 */
export function learnQ(learning: QLearning, watch: (step: number) => void): void {
  const { game, options, rng } = learning;
  const state = createState(learning);
  game.restart(0);
  for (let step = 0; step < options.steps; step++) {
    if (step % options.targetSteps === 0) state.target.set(state.parameters);
    const share = Math.max(options.leastExploring, 1 - (2 * step) / options.steps);
    choose(state, share, rng);
    game.step(state.actions);
    learn(state, step + 1);
    watch(step);
    game.resetEnded();
  }
}

function createState(learning: QLearning): State {
  const { game, kernels, options, rng } = learning;
  const network = defineNetwork([game.observationSize, ...options.hidden, game.actions], {});
  const rows = game.agents * game.environments;
  const vector = (): Vector => kernels.vector(network.endsAt);
  const scratch = (): MlpScratch => createScratch(kernels, network, rows);
  const parameters = vector();
  initialise(network, parameters, 0.1, rng.split("weights"));
  return {
    ...learning,
    head: qHead(game.actions),
    network,
    parameters,
    target: vector(),
    gradient: vector(),
    moments: kernels.vector(2 * network.endsAt),
    now: scratch(),
    next: scratch(),
    nextTarget: scratch(),
    actions: new Int32Array(rows),
  };
}

const nothingMasked = new Uint8Array(0);

function choose({ game, kernels, network, parameters, head, now, actions }: State, share: number, rng: Rng): void {
  now.input.set(game.observations);
  forward(kernels, network, parameters, now, actions.length);
  const { mask = nothingMasked } = game;
  for (let row = 0; row < actions.length; row++) {
    const at = row * head.outputs;
    actions[row] = head.explore(now.output, at, mask, at, share, rng);
  }
}

/** From the step that was just made. */
function learn(state: State, step: number): void {
  const { game, kernels, options, network, parameters, target, gradient, moments, now, next, nextTarget } = state;
  const rows = state.actions.length;
  next.input.set(game.observations);
  nextTarget.input.set(game.observations);
  forward(kernels, network, parameters, next, rows);
  forward(kernels, network, target, nextTarget, rows);
  for (let row = 0; row < rows; row++) teach(state, row);
  gradient.fill(0);
  backward(kernels, network, parameters, gradient, now, rows);
  const rate = { learningRate: options.learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-5, gradientScale: 1 };
  kernels.adam(parameters, gradient, moments, step, rate);
}

/** Where the clock ends an episode the state reached still counts; where the game ends it nothing follows. */
function teach({ game, head, options, now, next, nextTarget, actions }: State, row: number): void {
  const { rewards, terminated, mask = nothingMasked } = game;
  const at = row * head.outputs;
  const isLast = terminated?.[row % game.environments] === 1;
  const following = isLast ? 0 : head.following(next.output, nextTarget.output, at, mask, at);
  const wanted = rewards[row]! + options.gamma * following;
  head.learn(now.output, at, actions[row]!, wanted, options.huber, actions.length, now.outputGradient);
}
