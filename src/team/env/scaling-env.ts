import { createGuard } from "../../control/guard/apply.ts";
import { guardBounds } from "../../control/guard/bounds.ts";
import type { Guard, GuardBounds, GuardRules } from "../../control/guard/guard.ts";
import { needPriors } from "../../control/need/prior.ts";
import type { Readings } from "../../control/readings/readings.ts";
import type { Rng } from "../../core/rng.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { Fault } from "../../system/workload/fault.ts";
import type { Calibration } from "../../twin/calibrate/calibration.ts";
import { type FaultyTwin, withFaults } from "../../twin/cluster/faulty-twin.ts";
import { createFluidTwin } from "../../twin/fluid/create-fluid-twin.ts";
import { usualEdgeNoise } from "../../twin/fluid/edge-noise.ts";
import type { FluidFlood } from "../../twin/fluid/fluid-twin.ts";
import type { Perception } from "../org/team/relations.ts";
import { type ActionBases, type ActionBasis, scalingActions } from "../policy/actions.ts";
import { createObserver, observationSize, type Observer } from "../policy/observe.ts";
import { lookAhead, privilegedHorizonsS } from "./look-ahead.ts";
import { drawAround, drawEpisode } from "./scaling-episode.ts";
import {
  addTotals,
  createScalingRewards,
  rewardScale,
  type RewardScale,
  scoreStep,
  type ScalingRewards,
  type ScalingTotals,
} from "./scaling-reward.ts";
import { scalingTimes, type ScalingTimes } from "./scaling-times.ts";
import type { VectorGame } from "./vector-game.ts";

/** Traffic of one episode, for all environments of a group. `stepMs` is of the twin's clock. */
export type Traffic = { readonly ratePerS: Float64Array; readonly stepMs: number };

/** Traffic of at least `lengthMs` of the twin's clock. */
export type TrafficSource = (rng: Rng, lengthMs: number) => Traffic;

/** What goes wrong in an episode of `lengthMs` of the twin's clock, for all environments of a group. */
export type FaultSource = (rng: Rng, lengthMs: number) => readonly Fault[];

export type ScalingEnvSpec = {
  readonly topology: Topology;
  readonly calibration: Calibration;
  readonly guardRules: GuardRules;
  /** See {@link measureHeadroom}. */
  readonly headroom: number;
  readonly traffic: TrafficSource;
  /** Mean arrivals of that traffic, requests per second: what rewards are measured against. */
  readonly meanRatePerS: number;
  readonly environments: number;
  /** Environments that share one realisation of traffic and capacity. */
  readonly groupSize: number;
  /** Which groups of a larger game these are; the game is all there is when left out. */
  readonly place?: GroupPlace;
  /** Price of a violating request; 10 ... 160 walk along the frontier from lean to safe. */
  readonly kappa: number;
  /** Price of a change of a size, whatever its step, in that of a pod for one control step; 0 when left out. */
  readonly changePrice?: number;
  readonly randomisation: Randomisation;
  readonly rng: Rng;
  /** Whom agents hear and know; everybody hears everybody when left out. */
  readonly perception?: Perception;
  /** Control steps of an episode; an hour of the scenario when left out. */
  readonly episodeSteps?: number;
  /** Requests that are nobody's, in every environment. */
  readonly floods?: readonly FluidFlood[];
  /** Nothing goes wrong when left out. */
  readonly faults?: FaultSource;
};

/** A few groups among those of a larger game: they play as they would in it. */
export type GroupPlace = { readonly firstGroup: number; readonly groups: number };

/** The game with what an organization needs to see of it. */
export type ScalingGame = VectorGame & {
  /** Of the present state. */
  readings(): Readings;
  /** What the actions of a cell multiply. */
  basis(cell: number): ActionBasis;
  /** The same of all cells: always the same columns, with the values of now. */
  readonly bases: ActionBases;
  /** Since the episode began, s of the scenario: [environments]. */
  readonly atS: Float64Array;
  /** What the rewards are made of: [agents][environments]. */
  readonly violations: Float64Array;
  readonly costs: Float64Array;
  /** A step in which these replicas are wanted, as they come from other actions: [agents][environments]. */
  stepTo(replicas: Float64Array): void;
  readonly twin: FaultyTwin;
};

