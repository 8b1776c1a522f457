import { createRng } from "../../core/rng.ts";
import type { Kernels } from "../../nn/kernels.ts";
import { cartPole } from "../known-games/cart-pole.ts";
import { climbing } from "../known-games/climbing.ts";
import { createKnownVectorGame, type KnownGame } from "../known-games/known-game.ts";
import { pendulum } from "../known-games/pendulum.ts";
import { simpleSpread, simpleSpreadInParts } from "../known-games/simple-spread.ts";
import { createTrainer } from "./ippo.ts";
import { defaultIppoOptions, type IppoOptions } from "./ippo-options.ts";
import { createMappoTrainer } from "./mappo.ts";

/** How a known game is trained: with the options of a public implementation, where the learner has them. */
export type KnownTraining = {
  readonly game: KnownGame;
  readonly environments: number;
  readonly options: IppoOptions;
};

/** What belongs to scaling services, and to no other game. */
export const plainOptions: IppoOptions = {
  ...defaultIppoOptions,
  shards: 1,
  hidden: [64, 64],
  gamma: 0.99,
  lambda: 0.95,
  clip: 0.2,
  entropyWeight: 0.01,
  subtractsGroupMeans: false,
  preference: 0,
  rolloutsPerEra: 1_000,
};

/** @source vwxyzjn/cleanrl, cleanrl/ppo.py */
const cartPoleOptions: IppoOptions = {
  ...plainOptions,
  totalSteps: 500_000,
  rolloutSteps: 128,
  epochs: 4,
  miniBatches: 4,
  learningRate: 2.5e-4,
  finalLearningRate: 0,
  gradientNorm: 0.5,
  valueClip: 0.2,
  // Where every episode lasts 500 steps the recent returns hardly differ: by them the critic would learn from noise.
  returnScaling: "all",
};

/**
 * @source marlbenchmark/on-policy, config.py and scripts/train_mpe_scripts, which take 20 M steps: fewer environments and
 * a higher rate here, because it shall learn in fewer steps
 */
const particleOptions: IppoOptions = {
  ...plainOptions,
  totalSteps: 500_000,
  rolloutSteps: 25,
  epochs: 10,
  miniBatches: 1,
  learningRate: 2e-3,
  finalLearningRate: 1e-4,
  gradientNorm: 10,
};

/**
 * @source DLR-RM/rl-baselines3-zoo, hyperparams/ppo.yml, Pendulum-v1; here with twice the steps, more environments, larger
 * mini-batches, a falling rate, gamma .95 instead of .9, and other noise: theirs depends on the state
 */
const pendulumOptions: IppoOptions = {
  ...plainOptions,
  totalSteps: 200_000,
  rolloutSteps: 128,
  epochs: 10,
  miniBatches: 4,
  learningRate: 1e-3,
  finalLearningRate: 1e-4,
  gamma: 0.95,
  entropyWeight: 0,
  gradientNorm: 0.5,
  returnScaling: "all",
};

export type KnownTrainingName = "cart-pole" | "climbing" | "pendulum" | "simple-spread" | "simple-spread-in-parts";

export const knownTrainings: Readonly<Record<KnownTrainingName, KnownTraining>> = {
  "cart-pole": { game: cartPole, environments: 4, options: cartPoleOptions },
  climbing: { game: climbing, environments: 16, options: { ...particleOptions, totalSteps: 50_000 } },
  pendulum: { game: pendulum, environments: 16, options: pendulumOptions },
  "simple-spread": { game: simpleSpread, environments: 16, options: particleOptions },
  "simple-spread-in-parts": { game: simpleSpreadInParts, environments: 16, options: particleOptions },
};

export type KnownTrainingRun = {
  readonly training: KnownTraining;
  readonly algorithm: "ippo" | "mappo";
  readonly kernels: Kernels;
  readonly seed: number;
  /** Instead of the training's own. */
  readonly change?: Partial<IppoOptions>;
};

/** A training from end to end: the mean return of the episodes that ended in each twentieth of it; NaN where none did. */
export function learningCurve({ training, algorithm, kernels, seed, change }: KnownTrainingRun): number[] {
  const { environments } = training;
  const options = { ...training.options, ...change };
  const game = createKnownVectorGame(training.game, environments, createRng(`known game ${seed}`));
  const trainer = (algorithm === "ippo" ? createTrainer : createMappoTrainer)({ options, game, kernels, seed });
  const returns = new Float64Array(curveParts);
  const episodes = new Float64Array(curveParts);
  while (trainer.iteration() < trainer.iterations) {
    const part = Math.floor((curveParts * trainer.iteration()) / trainer.iterations);
    const { totals } = trainer.iterate();
    returns[part] = returns[part]! + totals["returns"]!;
    episodes[part] = episodes[part]! + totals["episodes"]!;
  }
  return Array.from(returns, (sum, part) => sum / episodes[part]!);
}

const curveParts = 20;
