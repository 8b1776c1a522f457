import { guardBounds } from "../../../control/guard/bounds.ts";
import { capacityPerS, type Topology } from "../../../system/topology/topology.ts";
import { visitRatios } from "../../../system/topology/visit-ratios.ts";
import { observationSize, observedFeatures } from "../../policy/observe.ts";
import type { ScalingGame } from "../scaling-env.ts";
import { type BoxSpace, box } from "../spaces/space.ts";
import { worstLatency } from "./karma-reward.ts";
import { createRecent } from "./recent.ts";

export const observationSetNames = ["default", "microk8s", "karma", "karma-roles"] as const;
export type ObservationSetName = (typeof observationSetNames)[number];

/** What the agents of a scaling game of one environment see of their services. */
export type ObservationSet = {
  readonly features: readonly string[];
  /** Each agent's. */
  readonly space: BoxSpace;
  begin(): void;
  /** To be called when new readings are there. */
  see(): void;
  /** [features], a copy within the space; 0 for what is not known. */
  of(service: number): Float32Array;
};

type Game = Pick<ScalingGame, "observations" | "readings">;
/** A feature from its readings, with its bounds. */
type Feature = { readonly name: string; readonly high: number; of(service: number): number };

/**
 * - `default`: the features of a trained team, docs/policy.md;
 * - `microk8s`: the 12 of the MicroK8s thesis, in [0, 1];
 * - `karma`: the state that KARMA keeps of each deployment; pods that are not ready count as failed, traffic is in
 *   requests;
 * - `karma-roles`: what KARMA's four roles look at, one behind the other.
 *
 * Memory is known where the topology says what requests take; else it is 0.
 */
export function createObservationSet(
  name: ObservationSetName,
  topology: Topology,
  game: Game,
  periodsIn5Min: number,
): ObservationSet {
  switch (name) {
    case "default":
      return ofTeams(game);
    case "microk8s":
      return ofMicrok8s(topology, game, periodsIn5Min);
    case "karma":
      return ofFeatures(karmaFeatures(topology, game));
    case "karma-roles":
      return ofRoles(topology, game, periodsIn5Min);
  }
}

function ofTeams({ observations }: Game): ObservationSet {
  return {
    features: observedFeatures,
    // The widest range any of them is cut to.
    space: box(-2, 3, [observationSize]),
    begin() {},
    see() {},
    of: (service) => observations.slice(service * observationSize, (service + 1) * observationSize),
  };
}

function ofFeatures(features: readonly Feature[]): ObservationSet {
  const highs = features.map(({ high }) => high);
  const { length } = features;
  return {
    features: features.map(({ name }) => name),
    space: box(
      Array.from(highs, () => 0),
      highs,
      [length],
    ),
    begin() {},
    see() {},
    of: (service) => Float32Array.from(features, (feature) => within(feature.of(service), feature.high)),
  };
}

function within(value: number, high: number): number {
  return Number.isNaN(value) ? 0 : Math.min(Math.fround(high), Math.max(0, value));
}

function ofMicrok8s(topology: Topology, game: Game, periods: number): ObservationSet {
  const { services, objective } = topology;
  const cpu = createRecent(services.length, periods, (service) => game.readings().cpu[service]!);
  const memory = createRecent(services.length, periods, (service) => memoryShare(topology, game, service));
  const most = (service: number): number => services[service]!.maxReplicas;
  const shares: Record<string, (service: number) => number> = {
    cpu: (service) => cpu.now(service),
    cpuMean: (service) => cpu.mean(service),
    cpuMax: (service) => cpu.most(service),
    memory: (service) => memory.now(service),
    memoryMean: (service) => memory.mean(service),
    memoryMax: (service) => memory.most(service),
    requests: (service) => game.readings().arrivalsPerS[service]! / (most(service) * capacityPerS(services[service]!)),
    latency: () => game.readings().entryLatencyMs[0]! / (worstLatency * objective.p95Ms),
    queue: (service) => queueShare(topology, game, service),
    pods: (service) => game.readings().desired[service]! / most(service),
    pending: (service) => 1 - game.readings().ready[service]! / game.readings().desired[service]!,
    errors: (service) => refusedShare(game, service),
  };
  return {
    ...ofFeatures(Object.entries(shares).map(([name, of]) => ({ name, high: 1, of }))),
    begin() {
      cpu.begin();
      memory.begin();
    },
    see() {
      cpu.see();
      memory.see();
    },
  };
}

