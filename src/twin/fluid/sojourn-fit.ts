import { FIT } from "./sojourn-coefficients.ts";
import { type Station, meanSojournMs, sojournVariance } from "./sojourn.ts";
import type { Moments } from "./latency-tail.ts";

/** How requests reach the replicas of a service. */
export type Dealing = {
  /** Ready replicas, >= 1. */
  readonly replicas: number;
  /** Replicas of all callers together; 0 = users call. */
  readonly callers: number;
  /** Connections live 10 s divided by it. */
  readonly timeScale: number;
};

/** Layers of the network, and how what goes in and comes out was scaled: see docs/twin.md, "Latency". */
export type Fit = {
  readonly sizes: readonly number[];
  readonly inMean: readonly number[];
  readonly inSd: readonly number[];
  readonly outMean: readonly number[];
  readonly outSd: readonly number[];
  /** Layer by layer: [out][in] weights, then [out] biases. */
  readonly weights: Float64Array;
};

/** What the fit was made on; beyond it the nearest is taken. */
const LEAST_UTILISATION = 0.1;
const MOST_REPLICAS = 20;
const MOST_CALLERS_PER_REPLICA = 8;
const MOST_SCV = 2;
const MOST_TIME_SCALE = 30;
const BUDGET_MS = 100;
const LEAST_REQUESTS_PER_BUDGET = 0.8;
const MOST_REQUESTS_PER_BUDGET = 66;

/**
 * Time in one replica for its own work, among several that get their requests over kept connections. A replica's
 * connections take turns and carry one request each, so a slow replica gets fewer: neither random arrivals nor a fair
 * deal. No closed form is known; this is a small network fitted to some thousand runs of the request-level twin
 * (`bench/fit-sojourn.ts`), on top of the formula for one replica alone.
 */
export function fittedSojourn(station: Station, utilisation: number, dealing: Dealing): Moments {
  const base = meanSojournMs(station, utilisation);
  const [factor, square, skewness] = applyFit(FIT, describeSojourn(station, utilisation, dealing));
  const meanMs = Math.max(station.workMs, base * Math.exp(factor!));
  const variance = Math.max(0, meanMs * meanMs * (Math.exp(square!) - SQUARE_OFFSET));
  return { meanMs, variance, third: Math.max(0, Math.exp(skewness!) - SKEWNESS_OFFSET) * variance ** 1.5 };
}

/** Of a request that waits for CPU in such a service, beyond its own work, ms. */
export function fittedWaitMs(service: Station & Dealing & { readonly utilisation: number }): number {
  return fittedSojourn(service, service.utilisation, service).meanMs - service.workMs;
}

/** Outputs are logarithms, of values moved away from zero. */
const SQUARE_OFFSET = 0.02;
const SKEWNESS_OFFSET = 0.5;

/** What the network has to come up with for a simulated sojourn. */
export function sojournTargets(station: Station, utilisation: number, { meanMs, variance, third }: Moments): number[] {
  const base = meanSojournMs(station, utilisation);
  const skewness = third / variance ** 1.5;
  return [
    Math.log(meanMs / base),
    Math.log(variance / meanMs ** 2 + SQUARE_OFFSET),
    Math.log(skewness + SKEWNESS_OFFSET),
  ];
}

/** What the network is told of a service. */
export function describeSojourn(station: Station, used: number, { replicas, callers, timeScale }: Dealing): number[] {
  const { workMs, workScv, limitCores } = station;
  const utilisation = Math.max(LEAST_UTILISATION, used);
  const meanMs = meanSojournMs(station, utilisation);
  const core = Math.min(limitCores, 1);
  const budget = within((BUDGET_MS * core) / workMs, LEAST_REQUESTS_PER_BUDGET, MOST_REQUESTS_PER_BUDGET);
  const shared = within(callers / replicas, 1 / MOST_REPLICAS, MOST_CALLERS_PER_REPLICA);
  return [
    Math.log(Math.min(timeScale, MOST_TIME_SCALE)),
    Math.log(meanMs / workMs),
    Math.log(sojournVariance(station, utilisation) / meanMs ** 2 + 0.05),
    Math.log(core),
    Math.log(Math.max(limitCores, 1)),
    Math.log(budget),
    Math.log1p(Math.min(workScv, MOST_SCV)),
    utilisation,
    Math.log(1 - utilisation),
    Math.log(Math.min(replicas, MOST_REPLICAS)),
    callers === 0 ? 1 : 0,
    callers === 0 ? 0 : Math.log(shared),
  ];
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** A network of tanh layers, its last one linear. */
function applyFit({ sizes, inMean, inSd, outMean, outSd, weights }: Fit, given: readonly number[]): readonly number[] {
  let values = given.map((value, i) => (value - inMean[i]!) / inSd[i]!);
  let at = 0;
  for (let layer = 1; layer < sizes.length; layer++) {
    const width = values.length;
    const isLast = layer === sizes.length - 1;
    const biases = at + width * sizes[layer]!;
    const below = values;
    const from = at;
    values = Array.from({ length: sizes[layer]! }, (_, j) => {
      const sum = below.reduce(
        (total, value, i) => total + value * weights[from + j * width + i]!,
        weights[biases + j]!,
      );
      return isLast ? sum * outSd[j]! + outMean[j]! : Math.tanh(sum);
    });
    at = biases + sizes[layer]!;
  }
  return values;
}
