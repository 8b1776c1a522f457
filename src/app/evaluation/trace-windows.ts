import { meanOf } from "../../core/statistics.ts";
import { sha256 } from "../../host/hash.ts";
import type { Trace } from "../../system/workload/trace.ts";
import type { Inputs } from "../inputs.ts";

/** Steps of a window. What two recordings have in common for twice as long is found, wherever it begins. */
const WINDOW = 32;

/** Rates are told apart to a fiftieth of their window's mean, so that other volumes and fine roundings are the same shape. */
const GRAIN = 50;

/** A window with fewer different rates is too plain to know a recording by: a flat hour looks like any other. */
const FEWEST_RATES = 8;

/** Digits of a hash that are kept: ten thousand windows are told apart, and a checkpoint stays small. */
const DIGITS = 16;

/** Hashes of the shapes of what was learnt from, window beside window. */
export function learntWindows({ traces }: Pick<Inputs, "traces">): string[] {
  return [...traces.values()].flatMap((trace) => windowsOf(trace, WINDOW));
}

/** The same of what is played, a window from every step on, so that a piece that begins elsewhere is known too. */
export function playedWindows({ traces }: Pick<Inputs, "traces">): string[] {
  return [...traces.values()].flatMap((trace) => windowsOf(trace, 1));
}

/** A recording that is shorter than a window is one. */
function windowsOf({ ratePerS, stepMs }: Trace, stride: number): string[] {
  const hashes = new Set<string>();
  const last = Math.max(0, ratePerS.length - WINDOW);
  for (let start = 0; start <= last; start += stride) {
    const shape = shapeOf(ratePerS.subarray(start, start + WINDOW));
    if (shape !== undefined) hashes.add(sha256(`${stepMs} ${shape}`).slice(0, DIGITS));
  }
  return [...hashes];
}

/** Rates / their mean; undefined where they say too little. */
function shapeOf(ratePerS: Float64Array): string | undefined {
  const mean = meanOf(ratePerS);
  const shape = Array.from(ratePerS, (rate) => Math.round((GRAIN * rate) / mean));
  return new Set(shape).size < FEWEST_RATES ? undefined : shape.join(" ");
}