/** Traffic that has grown more often than this is cut off. */
const mostTimes = 10;

/**
 * Bottleneck: queue, traffic in / out. DDoS: rate, its rise over 5 min, latency. Failure: ready pods, requests refused.
 * Resource: CPU, memory, priority, which the source does not define: requests here per request at the entry, at most 1.
 *
 * @source thesis of KARMA's author, observations of the four roles
 */
function ofRoles(topology: Topology, game: Game, periods: number): ObservationSet {
  const { services, objective } = topology;
  const visits = visitRatios(topology);
  const arrivals = (service: number): number => game.readings().arrivalsPerS[service]!;
  const rate = createRecent(services.length, periods, arrivals);
  const most = (service: number): number => services[service]!.maxReplicas;
  const features: readonly Feature[] = [
    { name: "queue", high: 1, of: (service) => queueShare(topology, game, service) },
    { name: "inToOut", high: mostTimes, of: (service) => arrivals(service) / game.readings().servedPerS[service]! },
    { name: "rate", high: 1, of: (service) => arrivals(service) / (most(service) * capacityPerS(services[service]!)) },
    { name: "rise", high: mostTimes, of: (service) => arrivals(service) / rate.mean(service) },
    { name: "latency", high: 1, of: () => game.readings().entryLatencyMs[0]! / (worstLatency * objective.p95Ms) },
    { name: "ready", high: 1, of: (service) => game.readings().ready[service]! / game.readings().desired[service]! },
    { name: "failures", high: 1, of: (service) => refusedShare(game, service) },
    { name: "cpu", high: 1, of: (service) => game.readings().cpu[service]! },
    { name: "memory", high: 1, of: (service) => memoryShare(topology, game, service) },
    { name: "priority", high: 1, of: (service) => visits[service]! },
  ];
  return { ...ofFeatures(features), begin: () => rate.begin(), see: () => rate.see() };
}

/** Of the requests that all replicas may hold. */
function queueShare({ services }: Topology, game: Game, service: number): number {
  const { maxReplicas, queueLimit } = services[service]!;
  return game.readings().queued[service]! / (maxReplicas * queueLimit);
}

function refusedShare(game: Game, service: number): number {
  return game.readings().droppedPerS[service]! / Math.max(1, game.readings().arrivalsPerS[service]!);
}

/** Memory of a ready replica in the mean / its limit; NaN where nobody looks. */
export function memoryShare({ services }: Topology, game: Pick<Game, "readings">, service: number): number {
  return game.readings().memoryMiB[service]! / services[service]!.memoryMiB;
}

/** More of anything is cut off: spaces of learners are bounded. */
const mostRequests = 1e6;

/** @source KARMA paper (arXiv 2505.21559), state of a deployment */
function karmaFeatures(topology: Topology, game: Game): readonly Feature[] {
  const { services } = topology;
  const most = Math.max(...services.map(({ maxReplicas }) => maxReplicas));
  const ready = (service: number): number => game.readings().ready[service]!;
  const limitMilli = (service: number): number => {
    const milli = game.readings().cpuMilli[service]!;
    return Number.isNaN(milli) ? services[service]!.cpuMilli : milli;
  };
  // Of the largest limit that a replica may be given, which is more than the declared one.
  const mostMilli = most * Math.max(...guardBounds(topology).maxCpuMilli);
  const mostMiB = most * Math.max(...services.map(({ memoryMiB }) => memoryMiB));
  return [
    { name: "id", high: Math.max(1, services.length - 1), of: (service) => service },
    { name: "deployed", high: most, of: ready },
    { name: "desired", high: most, of: (service) => game.readings().desired[service]! },
    { name: "failed", high: most, of: (service) => game.readings().desired[service]! - ready(service) },
    { name: "queued", high: mostRequests, of: (service) => game.readings().queued[service]! },
    {
      name: "cpuMilli",
      high: 2 * mostMilli,
      of: (service) => game.readings().cpu[service]! * ready(service) * limitMilli(service),
    },
    { name: "memoryMiB", high: mostMiB, of: (service) => ready(service) * game.readings().memoryMiB[service]! },
    { name: "trafficInPerS", high: mostRequests, of: (service) => game.readings().arrivalsPerS[service]! },
    { name: "trafficOutPerS", high: mostRequests, of: (service) => game.readings().servedPerS[service]! },
  ];
}
