import { guardRulesFor } from "../control/guard/rules.ts";
import { kubernetesTiming, scaleTiming } from "../control/loop/timing.ts";
import type { ActionNames } from "../team/env/games/action-sets.ts";
import { createAttack } from "../team/env/games/attack.ts";
import { createAutoscaling } from "../team/env/games/autoscaling.ts";
import type { ObservationSetName } from "../team/env/games/observation-sets.ts";
import type { RewardName } from "../team/env/games/reward-rules.ts";
import type { ServiceGameSpec } from "../team/env/games/service-game.ts";
import { measureHeadroom } from "../team/env/headroom.ts";
import type { ParallelEnv } from "../team/env/parallel/parallel-env.ts";
import { defaultRandomisation } from "../team/env/scaling-env.ts";
import type { TroubleChoice } from "../team/env/trouble/trouble.ts";
import { type Calibration, declaredCalibration } from "../twin/calibrate/calibration.ts";
import type { Inputs } from "./inputs.ts";
import { trainingTraffic, trainingVolumePerS } from "./traffic.ts";

/** The games that ship, by the name they are asked for. */
const games: Readonly<Record<string, (spec: ServiceGameSpec) => ParallelEnv>> = {
  autoscaling: createAutoscaling,
  attack: createAttack,
};
export const gameNames: readonly string[] = Object.keys(games);

export type EnvRequest = {
  readonly inputs: Inputs;
  /** What the twin is made of; the topology's own declaration when left out. */
  readonly calibration?: Calibration;
  readonly timeScale: number;
  readonly volumePerS?: number | undefined;
  /** One of {@link gameNames}. */
  readonly game: string;
  readonly actions: ActionNames;
  readonly alpha: number;
  readonly observations: ObservationSetName;
  readonly reward: RewardName;
  /** Of episodes whose reset says nothing else. */
  readonly trouble: TroubleChoice;
  readonly kappa: number;
  /** Control steps of an episode. */
  readonly maxSteps: number;
  /** Of the episodes that are asked for without one. */
  readonly seed: number;
};

/** Makes as many of one game as are asked for; each place in a batch has a stream of its own. */
export function gameMaker(request: EnvRequest): (place: number) => ParallelEnv {
  const { inputs, timeScale, actions, alpha, observations, reward, trouble, kappa, maxSteps, seed } = request;
  const { topology } = inputs;
  const calibration = request.calibration ?? declaredCalibration(topology, scaleTiming(kubernetesTiming, timeScale));
  const spec = {
    topology,
    calibration,
    guardRules: guardRulesFor(calibration.timing),
    headroom: measureHeadroom(topology, calibration),
    traffic: trainingTraffic(inputs, request),
    meanRatePerS: trainingVolumePerS(inputs, request),
    randomisation: defaultRandomisation,
    actions,
    alpha,
    observations,
    reward,
    trouble,
    kappa,
    maxSteps,
  };
  const create = games[request.game]!;
  return (place) => create({ ...spec, stream: `env ${seed} ${place}` });
}
