import type { Readings } from "../../control/readings/readings.ts";
import type { Rng } from "../../core/rng.ts";
import { type CountNoise, type NoisyFields, type NoisyScrape, addCountNoise, countInside } from "./count-noise.ts";
import { type Pipeline, newestSample, sampleAt, scrapeTarget, visibleSlot, windowGrowth } from "./pipeline.ts";
import type { FluidPlan } from "./plan.ts";
import type { Stations } from "./stations.ts";

/** Counters of a service: fields of its pipeline. Samples: cpu, arrivals, served, dropped, queued, wait. */
const READY = 0;
const BUSY = 1;
const ARRIVED = 2;
const SERVED = 3;
const DROPPED = 4;
const WAITED = 5;
export const SERVICE_FIELDS = 6;
/** A pipeline that tells memory has a field more, of whose samples this is the place; nothing is counted there. */
export const MEMORY = 6;

const NOISY: NoisyFields = { arrived: ARRIVED, served: SERVED, busy: BUSY, waited: WAITED };

/** Relative standard deviation of a CPU reading. @source the validated fluid model */
const CPU_NOISE = 0.02;

/** Adds the last tick of a service to its counters. */
export function countService(
  { counters, targets }: Pipeline,
  { environments, busy, arrived, served, dropped, waitMs }: Stations,
  ready: Float64Array,
  service: number,
): void {
  const [readyAt, busyAt, arrivedAt] = [READY * targets, BUSY * targets, ARRIVED * targets];
  const [servedAt, droppedAt, waitedAt] = [SERVED * targets, DROPPED * targets, WAITED * targets];
  for (let k = service * environments; k < (service + 1) * environments; k++) {
    const pods = ready[k]!;
    const done = served[k]!;
    counters[readyAt + k]! += pods;
    counters[busyAt + k]! += pods * busy[k]!;
    counters[arrivedAt + k]! += arrived[k]!;
    counters[servedAt + k]! += done;
    counters[droppedAt + k]! += dropped[k]!;
    counters[waitedAt + k]! += done * waitMs[k]!;
  }
}

/** What scraping services takes. */
export type ServiceScrape = Omit<NoisyScrape, "fields"> & {
  /** Undefined: nothing is counted, the fluid is shown as it is. */
  readonly counts: CountNoise | undefined;
  /** One stream for each environment. */
  readonly rngs: readonly Rng[];
};

/** Of a fluid twin, made once. */
export function createServiceScrape(
  plan: FluidPlan,
  stations: Stations,
  parts: Omit<ServiceScrape, "plan" | "stations">,
): ServiceScrape & NoisyScrape {
  return { plan, stations, fields: NOISY, ...parts };
}

/** Scrapes every service that is due. */
export function scrapeServices(scrape: ServiceScrape & NoisyScrape, nowTick: Float64Array): void {
  const { nextTick } = scrape.pipeline;
  const services = scrape.plan.services.length;
  for (let s = 0, k = 0; s < services; s++)
    for (let e = 0; e < nowTick.length; e++, k++)
      if (nextTick[k]! <= nowTick[e]!) scrapeService(scrape, s, e, k, nowTick[e]!);
}

function scrapeService(
  scrape: ServiceScrape & NoisyScrape,
  service: number,
  e: number,
  k: number,
  nowTick: number,
): void {
  const { pipeline, stations, counts } = scrape;
  const { samples } = pipeline;
  if (counts !== undefined) addCountNoise(counts, scrape, service, e, k);
  scrapeTarget(pipeline, k, nowTick);
  const perS = 1_000 / (windowGrowth(pipeline, k, grown) * stations.tickMs);
  const noise = 1 + CPU_NOISE * scrape.rngs[e]!.normal();
  const ready = grown[READY]!;
  const served = grown[SERVED]!;
  const at = newestSample(pipeline, k);
  samples[at] = ready > 0 ? Math.max(0, Math.min(1, grown[BUSY]! / ready) * noise) : Number.NaN;
  samples[at + 1] = grown[ARRIVED]! * perS;
  samples[at + 2] = served * perS;
  samples[at + 3] = grown[DROPPED]! * perS;
  samples[at + 4] = counts === undefined ? stations.queued[k]! : countInside(counts, scrape, service, e, k);
  samples[at + 5] = served > 0 ? grown[WAITED]! / served : 0;
  if (scrape.plan.hasMemory) samples[at + MEMORY] = stations.memoryMiB[k]!;
}

const grown = new Float64Array(SERVICE_FIELDS + 1);

/** Writes the memory that can be seen now; for pipelines that tell it. */
export function readMemory(pipeline: Pipeline, nowTick: Float64Array, { environments, memoryMiB }: Readings): void {
  for (let k = 0; k < pipeline.targets; k++) {
    const slot = visibleSlot(pipeline, k, nowTick[k % environments]!);
    memoryMiB[k] = slot >= 0 ? pipeline.samples[sampleAt(pipeline, k, slot) + MEMORY]! : Number.NaN;
  }
}

/** Writes what can be seen now. */
export function readServices(pipeline: Pipeline, tickMs: number, nowTick: Float64Array, readings: Readings): void {
  const { targets, sampleTick, samples } = pipeline;
  const { environments, ageMs, cpu, arrivalsPerS, servedPerS, droppedPerS, queued, waitMs } = readings;
  for (let k = 0, e = 0; k < targets; k++, e = e + 1 === environments ? 0 : e + 1) {
    const slot = visibleSlot(pipeline, k, nowTick[e]!);
    const isSeen = slot >= 0;
    const at = isSeen ? sampleAt(pipeline, k, slot) : 0;
    ageMs[k] = isSeen ? (nowTick[e]! - sampleTick[slot * targets + k]!) * tickMs : Number.NaN;
    cpu[k] = isSeen ? samples[at]! : Number.NaN;
    arrivalsPerS[k] = isSeen ? samples[at + 1]! : Number.NaN;
    servedPerS[k] = isSeen ? samples[at + 2]! : Number.NaN;
    droppedPerS[k] = isSeen ? samples[at + 3]! : Number.NaN;
    queued[k] = isSeen ? samples[at + 4]! : Number.NaN;
    waitMs[k] = isSeen ? samples[at + 5]! : Number.NaN;
  }
}
