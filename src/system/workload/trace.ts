import { meanOf } from "../../core/statistics.ts";

/** A recorded rate over time. */
export type Trace = {
  /** Mean rate in each interval, requests per second: [intervals]. */
  readonly ratePerS: Float64Array;
  /** Length of an interval, ms. */
  readonly stepMs: number;
};

export function traceLengthS(trace: Trace): number {
  return (trace.ratePerS.length * trace.stepMs) / 1_000;
}

export function traceMeanPerS(trace: Trace): number {
  return meanOf(trace.ratePerS);
}

/** The same curve with another mean over its whole length, requests per second. */
export function rescaleTrace(trace: Trace, targetMeanPerS: number): Trace {
  const factor = targetMeanPerS / traceMeanPerS(trace);
  return { ...trace, ratePerS: trace.ratePerS.map((rate) => rate * factor) };
}

/**
 * Rate at a time, requests per second: straight lines between the middles of the intervals, so that the mean over the
 * whole trace stays. Behind its end a trace begins again.
 */
export function traceRatePerS({ ratePerS, stepMs }: Trace, timeS: number): number {
  const count = ratePerS.length;
  const place = (timeS * 1_000) / stepMs - 0.5;
  const before = Math.floor(place);
  const share = place - before;
  const wrapped = ((before % count) + count) % count;
  return ratePerS[wrapped]! * (1 - share) + ratePerS[(wrapped + 1) % count]! * share;
}
