import type { Readings } from "../../control/readings/readings.ts";
import type { Rng } from "../../core/rng.ts";
import { type Pipeline, growth, putSample, sampleOf, scrapeTarget, visibleSlot, windowTicks } from "./pipeline.ts";
import type { Stations } from "./stations.ts";

/** Counters of a service: fields of its pipeline. */
const READY = 0;
const BUSY = 1;
const ARRIVED = 2;
const SERVED = 3;
const DROPPED = 4;
const WAITED = 5;
export const SERVICE_FIELDS = 6;

/** Samples take the same places, in this order. */
const signals = ["cpu", "arrivalsPerS", "servedPerS", "droppedPerS", "queued", "waitMs"] as const;

/** Relative standard deviation of a CPU reading. @source the validated fluid model */
const CPU_NOISE = 0.02;

/** Adds the last tick to the counters. */
export function countServices({ counters, targets }: Pipeline, stations: Stations, ready: Float64Array): void {
  const { busy, arrived, served, dropped, waitMs } = stations;
  for (let k = 0; k < targets; k++) {
    counters[READY * targets + k]! += ready[k]!;
    counters[BUSY * targets + k]! += ready[k]! * busy[k]!;
    counters[ARRIVED * targets + k]! += arrived[k]!;
    counters[SERVED * targets + k]! += served[k]!;
    counters[DROPPED * targets + k]! += dropped[k]!;
    counters[WAITED * targets + k]! += served[k]! * waitMs[k]!;
  }
}

/** Scrapes every service that is due. */
export function scrapeServices(
  pipeline: Pipeline,
  { environments, tickMs, queued }: Stations,
  nowTick: Float64Array,
  rngs: readonly Rng[],
): void {
  const { nextTick, targets } = pipeline;
  for (let k = 0, e = 0; k < targets; k++, e = e + 1 === environments ? 0 : e + 1) {
    if (nextTick[k]! > nowTick[e]!) continue;
    scrapeTarget(pipeline, k, nowTick[e]!);
    const perS = 1_000 / (windowTicks(pipeline, k) * tickMs);
    const noise = 1 + CPU_NOISE * rngs[e]!.normal();
    const ready = growth(pipeline, k, READY);
    const served = growth(pipeline, k, SERVED);
    const cpu = ready > 0 ? Math.min(1, growth(pipeline, k, BUSY) / ready) * noise : Number.NaN;
    putSample(pipeline, k, 0, Math.max(0, cpu));
    putSample(pipeline, k, 1, growth(pipeline, k, ARRIVED) * perS);
    putSample(pipeline, k, 2, served * perS);
    putSample(pipeline, k, 3, growth(pipeline, k, DROPPED) * perS);
    putSample(pipeline, k, 4, queued[k]!);
    putSample(pipeline, k, 5, served > 0 ? growth(pipeline, k, WAITED) / served : 0);
  }
}

/** Writes what can be seen now. */
export function readServices(pipeline: Pipeline, tickMs: number, nowTick: Float64Array, readings: Readings): void {
  const { targets, sampleTick } = pipeline;
  const { environments, ageMs } = readings;
  for (let k = 0, e = 0; k < targets; k++, e = e + 1 === environments ? 0 : e + 1) {
    const slot = visibleSlot(pipeline, k, nowTick[e]!);
    ageMs[k] = slot < 0 ? Number.NaN : (nowTick[e]! - sampleTick[slot * targets + k]!) * tickMs;
    for (let field = 0; field < signals.length; field++)
      readings[signals[field]!][k] = slot < 0 ? Number.NaN : sampleOf(pipeline, k, field, slot);
  }
}
