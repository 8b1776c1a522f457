import { sumOf } from "../../core/statistics.ts";
import type { Kernels } from "../../nn/kernels.ts";
import { scalingActions } from "./actions.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { createGreedyPlayer, type GreedyPlayer } from "./inference.ts";

const keep: number = scalingActions.findIndex(({ of }) => of === "size");

/** The actor of a checkpoint: one row for each service, whether they decide each for itself or one for all. */
export function createTeamPlayer(
  { agents, network, weights }: Checkpoint,
  kernels: Kernels,
  services: number,
): GreedyPlayer {
  if (agents === "one") return onePlayer(createGreedyPlayer(kernels, network, weights, 1), services);
  return createGreedyPlayer(kernels, network, weights, services);
}

/** One agent that chooses a service and what it does, as one of services x actions; the other services keep their size. */
function onePlayer(one: GreedyPlayer, services: number): GreedyPlayer {
  const width = scalingActions.length;
  const actions = new Int32Array(services);
  const preferred = new Int32Array(services);
  const probabilities = new Float64Array(services * width);
  return {
    actions,
    preferred,
    probabilities,
    forget: (ended) => one.forget(ended),
    choose(observations, mask) {
      one.choose(observations, mask);
      spread(one.actions[0]!, actions);
      spread(one.preferred[0]!, preferred);
      probabilities.set(one.probabilities);
      // Whenever another service is moved, this one keeps its size.
      for (let service = 0; service < services; service++) {
        const own = probabilities.subarray(service * width, (service + 1) * width);
        own[keep] = own[keep]! + 1 - sumOf(own);
      }
    },
  };
}

function spread(choice: number, actions: Int32Array): void {
  actions.fill(keep);
  actions[Math.floor(choice / scalingActions.length)] = choice % scalingActions.length;
}
