import type { Autoscaler, Proposal } from "../loop/autoscaler.ts";
import { createNeedEstimator } from "../need/estimate.ts";
import { needPriors } from "../need/prior.ts";
import { type AutoscalerContext, scaledMs } from "./context.ts";
import { createDownWindow } from "./down-window.ts";
import { createHolt } from "./holt.ts";

export type FeedForwardConfig = {
  /** Replicas for each replica of need: 1.25 aims at 80 % CPU. */
  readonly multiplier: number;
  /** Shrinks to the largest wish of so many seconds of the unscaled clock; 0 follows at once. */
  readonly downWindowS: number;
  /** Takes the larger of the need now and the need Holt's method expects so many seconds ahead; 0 looks at now only. */
  readonly holtS: number;
};

/** @source measured on a service chain: target 80-90 %, down window 60-120 s on bursty traffic */
export const defaultFeedForwardConfig: FeedForwardConfig = { multiplier: 1.25, downWindowS: 120, holtS: 0 };

const levelWeight = 0.6;
const trendWeight = 0.3;

/**
 * Sizes every service by the arrivals at the entry and the CPU it is seen to use per entry request, so that a surge
 * reaches all services at once instead of one hop per delay, and a saturated caller hides nothing.
 */
export function createFeedForward(config: FeedForwardConfig, context: AutoscalerContext): Autoscaler {
  const { topology, timing } = context;
  const { syncPeriodMs, timeScale, windowMs } = timing;
  const services = topology.services.length;
  const need = createNeedEstimator({
    services,
    environments: 1,
    syncPeriodMs,
    timeScale,
    windowMs,
    ...needPriors(topology),
  });
  const horizonMs = scaledMs(config.holtS, timing);
  const holt = createHolt({ horizonMs, periodMs: syncPeriodMs, levelWeight, trendWeight });
  const periods = 1 + Math.round(scaledMs(config.downWindowS, timing) / syncPeriodMs);
  const windows = topology.services.map(() => createDownWindow(periods));

  return {
    name: nameOf(config),
    decide: (readings) => {
      need.update(readings);
      const entryPerS = readings.entryArrivalsPerS[0]!;
      const expectedPerS = config.holtS === 0 ? entryPerS : holt.next(entryPerS);
      const growth = entryPerS > 0 ? Math.max(1, expectedPerS / entryPerS) : 1;
      return topology.services.map((_, service): Proposal => {
        const needed = need.feedForward[service]!;
        if (Number.isNaN(needed)) {
          return { replicas: readings.desired[service]!, reasons: ["no arrivals seen at the entry yet: size held"] };
        }
        const wish = Math.ceil(needed * growth * config.multiplier - tinyShare);
        const replicas = windows[service]!.next(wish);
        return { replicas, reasons: reasonsOf(entryPerS, needed, growth, wish, replicas, config) };
      });
    },
  };
}

/** Below this a share of a replica is rounding noise, which must not cost a replica. */
const tinyShare = 1e-9;

function nameOf({ multiplier, holtS }: FeedForwardConfig): string {
  return `feed-forward:${multiplier}${holtS === 0 ? "" : `,holt=${holtS}`}`;
}

function reasonsOf(
  entryPerS: number,
  needed: number,
  growth: number,
  wish: number,
  replicas: number,
  config: FeedForwardConfig,
): string[] {
  const rate = Number.isNaN(entryPerS)
    ? "the last known entry rate"
    : `${entryPerS.toFixed(1)} requests/s at the entry`;
  const reasons = [`${rate} need ${needed.toFixed(2)} replicas, x ${config.multiplier}: ${wish}`];
  if (growth > 1) reasons.push(`${growth.toFixed(2)} times as much expected in ${config.holtS} s`);
  if (replicas > wish) reasons.push(`kept at ${replicas}, the highest wish of the last ${config.downWindowS} s`);
  return reasons;
}