/** What differs from episode to episode, because a calibration is never exact. */
export type Randomisation = {
  /** Capacity of a replica is multiplied by U(1 - x, 1 + x), drawn per service and group. */
  readonly capacity: number;
  /** Start-up times are multiplied by U(1 - x, 1 + x), drawn per environment. */
  readonly startup: number;
  /** Replicas at the start are the need of the first moment x U(low, high), drawn per service. */
  readonly initial: readonly [number, number];
  /** Calls per request wander: standard deviation of their logarithm. */
  readonly edges: number;
};

/** @source capacity and start-up: as in the prototype that beat the tuned rules */
export const defaultRandomisation: Randomisation = {
  capacity: 0.1,
  startup: 0.15,
  initial: [0.9, 2],
  edges: 0.08,
};

/**
 * Agents that scale the services of a topology, one per service, in the fluid twin: observation, need and guard are
 * those of the live loop.
 *
 * Reward of agent i in one control step: - kappa x violating requests blamed on i / requests of a mean step
 * - pods of i / pods that mean traffic needs of all services at 100 % CPU - price of a change, where the size of i changed,
 * / the same pods. There is no such price unless it is asked for.
 */
export function createScalingEnv(spec: ScalingEnvSpec): ScalingGame {
  const state = createState(spec);
  const { services, observer, privileged, scores, ended, totals, atS, wanted, twin } = state;
  return {
    agents: services,
    environments: spec.environments,
    observationSize,
    actions: scalingActions.length,
    groupSize: spec.groupSize,
    observations: observer.observations,
    privilegedSize: privilegedHorizonsS.length,
    privileged,
    ...scores,
    ended,
    totals,
    clearTotals: () => void Object.assign(totals, { requests: 0, violating: 0, pods: 0, steps: 0 }),
    restart: (era) => restart(state, era),
    step(actions) {
      observer.wanted(actions, wanted);
      step(state);
    },
    stepTo(replicas) {
      wanted.set(replicas);
      step(state);
    },
    resetEnded: () => resetEnded(state),
    readings: () => state.readings,
    basis: (cell) => observer.basis(cell),
    bases: observer.bases,
    atS,
    twin,
  };
}

type State = ScalingEnvSpec & {
  readonly timeScale: number;
  readonly services: number;
  readonly groups: number;
  readonly place: GroupPlace;
  readonly times: ScalingTimes;
  readonly twin: FaultyTwin;
  readonly observer: Observer;
  readonly bounds: GuardBounds;
  readonly guard: Guard;
  readonly wanted: Float64Array;
  /** Sizes of a step ago, and 1 where they are other ones: [services][environments]. */
  readonly before: Float64Array;
  readonly changed: Uint8Array;
  readonly verdicts: Uint8Array;
  readonly privileged: Float32Array;
  readonly scores: ScalingRewards;
  readonly scale: RewardScale;
  readonly ended: Uint8Array;
  readonly atS: Float64Array;
  /** Control steps to the end of the episode: [groups]. */
  readonly stepsLeft: Float64Array;
  /** Begun in this era: [groups]. */
  readonly episodes: Float64Array;
  readonly podsPerEntryRequest: Float64Array;
  readonly totals: ScalingTotals;
  readings: Readings;
  eraRng: Rng;
};

function createState(spec: ScalingEnvSpec): State {
  const { topology, calibration, environments, groupSize, episodeSteps } = spec;
  const services = topology.services.length;
  const cells = services * environments;
  const groups = environments / groupSize;
  if (!Number.isInteger(groups)) throw new Error(`${environments} environments do not make groups of ${groupSize}`);
  const bounds = guardBounds(topology);
  const podsPerEntryRequest = needPriors(topology).priorPodsPerEntryRequest;
  const twin = createTwin(spec);
  const times = scalingTimes(calibration.timing, episodeSteps);
  return {
    ...spec,
    timeScale: calibration.timing.timeScale,
    services,
    groups,
    place: spec.place ?? { firstGroup: 0, groups },
    times,
    twin,
    observer: createOwnObserver(spec),
    bounds,
    guard: createGuard(spec.guardRules, bounds, services, environments),
    wanted: new Float64Array(cells),
    before: new Float64Array(cells),
    changed: new Uint8Array(cells),
    verdicts: new Uint8Array(cells),
    privileged: new Float32Array(environments * privilegedHorizonsS.length),
    scores: createScalingRewards(cells),
    scale: rewardScale(spec, times, podsPerEntryRequest),
    ended: new Uint8Array(environments),
    atS: new Float64Array(environments),
    stepsLeft: new Float64Array(groups),
    episodes: new Float64Array(groups),
    podsPerEntryRequest,
    totals: { requests: 0, violating: 0, pods: 0, steps: 0 },
    readings: twin.observe(),
    eraRng: spec.rng.split("era 0"),
  };
}

