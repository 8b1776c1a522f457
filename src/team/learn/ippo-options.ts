import { KarmaError, type Problem } from "../../core/errors.ts";
import type { NetworkStyle } from "../../nn/network.ts";
import { preferredAction } from "../policy/actions.ts";
import type { LossOptions } from "./ppo-gradient.ts";
import type { ReturnScaling } from "./return-scale.ts";

/** Every knob of the learner. Sources and what each was measured to do: docs/algorithms/ippo.md. */
export type IppoOptions = LossOptions & {
  /** Control steps of all environments together, after which training ends (rounded up to whole rollouts). */
  readonly totalSteps: number;
  /** Control steps of each environment between two updates. */
  readonly rolloutSteps: number;
  /** How often an update goes through the rollout. */
  readonly epochs: number;
  /** Parts into which each epoch divides the shuffled rollout; one Adam step each. */
  readonly miniBatches: number;
  /** Parts of a mini-batch whose gradients are summed in order; as many threads can work, the bytes stay the same. */
  readonly shards: number;
  /** Widths of the hidden layers of actor and critic. */
  readonly hidden: readonly number[];
  /** What stands between them; tanh alone when left out. */
  readonly network?: NetworkStyle;
  /** Control steps through which a memory learns; a divisor of `rolloutSteps`. Whole rollouts when left out. */
  readonly memorySteps?: number;
  readonly learningRate: number;
  /** The learning rate falls in a straight line from `learningRate` to this. */
  readonly finalLearningRate: number;
  /** Discount of a control step. */
  readonly gamma: number;
  /** Between one-step (0) and Monte-Carlo (1) advantages. */
  readonly lambda: number;
  /** Longest gradient of actor and of critic; longer ones are shortened to it. */
  readonly gradientNorm: number;
  /** Shorten both alike where they are too long together; each by itself when left out. */
  readonly clipsTogether?: boolean;
  /** Gain of the critic's last weights before training; 0.01 when left out. */
  readonly criticGain?: number;
  /** Advantages are standardised, then cut to ± this. */
  readonly advantageLimit: number;
  /** Standardise within each mini-batch; over the whole rollout when left out. */
  readonly standardisesMiniBatches?: boolean;
  /** A mini-batch takes all steps of some agents, as learners with a memory do; steps of anyone when left out. */
  readonly shufflesAgents?: boolean;
  /** Subtract from each advantage the mean over the group at that step. */
  readonly subtractsGroupMeans: boolean;
  /** Divide each group's advantages by the root of their rms. */
  readonly scalesByGroup: boolean;
  /** Action the untrained policy prefers. */
  readonly preferredAction: number;
  /** By how much, added to its logit. */
  readonly preference: number;
  /** Rollouts after which all environments start afresh; a resumed run replays at most so many. */
  readonly rolloutsPerEra: number;
  /** Which returns the critic's unit follows; `recent` when left out. */
  readonly returnScaling?: ReturnScaling;
  /** Show the critic what the whole team sees; what the game's privileged state has alone when left out. */
  readonly hasCentralCritic?: boolean;
  /** Show the critic what all agents see and nothing else, so that it says the same of each of them. */
  readonly hasTeamCritic?: boolean;
};

/** @source the recipe of the prototype; where a value differs, docs/algorithms/ippo.md says why */
export const defaultIppoOptions: IppoOptions = {
  totalSteps: 300_000,
  rolloutSteps: 40,
  epochs: 4,
  miniBatches: 4,
  shards: 4,
  hidden: [64, 64],
  learningRate: 3e-3,
  finalLearningRate: 2e-4,
  gamma: 0.9,
  lambda: 0.95,
  clip: 0.2,
  entropyWeight: 0.001,
  gradientNorm: 0.5,
  advantageLimit: 10,
  subtractsGroupMeans: true,
  scalesByGroup: false,
  preferredAction,
  preference: 1,
  rolloutsPerEra: 12,
};

const aboveZero = [
  "learningRate",
  "gradientNorm",
  "clip",
  "advantageLimit",
  "huber",
  "valueClip",
  "valueWeight",
  "criticGain",
] as const;

/** Throws when options make no sense, with all that is wrong. */
export function checkIppoOptions(options: IppoOptions): void {
  const problems: Problem[] = [];
  const expect = (name: keyof IppoOptions, isMet: boolean, expected: string): void => {
    if (!isMet) problems.push({ path: name, message: `expected ${expected}, got ${JSON.stringify(options[name])}` });
  };
  const whole = ["totalSteps", "rolloutSteps", "epochs", "miniBatches", "shards", "rolloutsPerEra"] as const;
  for (const name of whole)
    expect(name, Number.isInteger(options[name]) && options[name] >= 1, "a whole number of at least 1");
  for (const name of aboveZero) {
    const { [name]: value = 1 } = options;
    expect(name, value > 0 && value < Number.POSITIVE_INFINITY, "a number above 0");
  }
  for (const name of ["gamma", "lambda"] as const)
    expect(name, options[name] >= 0 && options[name] <= 1, "a number in [0, 1]");
  for (const name of ["finalLearningRate", "entropyWeight"] as const)
    expect(name, options[name] >= 0 && options[name] < Number.POSITIVE_INFINITY, "a number of at least 0");
  expect(
    "hidden",
    options.hidden.every((width) => Number.isInteger(width) && width > 0),
    "whole widths above 0",
  );
  const { rolloutSteps, memorySteps = rolloutSteps, network, hidden } = options;
  expect("memorySteps", memorySteps >= 1 && rolloutSteps % memorySteps === 0, `a divisor of ${rolloutSteps}`);
  expect("network", network?.memory === undefined || hidden.length > 0, "a hidden layer for the memory");
  const shufflesSteps = options.shufflesAgents !== true;
  expect("shufflesAgents", shufflesSteps || network?.memory === undefined, "a network without a memory");
  expect("hasTeamCritic", options.hasTeamCritic !== true || options.hasCentralCritic !== true, "one kind of critic");
  if (problems.length === 0) return;
  throw new KarmaError("INPUT_INVALID", "the learner's options make no sense", "see docs/algorithms/ippo.md", {
    problems,
  });
}

/** Five minutes of control steps of 15 s: what a memory has to look back on to know capacity and start-up. */
const memorySteps = 20;

/** Options of a team with other layers. */
export function withNetwork(options: IppoOptions, network: NetworkStyle): IppoOptions {
  return network.memory === undefined ? { ...options, network } : { ...options, network, memorySteps };
}
