import { type MinuteController, isViolating, thesisConstants } from "./microk8s-simulator.ts";

/**
 * The limit of this simulator: in every minute the fewest pods that keep the next minute's latency within the objective.
 * Nothing that keeps the bounds violates in fewer minutes, and nothing that violates in as few is cheaper.
 *
 * @param ratePerS  requests per second: [minutes]
 */
export function createForesight(ratePerS: Float64Array): MinuteController {
  return ({ minute, pods }) => {
    const next = ratePerS[minute + 1];
    return next === undefined ? 0 : fewestPods(next) - pods;
  };
}

function fewestPods(ratePerS: number): number {
  const { minPods, maxPods, podCapacityPerS } = thesisConstants;
  for (let pods = minPods; pods <= maxPods; pods++) {
    if (!isViolating(Math.min(1, ratePerS / (pods * podCapacityPerS)))) return pods;
  }
  // No size serves this minute: it is lost, at the price of the smallest.
  return minPods;
}
