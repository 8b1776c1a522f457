import type { GuardRules } from "../../../control/guard/guard.ts";
import { createRng } from "../../../core/rng.ts";
import type { Topology } from "../../../system/topology/topology.ts";
import type { Calibration } from "../../../twin/calibrate/calibration.ts";
import type { FluidFlood } from "../../../twin/fluid/fluid-twin.ts";
import type { AgentInfo, ResetOptions } from "../parallel/parallel-env.ts";
import {
  createScalingEnv,
  type FaultSource,
  type Randomisation,
  type ScalingGame,
  type TrafficSource,
} from "../scaling-env.ts";
import { type BoxSpace, box } from "../spaces/space.ts";
import type { TroubleChoice } from "../trouble/trouble.ts";
import { type ActionNames, type ActionSet, createActionSet } from "./action-sets.ts";
import { drawServices } from "./draw-services.ts";
import { withLevers } from "./lever-features.ts";
import { createObservationSet, type ObservationSet, type ObservationSetName } from "./observation-sets.ts";
import { createRewardRule, type RewardName, type RewardRule } from "./reward-rules.ts";
import { createTroubles } from "./troubles.ts";

export type ServiceGameSpec = {
  readonly topology: Topology;
  readonly calibration: Calibration;
  readonly guardRules: GuardRules;
  /** See measureHeadroom. */
  readonly headroom: number;
  readonly traffic: TrafficSource;
  /** Mean arrivals of that traffic, requests per second. */
  readonly meanRatePerS: number;
  readonly randomisation: Randomisation;
  readonly actions: ActionNames;
  /** Most replicas that one action of `delta` adds or takes. */
  readonly alpha: number;
  readonly observations: ObservationSetName;
  readonly reward: RewardName;
  /** Of episodes whose reset says nothing else. */
  readonly trouble: TroubleChoice;
  /** Price of a violating request in the default reward. */
  readonly kappa: number;
  /** Control steps of an episode. */
  readonly maxSteps: number;
  /** Unseeded episodes are those of this stream. */
  readonly stream: string;
};

/** Numbers in the infos of those who scale a service. */
export function serviceSignals({ actions }: Pick<ServiceGameSpec, "actions">): readonly string[] {
  const usual = ["cost", "violation", "replicas"];
  return actions.includes("resize") ? [...usual, "cpuMilli"] : usual;
}

/** The services' side of a game on one twin: agents by the place of their service. */
export type ServiceGame = {
  readonly game: ScalingGame;
  readonly actions: ActionSet;
  readonly observations: ObservationSet;
  readonly reward: RewardRule;
  readonly stateSpace: BoxSpace;
  begin(seed: number, options?: ResetOptions): void;
  step(actions: readonly number[]): void;
  /** Numbers of the last step, by name. */
  signals(service: number): Readonly<Record<string, number>>;
  info(service: number): AgentInfo;
  state(): Float32Array;
  draw(): string;
};

/** Sync periods that pass with the first sizes before anybody acts: then every service has been seen. */
const warmUpSteps = 2;

/** @param floods  requests of an attacker */
export function createServiceGame(spec: ServiceGameSpec, floods?: readonly FluidFlood[]): ServiceGame {
  const { topology } = spec;
  const services = topology.services.length;
  const { timeScale } = spec.calibration.timing;
  const troubles = createTroubles({ ...spec, timeScale }, spec.trouble);
  const sides = createSides(spec, createGame(spec, troubles.draw, floods));
  const { game, actions, observations } = sides;
  const names = serviceSignals(spec);
  const wanted = new Float64Array(services);
  let step = 0;
  return {
    ...sides,
    stateSpace: stateSpaceOf(observations.space, services),
    begin(seed, options = {}) {
      troubles.choose(options);
      game.restart(seed);
      actions.begin();
      observations.begin();
      sides.reward.begin();
      // Nobody wants anything: the guard holds the sizes.
      wanted.fill(Number.NaN);
      for (let warm = 0; warm < warmUpSteps; warm++) advance(sides, wanted);
      step = 0;
    },
    step(taken) {
      for (let service = 0; service < services; service++) {
        wanted[service] = actions.wanted(service, taken[service]!);
        actions.take(service, taken[service]!);
      }
      advance(sides, wanted);
      step++;
    },
    signals: (service) => signalsOf(sides, service, names),
    info: (service) => ({ actionMask: actions.mask(service), ...signalsOf(sides, service, names) }),
    state: () => Float32Array.from(topology.services.flatMap((_, service) => Array.from(observations.of(service)))),
    draw: () => [drawServices(topology, step, game.readings()), ...troubles.told()].join("\n"),
  };
}

type Sides = Pick<ServiceGame, "game" | "actions" | "observations" | "reward">;

function createSides(spec: ServiceGameSpec, game: ScalingGame): Sides {
  const { topology, calibration } = spec;
  const { timeScale, syncPeriodMs } = calibration.timing;
  const periodsIn5Min = Math.max(1, Math.round(300_000 / timeScale / syncPeriodMs));
  const actions = createActionSet(spec, game);
  const observations = createObservationSet(spec.observations, topology, game, periodsIn5Min);
  return {
    game,
    actions,
    observations: withLevers(observations, actions.features),
    reward: createRewardRule(spec.reward, topology, game, actions),
  };
}

/** Numbers of a service in the last step, by name. */
function signalsOf({ game, actions }: Sides, service: number, names: readonly string[]): Record<string, number> {
  const all: Readonly<Record<string, number>> = {
    cost: game.costs[service]! * actions.price(service),
    violation: game.violations[service]!,
    replicas: game.twin.desired[service]!,
    cpuMilli: actions.cpuMilli(service),
  };
  return Object.fromEntries(names.map((name) => [name, all[name]!]));
}

function advance({ game, reward, observations }: Sides, wanted: Float64Array): void {
  game.stepTo(wanted);
  reward.see();
  observations.see();
}

function createGame(
  spec: ServiceGameSpec,
  faults: FaultSource,
  floods: readonly FluidFlood[] | undefined,
): ScalingGame {
  const { topology, calibration, guardRules, headroom, traffic, meanRatePerS, kappa, randomisation, maxSteps } = spec;
  return createScalingEnv({
    topology,
    calibration,
    guardRules,
    headroom,
    traffic,
    meanRatePerS,
    kappa,
    randomisation,
    environments: 1,
    groupSize: 1,
    episodeSteps: maxSteps + warmUpSteps,
    rng: createRng("parallel"),
    faults,
    ...(floods === undefined ? {} : { floods }),
  });
}

function stateSpaceOf({ low, high }: BoxSpace, services: number): BoxSpace {
  const all = (bounds: Float32Array): number[] => Array.from({ length: services }, () => [...bounds]).flat();
  return box(all(low), all(high), [services * low.length]);
}
