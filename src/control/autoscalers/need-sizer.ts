import type { Proposal } from "../loop/autoscaler.ts";
import type { Timing } from "../loop/timing.ts";
import { scaledMs } from "./context.ts";
import { createDownWindow } from "./down-window.ts";
import { createHolt } from "./holt.ts";

export type NeedSizerConfig = {
  /** Replicas for each replica of need: 1.25 aims at 80 % CPU. */
  readonly multiplier: number;
  /** Shrinks to the largest wish of so many seconds of the unscaled clock; 0 follows at once. */
  readonly downWindowS: number;
  /** Takes the larger of the need now and the need Holt's method expects so many seconds ahead; 0 looks at now only. */
  readonly holtS: number;
};

/** @source measured on a service chain: target 80-90 %, down window 60-120 s on bursty traffic */
export const defaultNeedSizerConfig: NeedSizerConfig = { multiplier: 1.25, downWindowS: 120, holtS: 0 };

const levelWeight = 0.6;
const trendWeight = 0.3;

/** Below this a share of a replica is rounding noise, which must not cost a replica. */
const tinyShare = 1e-9;

/** The size of one service from its need and the rate that the need comes from, once per sync period. */
export type NeedSizer = {
  /**
   * @param ratePerS  NaN = not known: the last need goes on
   * @param needed  replicas at 100 % CPU; NaN = never known
   */
  size(ratePerS: number, needed: number, current: number): Proposal;
};

/** @param seenAt  where the rate is seen, in a sentence: `at the entry` */
export function createNeedSizer(
  config: NeedSizerConfig,
  timing: Pick<Timing, "timeScale" | "syncPeriodMs">,
  seenAt: string,
): NeedSizer {
  const { syncPeriodMs } = timing;
  const horizonMs = scaledMs(config.holtS, timing);
  const holt = createHolt({ horizonMs, periodMs: syncPeriodMs, levelWeight, trendWeight });
  const window = createDownWindow(1 + Math.round(scaledMs(config.downWindowS, timing) / syncPeriodMs));

  return {
    size: (ratePerS, needed, current) => {
      const expectedPerS = config.holtS === 0 ? ratePerS : holt.next(ratePerS);
      const growth = ratePerS > 0 ? Math.max(1, expectedPerS / ratePerS) : 1;
      if (Number.isNaN(needed)) {
        return { replicas: current, reasons: [`no arrivals seen ${seenAt} yet: size held`] };
      }
      const wish = Math.ceil(needed * growth * config.multiplier - tinyShare);
      const replicas = window.next(wish);
      const rate = Number.isNaN(ratePerS) ? "the last known rate" : `${ratePerS.toFixed(1)} requests/s`;
      const reasons = [`${rate} ${seenAt} need ${needed.toFixed(2)} replicas, x ${config.multiplier}: ${wish}`];
      if (growth > 1) reasons.push(`${growth.toFixed(2)} times as much expected in ${config.holtS} s`);
      if (replicas > wish) reasons.push(`kept at ${replicas}, the highest wish of the last ${config.downWindowS} s`);
      return { replicas, reasons };
    },
  };
}

export function labelOfNeedSizer({ multiplier, holtS }: NeedSizerConfig): string {
  return `${multiplier}${holtS === 0 ? "" : `,holt=${holtS}`}`;
}
