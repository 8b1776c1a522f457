import { sumOf } from "../../../core/statistics.ts";
import type { Topology } from "../../../system/topology/topology.ts";
import type { ScalingGame } from "../scaling-env.ts";
import { operationalReward } from "./karma-reward.ts";
import { kubsmartReward } from "./kubsmart-reward.ts";
import { memoryShare } from "./observation-sets.ts";
import { baseReward, type ServiceMoment, shapedReward } from "./thesis-rewards.ts";

export const rewardNames = ["default", "karma", "microk8s", "microk8s-base", "kubsmart"] as const;
export type RewardName = (typeof rewardNames)[number];

/** What the last step of a game of one environment was worth. */
export type RewardRule = {
  begin(): void;
  /** To be called after every step. */
  see(): void;
  of(service: number): number;
};

type Game = Pick<ScalingGame, "rewards" | "costs" | "readings" | "twin">;

/**
 * docs/environment.md has the formulas.
 *
 * @param pods  what a replica costs / what one as declared does
 */
export function createRewardRule(
  name: RewardName,
  topology: Topology,
  game: Game,
  pods: { price(service: number): number },
): RewardRule {
  switch (name) {
    case "default":
      return {
        begin() {},
        see() {},
        of: (service) => game.rewards[service]! - (pods.price(service) - 1) * game.costs[service]!,
      };
    case "karma":
      return { begin() {}, see() {}, of: () => karmaReward(topology, game) };
    case "microk8s":
      return ofMoments(topology, game, shapedReward);
    case "microk8s-base":
      return ofMoments(topology, game, baseReward);
    case "kubsmart":
      return {
        begin() {},
        see() {},
        of: (service) => kubsmartReward(game.readings().cpu[service]!, memoryShare(topology, game, service)),
      };
  }
}

/** The same for everyone. */
function karmaReward({ objective }: Topology, game: Game): number {
  const { desired, ready, entryLatencyMs } = game.readings();
  const [requests, violating, failed] = [
    game.twin.outcome.requests[0]!,
    game.twin.outcome.violating[0]!,
    game.twin.outcome.failed[0]!,
  ];
  const wanted = sumOf(desired);
  const missing = desired.reduce((sum, one, service) => sum + Math.max(0, one - ready[service]!), 0);
  const seen = {
    violatingShare: requests > 0 ? violating / requests : 0,
    pendingPodShare: missing / wanted,
    latencyMs: entryLatencyMs[0]!,
    answeredShare: requests > 0 ? 1 - failed / requests : 1,
  };
  return operationalReward(seen, objective.p95Ms);
}

/** The objective counts as the thesis' 200 ms. */
const thesisObjectiveS = 0.2;

function ofMoments(topology: Topology, game: Game, reward: (moment: ServiceMoment) => number): RewardRule {
  const { services, objective } = topology;
  const sizes = new Float64Array(services.length);
  const changes = new Float64Array(services.length);
  const before = new Float64Array(services.length);
  return {
    begin() {
      sizes.set(game.twin.desired);
      changes.fill(0);
      before.fill(0);
    },
    see() {
      for (let service = 0; service < sizes.length; service++) {
        if (changes[service] !== 0) before[service] = changes[service]!;
        changes[service] = game.twin.desired[service]! - sizes[service]!;
      }
      sizes.set(game.twin.desired);
    },
    of: (service) =>
      reward({
        latencyS: (orZero(game.readings().entryLatencyMs[0]!) / objective.p95Ms) * thesisObjectiveS,
        cpu: orZero(game.readings().cpu[service]!),
        podShare: sizes[service]! / services[service]!.maxReplicas,
        change: changes[service]!,
        changeBefore: before[service]!,
      }),
  };
}

function orZero(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}
