import type { Timing } from "../../control/loop/timing.ts";
import { createNeedEstimator } from "../../control/need/estimate.ts";
import { needPriors } from "../../control/need/prior.ts";
import type { Readings } from "../../control/readings/readings.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { Perception } from "../org/team/relations.ts";
import { type ActionBases, type ActionBasis, replicasWanted } from "./actions.ts";
import { serviceGraph } from "./graph.ts";
import { createNeedHistory, leastNeed, type NeedHistory } from "./need-history.ts";

/** Version of the observation; a checkpoint of another version cannot be played. */
export const observationVersion = "scaling/1";

/** What an agent sees of its own service, in this order; docs/policy.md gives each formula. */
export const observedFeatures = [
  "size",
  "shareOfMaximum",
  "readyShare",
  "pendingToNeed",
  "cpu",
  "sizeToNeed",
  "sizeToLocalNeed",
  "needToLocalNeed",
  "needToMaximum",
  "needGranularity",
  "lastChange",
  "needChange1",
  "needChange2",
  "needChange4",
  "needChange8",
  "needChange16",
  "max5MinToNeed",
  "max15MinToNeed",
  "mean15MinToNeed",
  "volatility",
  "wait",
  "queuePerReplica",
  "dropShare",
  "entryViolatingShare",
  "entryLatency",
  "upstreamReadyToNeed",
  "downstreamReadyToNeed",
  "depth",
  "visits",
  "latencyShare",
  "startup",
] as const;
export const observationSize: number = observedFeatures.length;

export type ObserverSpec = {
  readonly topology: Topology;
  readonly timing: Timing;
  readonly environments: number;
  /** Replicas that keep the objective under steady load / pods at 100 % CPU it needs; >= 1. See env/headroom.ts. */
  readonly headroom: number;
  /** Whom agents hear and know; everybody hears everybody when left out. */
  readonly perception?: Perception;
};

/** Turns readings into what agents see and what their actions multiply: the same for 256 twins and a live cluster. */
export type Observer = {
  /** [services][environments][features] */
  readonly observations: Float32Array;
  /** Takes the readings of one sync period. */
  update(readings: Readings): void;
  /** What an action multiplies; cells are `service * environments + environment`. */
  basis(cell: number): ActionBasis;
  /** The same of all cells: always the same columns, with the values of now. */
  readonly bases: ActionBases;
  /** Replicas each action asks for; both [services][environments]. */
  wanted(actions: Int32Array, replicas: Float64Array): void;
  /** Forgets one environment. */
  reset(environment: number): void;
};

type State = {
  readonly spec: ObserverSpec;
  readonly need: ReturnType<typeof createNeedEstimator>;
  readonly history: NeedHistory;
  readonly observations: Float32Array;
  /** Feed-forward need with headroom: [services][environments]. */
  readonly scaled: Float64Array;
  readonly bases: ActionBases;
  readonly sizeBefore: Float64Array;
  readonly writers: readonly Writer[];
};

export function createObserver(spec: ObserverSpec): Observer {
  const state = createState(spec);
  const { observations, bases } = state;
  const basis = (cell: number): ActionBasis => ({
    size: bases.size[cell]!,
    need: bases.need[cell]!,
    recentNeed: bases.recentNeed[cell]!,
  });
  return {
    observations,
    update: (readings) => update(state, readings),
    basis,
    bases,
    wanted(actions, replicas) {
      for (let cell = 0; cell < replicas.length; cell++) replicas[cell] = replicasWanted(actions[cell]!, basis(cell));
    },
    reset: (environment) => reset(state, environment),
  };
}

