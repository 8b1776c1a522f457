import { simpleSpreadOfJaxmarl } from "../known-games/simple-spread.ts";
import type { IppoOptions } from "./ippo-options.ts";
import { type KnownTraining, plainOptions } from "./known-trainings.ts";

/** What both of its baselines have in common. Nothing standardises returns, and values are clipped in the unit of rewards. */
const jaxmarlOptions: IppoOptions = {
  ...plainOptions,
  totalSteps: 2_000_000,
  rolloutSteps: 128,
  epochs: 4,
  miniBatches: 4,
  learningRate: 2.5e-4,
  finalLearningRate: 0,
  gradientNorm: 0.5,
  valueClip: 0.2,
  valueWeight: 0.5,
  returnScaling: "none",
  criticGain: 1,
  standardisesMiniBatches: true,
  // Theirs are not cut.
  advantageLimit: 1e9,
};

/**
 * The options of a public implementation, one by one, on the game as it has it: bench/jaxmarl-spread.py runs the other
 * side. What makes MAPPO of the loop stands in the options, so both are trained as IPPO is.
 *
 * @source FLAIROx/JaxMARL, baselines/IPPO/ippo_ff_mpe.py and baselines/MAPPO/mappo_rnn_mpe.py with the former's networks;
 * their config/*.yaml
 */
export const jaxmarlTrainings: Readonly<Record<"ippo" | "mappo", KnownTraining>> = {
  ippo: { game: simpleSpreadOfJaxmarl, environments: 16, options: { ...jaxmarlOptions, clipsTogether: true } },
  mappo: {
    game: simpleSpreadOfJaxmarl,
    environments: 128,
    options: {
      ...jaxmarlOptions,
      learningRate: 2e-3,
      hasTeamCritic: true,
      shufflesAgents: true,
      rolloutsPerEra: 200,
    },
  },
};
