import type { FluidEpisode } from "./fluid-twin.ts";

/** Arrival rates at the entry, for each environment its own. */
export type Arrivals = {
  reset(environment: number, episode: FluidEpisode): void;
  /** Requests per second. Linear between the middles of the steps, so that a tick as long as a step gets its rate. */
  ratePerS(environment: number, atMs: number): number;
};

export function createArrivals(environments: number): Arrivals {
  const rates: Float64Array[] = Array.from({ length: environments }, () => new Float64Array(1));
  const stepsPerMs = new Float64Array(environments);
  return {
    reset(environment, { ratePerS, stepMs }) {
      if (ratePerS.length === 0) throw new Error("an episode needs at least one step");
      rates[environment] = ratePerS;
      stepsPerMs[environment] = 1 / stepMs;
    },
    ratePerS(environment, atMs) {
      const own = rates[environment]!;
      const x = atMs * stepsPerMs[environment]! - 0.5;
      if (x <= 0) return own[0]!;
      const step = Math.floor(x);
      if (step >= own.length - 1) return own[own.length - 1]!;
      return own[step]! + (own[step + 1]! - own[step]!) * (x - step);
    },
  };
}