function createState(spec: ObserverSpec): State {
  const { topology, timing, environments } = spec;
  const services = topology.services.length;
  const { syncPeriodMs, timeScale, windowMs } = timing;
  const priors = needPriors(topology);
  const need = createNeedEstimator({ services, environments, syncPeriodMs, timeScale, windowMs, ...priors });
  const periodsIn = (minutes: number): number => Math.max(1, Math.round((minutes * 60_000) / timeScale / syncPeriodMs));
  const history = createNeedHistory(services, environments, { in5Min: periodsIn(5), in15Min: periodsIn(15) });
  const column = (): Float64Array => new Float64Array(services * environments).fill(Number.NaN);
  const bases = { size: column(), need: history.need, recentNeed: column() };
  const sizeBefore = column();
  return {
    spec,
    need,
    history,
    observations: new Float32Array(services * environments * observationSize),
    scaled: column(),
    bases,
    sizeBefore,
    writers: [
      sizeFeatures(spec, need.local, history, bases.size, sizeBefore),
      historyFeatures(history),
      qualityFeatures(topology),
      neighbourFeatures(spec, history),
      identityFeatures(topology, timing),
    ],
  };
}

function update(
  { spec, need, history, observations, scaled, bases, sizeBefore, writers }: State,
  readings: Readings,
): void {
  need.update(readings);
  for (let cell = 0; cell < scaled.length; cell++) scaled[cell] = spec.headroom * need.feedForward[cell]!;
  history.push(scaled);
  sizeBefore.set(bases.size);
  bases.size.set(readings.desired);
  for (let cell = 0; cell < scaled.length; cell++) {
    bases.recentNeed[cell] = Math.exp(history.logMax5Min[cell]!);
    let at = cell * observationSize;
    for (const write of writers) at = write(readings, cell, observations, at);
  }
}

function reset({ spec, need, history, observations, bases, sizeBefore }: State, environment: number): void {
  need.reset(environment);
  history.forget(environment);
  for (let cell = environment; cell < sizeBefore.length; cell += spec.environments) {
    bases.size[cell] = Number.NaN;
    bases.recentNeed[cell] = Number.NaN;
    sizeBefore[cell] = Number.NaN;
    observations.fill(0, cell * observationSize, (cell + 1) * observationSize);
  }
}

/** Writes some features of a cell from `at` on; returns where the next ones go. */
type Writer = (readings: Readings, cell: number, out: Float32Array, at: number) => number;

/** A feature in its range; 0 where it is not known. */
function clip(value: number, low: number, high: number): number {
  if (Number.isNaN(value)) return 0;
  return value < low ? low : value > high ? high : value;
}

function sizeFeatures(
  { topology, headroom }: ObserverSpec,
  localNeed: Float64Array,
  history: NeedHistory,
  size: Float64Array,
  sizeBefore: Float64Array,
): Writer {
  const maximum = topology.services.map(({ maxReplicas }) => maxReplicas);
  return (readings, cell, out, at) => {
    const most = maximum[Math.floor(cell / readings.environments)]!;
    const desired = Math.max(1, size[cell]!);
    const ready = readings.ready[cell]!;
    const need = history.need[cell]!;
    const local = Math.max(leastNeed, headroom * localNeed[cell]!);
    out[at++] = clip(Math.log(desired) / 2, 0, 3);
    out[at++] = clip(desired / most, 0, 1);
    out[at++] = clip(ready / desired, 0, 1.5);
    out[at++] = clip((desired - ready) / need, -2, 2);
    out[at++] = clip(readings.cpu[cell]!, 0, 1.5);
    out[at++] = clip(Math.log(desired / need), -2, 2);
    out[at++] = clip(Math.log(desired / local), -2, 2);
    out[at++] = clip(Math.log(need / local), -2, 2);
    out[at++] = clip(Math.log(need / most) + 1.5, -2, 2);
    out[at++] = clip(1 / need, 0, 2);
    out[at++] = clip(Math.log(desired / Math.max(1, sizeBefore[cell]!)), -1, 1);
    return at;
  };
}

const changePeriods = [1, 2, 4, 8, 16] as const;

function historyFeatures(history: NeedHistory): Writer {
  return (_, cell, out, at) => {
    const now = history.logNeed[cell]!;
    for (const ago of changePeriods) out[at++] = clip(2 * (now - history.logAgo(cell, ago)), -2, 2);
    out[at++] = clip(history.logMax5Min[cell]! - now, 0, 2);
    out[at++] = clip(history.logMax15Min[cell]! - now, 0, 2);
    out[at++] = clip(history.logMean15Min[cell]! - now, -2, 2);
    out[at++] = clip(10 * history.volatility[cell]!, 0, 2);
    return at;
  };
}