function createTwin({ topology, calibration, environments, randomisation, faults }: ScalingEnvSpec): FaultyTwin {
  const { timing } = calibration;
  const edgeNoise = { ...usualEdgeNoise(timing.timeScale), sd: randomisation.edges };
  const { tickMs } = scalingTimes(timing);
  const twin = createFluidTwin(topology, calibration, { environments, tickMs, edgeNoise });
  return faults === undefined ? twin : withFaults(topology, twin, timing.timeScale);
}

function createOwnObserver({ topology, calibration, environments, headroom, perception }: ScalingEnvSpec): Observer {
  const own = { topology, timing: calibration.timing, environments, headroom };
  return createObserver(perception === undefined ? own : { ...own, perception });
}

function startEpisode(state: State, group: number, steps: number): void {
  const { eraRng, episodes, stepsLeft, times, calibration, groupSize, twin, observer, ended, atS } = state;
  const rng = eraRng.split(`group ${state.place.firstGroup + group} episode ${episodes[group]!}`);
  episodes[group] = episodes[group]! + 1;
  stepsLeft[group] = steps;
  // Horizons of the critic reach beyond the end.
  const lengthMs = (steps + 1) * times.stepMs + 300_000 / calibration.timing.timeScale;
  const traffic = state.traffic(rng.split("traffic"), lengthMs);
  const capacityFactor = drawAround(rng.split("capacity"), state.services, state.randomisation.capacity);
  const faults = state.faults?.(rng.split("faults"), steps * times.stepMs);
  const world = { traffic, capacityFactor, ...(faults && { faults }) };
  for (let k = 0; k < groupSize; k++) {
    const environment = group * groupSize + k;
    twin.reset(environment, drawEpisode(state, world, rng.split(k)));
    observer.reset(environment);
    ended[environment] = 0;
    atS[environment] = 0;
    lookAhead(state, environment);
  }
}

function restart(state: State, era: number): void {
  const { rng, episodes, groups, times, twin } = state;
  state.eraRng = rng.split(`era ${era}`);
  episodes.fill(0);
  // First episodes end at different times, so that later on every step sees all hours.
  const { firstGroup, groups: all } = state.place;
  for (let group = 0; group < groups; group++)
    startEpisode(state, group, Math.max(1, Math.round((times.stepsPerEpisode * (firstGroup + group + 1)) / all)));
  state.readings = twin.observe();
}

/** Sizes as they are wanted, within the guard's bounds, and where they are other ones than before. */
function resize({ readings, guard, wanted, before, changed, twin, verdicts }: State): void {
  before.set(twin.desired);
  guard(readings, wanted, twin.desired, verdicts);
  for (let cell = 0; cell < changed.length; cell++) changed[cell] = twin.desired[cell] === before[cell] ? 0 : 1;
}

/** Takes `wanted` through the guard, and the twin through a control step. */
function step(state: State): void {
  const { observer, twin, times, calibration, atS, stepsLeft, ended, groupSize } = state;
  const { changed, scores, scale, totals } = state;
  resize(state);
  twin.clearOutcome();
  twin.advance(times.ticksPerStep);
  addTotals(totals, twin.outcome, scoreStep(twin.outcome, changed, scale, scores));
  state.readings = twin.observe();
  observer.update(state.readings);
  for (let environment = 0; environment < state.environments; environment++) {
    atS[environment] = atS[environment]! + (times.stepMs * calibration.timing.timeScale) / 1_000;
    lookAhead(state, environment);
  }
  for (let group = 0; group < state.groups; group++) {
    stepsLeft[group] = stepsLeft[group]! - 1;
    if (stepsLeft[group] === 0) ended.fill(1, group * groupSize, (group + 1) * groupSize);
  }
}

function resetEnded(state: State): void {
  const { groups, stepsLeft, times, twin } = state;
  for (let group = 0; group < groups; group++)
    if (stepsLeft[group] === 0) startEpisode(state, group, times.stepsPerEpisode);
  state.readings = twin.observe();
}
