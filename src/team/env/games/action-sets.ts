import { KarmaError } from "../../../core/errors.ts";
import type { Topology } from "../../../system/topology/topology.ts";
import type { ScalingGame } from "../scaling-env.ts";
import { type CpuLimits, createCpuLimits } from "./levers/cpu-limits.ts";
import { type Lever, type LeverFeature, toggle } from "./levers/lever.ts";
import { createRateLimit } from "./levers/rate-limit.ts";
import { createResize } from "./levers/resize.ts";
import { createRestart } from "./levers/restart.ts";
import { createReplicaSet, keepReplicas, type ReplicaSetName, replicaSetNames } from "./replica-sets.ts";

export const leverNames = ["resize", "limit", "restart", "isolate", "throttle"] as const;
export type LeverName = (typeof leverNames)[number];

/** One way to choose replicas, or none, and then levers. */
export type ActionNames = readonly (ReplicaSetName | LeverName)[];
export const actionNames: ActionNames = [...replicaSetNames, ...leverNames];

/** What the agents of a scaling game of one environment choose from: one action in each step. */
export type ActionSet = {
  /** Each agent's: those of the replicas, then those of each lever. */
  readonly choices: number;
  /** Replicas that an action of a service asks for, before the guard; NaN lets the guard hold. */
  wanted(service: number, action: number): number;
  /** What an action does besides; to be called before the step. */
  take(service: number, action: number): void;
  /** 1 where an action asks for something that may be: [choices]. */
  mask(service: number): Uint8Array;
  /** To be called when an episode has begun. */
  begin(): void;
  /** What a replica costs / what one as declared does. */
  price(service: number): number;
  /** CPU limit that a replica is given, millicores. */
  cpuMilli(service: number): number;
  /** What agents have to see of their levers. */
  readonly features: readonly LeverFeature[];
};

export type ActionSpec = {
  readonly topology: Topology;
  readonly actions: ActionNames;
  /** Most replicas that one action of `delta` adds or takes. */
  readonly alpha: number;
  /** Mean arrivals of users, requests per second. */
  readonly meanRatePerS: number;
};

type Game = Pick<ScalingGame, "bases" | "readings" | "twin">;

/** `delta,resize` as a list. @throws KarmaError where there is no such set, or two ways to choose replicas */
export function parseActions(text: string): ActionNames {
  const named = text.split(",");
  const known = actionNames.filter((name) => named.includes(name));
  const ways = known.filter((name) => replicaSetNames.some((one) => one === name));
  if (known.length === named.length && ways.length <= 1) return known;
  const [last, ...others] = leverNames.toReversed();
  const levers = `${others.toReversed().join(", ")} and ${last}`;
  const message = `expected one of ${replicaSetNames.join(", ")} and any of ${levers}, found "${text}"`;
  throw new KarmaError("USAGE", message, "name each once, as in delta,resize,limit");
}

export function createActionSet(spec: ActionSpec, game: Game): ActionSet {
  const { topology, actions, alpha } = spec;
  const way = replicaSetNames.find((name) => actions.includes(name));
  const replicas = way === undefined ? keepReplicas : createReplicaSet(way, topology, game, alpha);
  const limits = createCpuLimits(topology, game);
  const levers = leverNames
    .filter((name) => actions.includes(name))
    .map((name) => createLever(name, spec, game, limits));
  const doers = levers.flatMap((lever) => Array.from({ length: lever.choices }, (_, choice) => ({ lever, choice })));
  return {
    choices: replicas.choices + doers.length,
    wanted: (service, action) => (action < replicas.choices ? replicas.wanted(service, action) : Number.NaN),
    take(service, action) {
      const doer = doers[action - replicas.choices];
      doer?.lever.take(service, doer.choice);
    },
    mask: (service) => joined([replicas.mask(service), ...levers.map((lever) => lever.mask(service))]),
    begin() {
      limits.begin();
      for (const lever of levers) lever.begin();
    },
    price: (service) => limits.price(service),
    cpuMilli: (service) => limits.milli(service),
    features: levers.flatMap(({ features }) => features),
  };
}

function joined(masks: readonly Uint8Array[]): Uint8Array {
  const all: number[] = [];
  for (const mask of masks) all.push(...mask);
  return Uint8Array.from(all);
}

function createLever(name: LeverName, { topology, meanRatePerS }: ActionSpec, game: Game, limits: CpuLimits): Lever {
  const services = topology.services.length;
  switch (name) {
    case "resize":
      return createResize(topology, limits);
    case "limit":
      return createRateLimit(topology, game, meanRatePerS);
    case "restart":
      return createRestart(game);
    case "isolate":
      return toggle("isolated", services, (service, isOn) => game.twin.gates.close(0, service, isOn));
    case "throttle":
      return toggle("throttled", services, (service, isOn) => limits.throttle(service, isOn));
  }
}