function qualityFeatures(topology: Topology): Writer {
  const { p95Ms } = topology.objective;
  return (readings, cell, out, at) => {
    const environment = cell % readings.environments;
    const arrivals = Math.max(1, readings.arrivalsPerS[cell]!);
    out[at++] = clip(Math.log1p((10 * readings.waitMs[cell]!) / p95Ms) / 2, 0, 2);
    out[at++] = clip(Math.log1p(readings.queued[cell]! / Math.max(1, readings.ready[cell]!)) / 3, 0, 2);
    out[at++] = clip((2 * readings.droppedPerS[cell]!) / arrivals, 0, 2);
    out[at++] = clip(2 * readings.entryViolatingShare[environment]!, 0, 2);
    out[at++] = clip(Math.log(readings.entryLatencyMs[environment]! / p95Ms), -2, 2);
    return at;
  };
}

function neighbourFeatures(spec: ObserverSpec, history: NeedHistory): Writer {
  const { upstream, downstream } = serviceGraph(spec.topology);
  const before = upstream.map((others, own) => noticed(spec, own, others));
  const behind = downstream.map((others, own) => noticed(spec, own, others));
  const tightest = tightestOf(history);
  return (readings, cell, out, at) => {
    const service = Math.floor(cell / readings.environments);
    const environment = cell % readings.environments;
    out[at++] = tightest(readings, environment, before[service]!);
    out[at++] = tightest(readings, environment, behind[service]!);
    return at;
  };
}

/** Services by what an agent learns of them: all signals, or their pods alone. */
type Noticed = { readonly heard: readonly number[]; readonly known: readonly number[] };

function noticed({ perception }: ObserverSpec, own: number, others: readonly number[]): Noticed {
  if (perception === undefined) return { heard: others, known: [] };
  const { hears, knows } = perception;
  return {
    heard: others.filter((other) => hears[own]![other] === 1),
    known: others.filter((other) => knows[own]![other] === 1),
  };
}

/** Smallest ready / need of some services, as a logarithm; 1 where there are none. */
function tightestOf({ logNeed }: NeedHistory): (readings: Readings, environment: number, of: Noticed) => number {
  return ({ ready, desired, environments }, environment, { heard, known }) => {
    let least = 1;
    for (const other of heard) {
      const cell = other * environments + environment;
      least = Math.min(least, clip(Math.log(Math.max(0.1, ready[cell]!)) - logNeed[cell]!, -2, 1));
    }
    // What an acquaintance needs is not told, but where pods of it are missing can be seen.
    for (const other of known) {
      const cell = other * environments + environment;
      if (ready[cell]! < desired[cell]!)
        least = Math.min(least, clip(Math.log(Math.max(0.1, ready[cell]!) / desired[cell]!), -2, 0));
    }
    return least;
  };
}

/** What tells services of one topology apart, and means the same in another one. */
function identityFeatures(topology: Topology, timing: Timing): Writer {
  const { depth } = serviceGraph(topology);
  const { priorPodsPerEntryRequest, priorPodsPerRequest } = needPriors(topology);
  const features = topology.services.map((service, at) => {
    const workMs = service.endpoints.reduce((sum, one) => sum + one.workMs.mean, 0) / service.endpoints.length;
    return [
      clip(depth[at]! / Math.max(1, ...depth), 0, 1),
      clip(Math.log(priorPodsPerEntryRequest[at]! / priorPodsPerRequest[at]!), -2, 2),
      clip(Math.log((10 * workMs) / topology.objective.p95Ms), -2, 2),
      clip(Math.log(service.startupMs.mean / (timing.syncPeriodMs * timing.timeScale)), -2, 2),
    ];
  });
  return (readings, cell, out, at) => {
    for (const feature of features[Math.floor(cell / readings.environments)]!) out[at++] = feature;
    return at;
  };
}
