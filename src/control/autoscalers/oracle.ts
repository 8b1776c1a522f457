import { KarmaError } from "../../core/errors.ts";
import type { Autoscaler } from "../loop/autoscaler.ts";
import { needPriors } from "../need/prior.ts";
import { type AutoscalerContext, type FutureRate, scaledMs } from "./context.ts";
import { estimatorOf } from "./estimator-of.ts";

export type OracleConfig = {
  /** How far ahead the true rate is known, seconds of the unscaled clock. */
  readonly horizonS: number;
  /** Replicas for each replica of need at the highest rate within the horizon. */
  readonly multiplier: number;
};

/** @source the horizon covers a mean start-up of 25 s and what comes before it is noticed */
export const defaultOracleConfig: OracleConfig = { horizonS: 60, multiplier: 1.25 };

/** Below this entry rate what a request needs cannot be read off the need, requests per second. */
const lowestRatePerS = 0.2;

/**
 * Sizes every service for the highest rate that will arrive within the horizon: the limit of what foresight of arrivals
 * can reach. Possible only where the arrivals are known beforehand, on the twin.
 */
export function createOracle(config: OracleConfig, context: AutoscalerContext): Autoscaler {
  const { futureRatePerS, topology, timing } = context;
  if (futureRatePerS === undefined) {
    throw new KarmaError(
      "USAGE",
      "the oracle needs arrivals that are known beforehand, and here nobody knows them",
      "play it on the twin: karma evaluate --against oracle",
    );
  }
  const need = estimatorOf(context);
  const podsPerEntryRequest = needPriors(topology).priorPodsPerEntryRequest.slice();
  const horizonMs = scaledMs(config.horizonS, timing);
  const stepMs = scaledMs(1, timing);
  return {
    name: `oracle:${config.horizonS}${config.multiplier === defaultOracleConfig.multiplier ? "" : `,multiplier=${config.multiplier}`}`,
    decide: (readings) => {
      need.update(readings);
      const entryPerS = readings.entryArrivalsPerS[0]!;
      if (entryPerS >= lowestRatePerS) {
        for (const [k, pods] of need.feedForward.entries()) podsPerEntryRequest[k] = pods / entryPerS;
      }
      const peakPerS = highestRate(futureRatePerS, readings.atMs, horizonMs, stepMs);
      const why = `at most ${peakPerS.toFixed(1)} requests/s will arrive in the next ${config.horizonS} s`;
      return Array.from(podsPerEntryRequest, (pods) => ({
        replicas: Math.ceil(peakPerS * pods * config.multiplier - tinyShare),
        reasons: [why],
      }));
    },
  };
}

/** Below this a share of a replica is rounding noise, which must not cost a replica. */
const tinyShare = 1e-9;

function highestRate(ratePerS: FutureRate, fromMs: number, horizonMs: number, stepMs: number): number {
  let highest = 0;
  for (let aheadMs = 0; aheadMs <= horizonMs; aheadMs += stepMs) {
    highest = Math.max(highest, ratePerS(fromMs + aheadMs));
  }
  return highest;
}
