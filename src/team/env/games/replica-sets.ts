import { cpuMetric } from "../../../control/autoscalers/hpa-readings.ts";
import { guardBounds } from "../../../control/guard/bounds.ts";
import type { Topology } from "../../../system/topology/topology.ts";
import { scalingActions, wantedIn } from "../../policy/actions.ts";
import type { ScalingGame } from "../scaling-env.ts";

export const replicaSetNames = ["multiples", "delta", "target"] as const;
export type ReplicaSetName = (typeof replicaSetNames)[number];

/** How the agents of a scaling game of one environment choose their replicas. */
export type ReplicaSet = {
  /** Each agent's. */
  readonly choices: number;
  /** Replicas that an action of a service asks for, before the guard; NaN lets the guard hold. */
  wanted(service: number, action: number): number;
  /** 1 where an action asks for something that may be: [choices]. Some action always may. */
  mask(service: number): Uint8Array;
};

/** CPU targets that an agent may set, per cent. @source the target choice that was tried beside the multiples */
const targetPercents = [30, 40, 50, 60, 70, 80, 90] as const;
/** Ratios that Kubernetes' HPA leaves alone. */
const tolerance = { up: 0.1, down: 0.1 };

/**
 * - `multiples`: 15 multiples of the size and the feed-forward need, those of a trained team;
 * - `delta`: the replicas change by -alpha ... +alpha; action 0 is -alpha. Source: KARMA paper, alpha 3;
 * - `target`: the CPU target of Kubernetes' HPA rule, without its windows.
 */
export function createReplicaSet(
  name: ReplicaSetName,
  topology: Topology,
  game: Pick<ScalingGame, "bases" | "readings">,
  alpha: number,
): ReplicaSet {
  switch (name) {
    case "multiples":
      return multiples(game);
    case "delta":
      return delta(topology, game, alpha);
    case "target":
      return targets(game);
  }
}

/** One choice: the size stays. */
export const keepReplicas: ReplicaSet = {
  choices: 1,
  wanted: () => Number.NaN,
  mask: () => Uint8Array.of(1),
};

function multiples({ bases }: Pick<ScalingGame, "bases">): ReplicaSet {
  const choices = scalingActions.length;
  const wanted = (service: number, action: number): number => wantedIn(bases, action, service);
  return {
    choices,
    wanted,
    // Keeping the size needs no need, and is always allowed.
    mask: (service) =>
      Uint8Array.from({ length: choices }, (_, at) => (at === 0 || Number.isFinite(wanted(service, at)) ? 1 : 0)),
  };
}

function delta(topology: Topology, game: Pick<ScalingGame, "readings">, alpha: number): ReplicaSet {
  const { minReplicas, maxReplicas } = guardBounds(topology);
  const choices = 2 * alpha + 1;
  const wanted = (service: number, action: number): number => game.readings().desired[service]! + action - alpha;
  return {
    choices,
    wanted,
    mask: (service) =>
      Uint8Array.from({ length: choices }, (_, at) => {
        const replicas = wanted(service, at);
        return at === alpha || (replicas >= minReplicas[service]! && replicas <= maxReplicas[service]!) ? 1 : 0;
      }),
  };
}

function targets(game: Pick<ScalingGame, "readings">): ReplicaSet {
  return {
    choices: targetPercents.length,
    wanted(service, action) {
      const { result } = cpuMetric(game.readings(), service, targetPercents[action]!, tolerance);
      return "replicas" in result ? result.replicas : Number.NaN;
    },
    mask: () => new Uint8Array(targetPercents.length).fill(1),
  };
}
