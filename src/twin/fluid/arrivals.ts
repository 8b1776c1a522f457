import type { FluidEpisode, FluidFlood } from "./fluid-twin.ts";

/** Arrival rates at the entry, for each environment its own. */
export type Arrivals = {
  reset(environment: number, episode: FluidEpisode): void;
  /** Writes what arrives in a tick: [environments]. */
  arrive(nowTick: Float64Array, tickMs: number, into: Float64Array): void;
  /** Any environment has floods. */
  readonly isFlooded: () => boolean;
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
  let flooded = 0;
  return {
    floods,
    reset(environment, episode) {
      const { ratePerS, stepMs } = episode;
      if (ratePerS.length === 0) throw new Error("an episode needs at least one step");
      rates[environment] = ratePerS;
      flooded -= Number(floods[environment]!.length > 0);
      floods[environment] = episode.floods ?? noFloods;
      flooded += Number(floods[environment].length > 0);
      stepsPerMs[environment] = 1 / stepMs;
    },
    arrive(nowTick, tickMs, into) {
      for (let e = 0; e < into.length; e++) {
        const atMs = (nowTick[e]! + 0.5) * tickMs;
        into[e] = (rateAt(rates[e]!, atMs * stepsPerMs[e]!) * tickMs) / 1_000;
      }
    },
    isFlooded: () => flooded > 0,
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
