import { type Readings, createReadings } from "../../control/readings/readings.ts";
import type { Timing } from "../../control/loop/timing.ts";
import type { Rng } from "../../core/rng.ts";
import { ENTRY_FIELDS, readEntry } from "../fluid/entry-metrics.ts";
import {
  type Pipeline,
  createPipeline,
  delayScrapes,
  hastenScrapes,
  newestSample,
  resetTarget,
  scrapeTarget,
  windowGrowth,
} from "../fluid/pipeline.ts";
import { MEMORY, SERVICE_FIELDS, readMemory, readServices } from "../fluid/service-metrics.ts";
import { violatingOf } from "./entry-counts.ts";
import { busyMs } from "./resize.ts";
import { countTime } from "./count-time.ts";
import { memoryMiB } from "./service-flow.ts";
import { schedule } from "./source-queue.ts";
import { type EntryCounts, FIRST_SCRAPE, type World } from "./world.ts";

/** The metrics pipeline: every service is scraped once a period, at its own phase; samples are seen after a lag. */
export type Meters = {
  /** Scrapes a service now. */
  scrape(service: number): void;
  /** What can be seen now. Always the same object. */
  observe(): Readings;
  /** Nothing of a service is scraped before a time. */
  blind(service: number, untilMs: number): void;
  /** Scraping goes on as if it had never stopped. */
  see(service: number): void;
};

/** Counters of a service, in the order of its pipeline's fields. */
const READY_MS = 0;
const BUSY_MS = 1;
const ARRIVED = 2;
const SERVED = 3;
const DROPPED = 4;
const WAITED_MS = 5;
const WORKED = 6;
const COUNTERS = Math.max(SERVICE_FIELDS, MEMORY + 1, WORKED + 1);

/** The pipeline of the fluid twin, at whose ticks of 1 ms the periods here are. */
export function createMeters(world: World, timing: Timing, rng: Rng): Meters {
  const services = world.plan.services.length;
  const ticks = {
    period: timing.scrapePeriodMs,
    scrapesPerWindow: Math.max(1, Math.round(timing.windowMs / timing.scrapePeriodMs)),
    lag: timing.visibleLagMs,
  };
  const pipeline = createPipeline(services, COUNTERS, ticks);
  const entry = createPipeline(1, ENTRY_COUNTERS, ticks);
  const entryService = world.plan.nodes[world.plan.entries[0]!.node]!.service;
  const readings: Readings & { atMs: number } = createReadings(services, 1);
  const now = new Float64Array(1);
  const hasMemory = world.plan.services.some(({ memory }) => memory !== undefined);
  for (let service = 0; service < services; service++) {
    const firstMs = timing.scrapePeriodMs * (1 - rng.uniform());
    resetTarget(pipeline, service, firstMs);
    schedule(world.queue, FIRST_SCRAPE + service, firstMs);
  }
  resetTarget(entry, 0, pipeline.nextTick[entryService]!);
  const scheduleNext = (service: number): void =>
    schedule(world.queue, FIRST_SCRAPE + service, pipeline.nextTick[service]!);
  return {
    scrape(service) {
      scrapeService(world, pipeline, service);
      if (service === entryService) scrapeEntry(world, entry, service);
      scheduleNext(service);
    },
    blind(service, untilMs) {
      delayScrapes(pipeline, service, untilMs);
      scheduleNext(service);
    },
    see(service) {
      hastenScrapes(pipeline, service, world.queue.now[0]!);
      scheduleNext(service);
    },
    observe() {
      now[0] = world.queue.now[0]!;
      readings.atMs = now[0];
      readings.desired.set(world.services.desired);
      for (let service = 0; service < services; service++) {
        readings.ready[service] = world.services.ready[service]!.length;
        readings.cpuMilli[service] = Math.round(world.limits.cores[service]! * 1_000);
      }
      readServices(pipeline, 1, now, readings);
      if (hasMemory) readMemory(pipeline, now, readings);
      readEntry(entry, now, readings);
      return readings;
    },
  };
}

function scrapeService(world: World, pipeline: Pipeline, service: number): void {
  const { services, queue } = world;
  const { counters, targets } = pipeline;
  countTime(world, service);
  const count = (field: number, value: number): void => void (counters[field * targets + service] = value);
  count(READY_MS, services.readyMs[service]!);
  count(BUSY_MS, busyMs(world, service));
  count(ARRIVED, services.arrived[service]!);
  count(SERVED, services.served[service]!);
  count(DROPPED, services.failed[service]! + services.refused[service]!);
  count(WAITED_MS, services.waitMs[service]!);
  count(WORKED, services.worked[service]!);
  scrapeTarget(pipeline, service, queue.now[0]!);
  const perS = 1_000 / windowGrowth(pipeline, service, grown);
  const at = newestSample(pipeline, service);
  const { samples } = pipeline;
  samples[at] = grown[READY_MS]! > 0 ? grown[BUSY_MS]! / grown[READY_MS]! : Number.NaN;
  samples[at + 1] = grown[ARRIVED]! * perS;
  samples[at + 2] = grown[SERVED]! * perS;
  samples[at + 3] = grown[DROPPED]! * perS;
  samples[at + 4] = insideOf(world, service);
  samples[at + 5] = grown[WORKED]! > 0 ? grown[WAITED_MS]! / grown[WORKED]! : 0;
  samples[at + MEMORY] = meanMemoryMiB(world, service);
}

/** Of ready replicas; NaN without one, and where memory is not looked at. */
function meanMemoryMiB(world: World, service: number): number {
  const { memory } = world.plan.services[service]!;
  const ready = world.services.ready[service]!;
  if (memory === undefined) return Number.NaN;
  return ready.reduce((sum, pod) => sum + memoryMiB(world, pod, memory), 0) / ready.length;
}

const grown = new Float64Array(COUNTERS);

/** Requests in all replicas of a service, waiting, in work or calling. */
export function insideOf({ services, pods }: World, service: number): number {
  return services.pods[service]!.reduce((sum, pod) => sum + pods.inFlight[pod]! + pods.queued[pod]!, 0);
}

/** Metrics cannot tell whose a request is, and know of none before the process does. */
function scrapeEntry({ entry, flood, queue, services }: World, pipeline: Pipeline, service: number): void {
  for (let counter = 0; counter < ENTRY_COUNTERS; counter++)
    pipeline.counters[counter] = entryCounter(entry, counter) + entryCounter(flood, counter);
  pipeline.counters[LATENCY_MS]! -= services.unseenMs[service]!;
  scrapeTarget(pipeline, 0, queue.now[0]!);
  const perS = 1_000 / windowGrowth(pipeline, 0, entryGrown);
  const [arrived = 0, answered = 0, violating = 0, served = 0, latencyMs = 0] = entryGrown;
  const at = newestSample(pipeline, 0);
  pipeline.samples[at] = arrived * perS;
  pipeline.samples[at + 1] = answered > 0 ? violating / answered : 0;
  pipeline.samples[at + 2] = served > 0 ? latencyMs / served : Number.NaN;
}

function entryCounter(counts: EntryCounts, counter: number): number {
  if (counter === 0) return counts.arrived;
  if (counter === 1) return counts.served + counts.dropped + counts.failed + counts.timedOut;
  if (counter === 2) return violatingOf(counts);
  return counter === 3 ? counts.served : counts.latencyMs;
}

/** Arrived, ended, violating, served, latency. */
const LATENCY_MS = 4;
const ENTRY_COUNTERS = Math.max(ENTRY_FIELDS, LATENCY_MS + 1);
const entryGrown = new Float64Array(ENTRY_COUNTERS);
