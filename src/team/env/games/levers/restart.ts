import type { ScalingGame } from "../../scaling-env.ts";
import type { Lever } from "./lever.ts";

/**
 * The oldest ready replica of a service ends gracefully, and its Deployment starts another: one fewer serves until then,
 * and what the old one had gathered in memory is gone.
 *
 * @source thesis of KARMA's author, `restart_pod`
 */
export function createRestart({ twin }: Pick<ScalingGame, "twin">): Lever {
  return {
    choices: 1,
    mask: (service) => Uint8Array.of(twin.ready[service]! > 0 ? 1 : 0),
    take: (service) => void twin.evict(0, service),
    begin() {},
    features: [],
  };
}
