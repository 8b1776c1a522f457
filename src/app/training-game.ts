import { guardRulesFor } from "../control/guard/rules.ts";
import { createRng } from "../core/rng.ts";
import { guideGame } from "../team/env/guided-game.ts";
import { oneAgentGame } from "../team/env/one-agent-game.ts";
import {
  createScalingEnv,
  defaultRandomisation,
  type Randomisation,
  type ScalingEnvSpec,
} from "../team/env/scaling-env.ts";
import type { VectorGame } from "../team/env/vector-game.ts";
import { perceptionOf } from "../team/org/team/relations.ts";
import { type CarriedOrganization, playedOrganization } from "../team/policy/carried-organization.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import type { Inputs } from "./inputs.ts";
import { trainingTraffic, type TrafficOptions } from "./traffic.ts";
import { type TrainingFaults, trainingFaults } from "./training-faults.ts";

/** Environments that share one realisation of traffic and capacity. */
export const GROUP_SIZE = 8;

export type GameRequest = TrafficOptions & {
  readonly inputs: Inputs;
  readonly kappa: number;
  /** Price of a change of a size, in that of a pod for one control step; 0 when left out. */
  readonly changePrice?: number;
  /** Where it differs from {@link defaultRandomisation}. */
  readonly randomisation?: Partial<Randomisation>;
  /** What goes wrong in episodes; nothing when left out. */
  readonly faults?: TrainingFaults;
  readonly organization?: CarriedOrganization;
  /** See the checkpoint's. */
  readonly agents?: "one";
};

export type GameMeasures = {
  readonly calibration: Calibration;
  readonly headroom: number;
  readonly meanRatePerS: number;
};

/** How environments hang together: 8 share their traffic, and they are the whole game, when left out. */
export type GameShape = Partial<Pick<ScalingEnvSpec, "groupSize" | "place">>;

/** What a team is trained in: the twin under the scenario's traffic, and its organization where it has one. */
export function createTrainingGame(
  request: GameRequest,
  measures: GameMeasures,
  environments: number,
  seed: string,
  shape: GameShape = {},
): VectorGame {
  const spec = { ...gameSpec(request, measures, environments, seed), ...shape };
  if (request.organization === undefined) {
    const game = createScalingEnv(spec);
    return request.agents === "one" ? oneAgentGame(game) : game;
  }
  const { organization, assignment } = playedOrganization(request.organization);
  const game = createScalingEnv({ ...spec, perception: perceptionOf(organization, assignment) });
  // What rules and goals weigh beside the game's own reward stands in the organization.
  const rng = createRng(`organization ${seed}`);
  const names = request.inputs.topology.services.map(({ name }) => name);
  return guideGame(game, { organization, assignment, names, weight: 1, rng });
}

function gameSpec(
  request: GameRequest,
  { calibration, headroom, meanRatePerS }: GameMeasures,
  environments: number,
  seed: string,
): ScalingEnvSpec {
  const { inputs, kappa, changePrice = 0, faults, timeScale } = request;
  return {
    topology: inputs.topology,
    calibration,
    guardRules: guardRulesFor(calibration.timing),
    headroom,
    traffic: trainingTraffic(inputs, request),
    meanRatePerS,
    environments,
    groupSize: GROUP_SIZE,
    kappa,
    changePrice,
    randomisation: { ...defaultRandomisation, ...request.randomisation },
    ...(faults && { faults: trainingFaults(faults, inputs, { timeScale, meanRatePerS }) }),
    rng: createRng(seed),
  };
}
