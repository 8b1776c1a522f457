import { type Point, fitLine, fitSlope } from "./estimate.ts";
import { isApart } from "./fit-demand.ts";

/**
 * How far CPU was predicted off, in the mean over samples the fit had not seen, of the limit; NaN = too few. Single
 * windows of few requests scatter by themselves, and that is no fault of the fit.
 */
export type HeldOut = {
  /** Fitted to the first 70 % of the time, held against the rest. */
  readonly byTime: number;
  /** Fitted to the lower loads, held against the upper third: what the twin says beyond what it has seen. */
  readonly byLoad: number;
};

const FEWEST = 6;
const FITTED_PART = 0.7;
const LOWER_PART = 2 / 3;

/**
 * @param points  CPU of a replica against requests per ms of its limit, oldest first
 * @param idle  idle share where loads do not differ enough to tell
 */
export function heldOutErrors(points: readonly Point[], idle: number): HeldOut {
  const byLoad = points.toSorted((a, b) => a.x - b.x);
  return {
    byTime: errorOf(points, Math.floor(points.length * FITTED_PART), idle),
    byLoad: errorOf(byLoad, Math.floor(points.length * LOWER_PART), idle),
  };
}

function errorOf(points: readonly Point[], fitted: number, idle: number): number {
  const seen = points.slice(0, fitted);
  const unseen = points.slice(fitted);
  if (seen.length < FEWEST || unseen.length === 0) return Number.NaN;
  const predict = fit(seen, idle);
  return Math.abs(unseen.reduce((sum, { x, y }) => sum + predict(x) - y, 0) / unseen.length);
}

/** As demand is fitted: a line where it can be told from the samples, otherwise a slope from the idle share. */
function fit(points: readonly Point[], idle: number): (x: number) => number {
  const { slope, intercept } = fitLine(points);
  const isTold = slope.value > 0 && slope.low > 0 && intercept.high >= 0 && isApart(intercept, idle);
  if (isTold) return (x) => Math.max(0, intercept.value) + slope.value * x;
  const through = fitSlope(points, idle).value;
  return (x) => idle + through * x;
}
