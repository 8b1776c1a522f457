import type { FluidEpisode, FluidFlood } from "./fluid-twin.ts";

/** Arrival rates at the entry, for each environment its own. */
export type Arrivals = {
  reset(environment: number, episode: FluidEpisode): void;
  /** Requests per second. Linear between the middles of the steps, so that a tick as long as a step gets its rate. */
  ratePerS(environment: number, atMs: number): number;
  /** Of one flood, likewise. */
  floodPerS(environment: number, flood: FluidFlood, atMs: number): number;
  readonly floods: readonly (readonly FluidFlood[])[];
};

export function createArrivals(environments: number): Arrivals {
  const rates: Float64Array[] = Array.from({ length: environments }, () => new Float64Array(1));
  const stepsPerMs = new Float64Array(environments);
  const floods: (readonly FluidFlood[])[] = Array.from({ length: environments }, () => noFloods);
  return {
    floods,
    reset(environment, episode) {
      const { ratePerS, stepMs } = episode;
      if (ratePerS.length === 0) throw new Error("an episode needs at least one step");
      rates[environment] = ratePerS;
      floods[environment] = episode.floods ?? noFloods;
      stepsPerMs[environment] = 1 / stepMs;
    },
    ratePerS: (environment, atMs) => rateAt(rates[environment]!, atMs * stepsPerMs[environment]!),
    floodPerS: (environment, { ratePerS }, atMs) => rateAt(ratePerS, atMs * stepsPerMs[environment]!),
  };
}

const noFloods: readonly FluidFlood[] = [];

/** @param steps  the time in steps from the start */
function rateAt(ratePerS: Float64Array, steps: number): number {
  const x = steps - 0.5;
  if (x <= 0) return ratePerS[0]!;
  const step = Math.floor(x);
  if (step >= ratePerS.length - 1) return ratePerS[ratePerS.length - 1]!;
  return ratePerS[step]! + (ratePerS[step + 1]! - ratePerS[step]!) * (x - step);
}
