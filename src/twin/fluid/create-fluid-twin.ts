import type { Timing } from "../../control/loop/timing.ts";
import { type Readings, createReadings } from "../../control/readings/readings.ts";
import { sample } from "../../core/distribution.ts";
import { type Rng, createRng } from "../../core/rng.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { Calibration } from "../calibrate/calibration.ts";
import { createArrivals } from "./arrivals.ts";
import { createCountNoise, expectArrivals, resetCountNoise } from "./count-noise.ts";
import { type EdgeNoise, createEdgeFactors } from "./edge-noise.ts";
import { ENTRY_FIELDS, countEntry, readEntry, scrapeEntry } from "./entry-metrics.ts";
import { addOutcome, createEntryState, updateEntry } from "./entry.ts";
import type { FluidEpisode, FluidOutcome, FluidTwin } from "./fluid-twin.ts";
import { createLatencyRecord, latencyHistogram, recordLatency } from "./latency-record.ts";
import { type PipelineTicks, createPipeline, resetTarget } from "./pipeline.ts";
import { planFluid } from "./plan.ts";
import { createFaultState, createFluidFaults, resetFaults } from "./faults.ts";
import { type PodListener, createPods, evictPod, maturePods, reconcilePods, resetPods } from "./pods.ts";
import { createResponseKernel } from "./response.ts";
import { SERVICE_FIELDS, countServices, createServiceScrape, readServices, scrapeServices } from "./service-metrics.ts";
import { createStationKernel, createStations } from "./stations.ts";

export type FluidOptions = {
  readonly environments: number;
  /** Length of a tick on the clock, ms; divides the periods of the calibration's timing. */
  readonly tickMs: number;
  /** Lets the calls per request wander; off when left out. */
  readonly edgeNoise?: EdgeNoise;
  /** Keeps a histogram of the latency at the entry. One environment only. */
  readonly recordLatency?: boolean;
  /** False: metrics show the fluid as it is, in place of counts of single requests. */
  readonly isCounted?: boolean;
  /** Told of every replica that comes or goes. */
  readonly onPod?: PodListener;
};

/** Replicas beyond the maximum that may exist for a moment, while others are replaced. */
const SURGE_SLOTS = 4;

/** Independent random streams of one environment, so that what an autoscaler does moves no noise. */
type Streams = { readonly startup: Rng; readonly metrics: Rng; readonly edges: Rng };

/**
 * A fluid twin of a topology. `advance` and `observe` allocate nothing; `reset` makes three random streams.
 * Equations and what is left out: docs/twin.md.
 */
export function createFluidTwin(topology: Topology, calibration: Calibration, options: FluidOptions): FluidTwin {
  const { environments, tickMs } = options;
  if (options.recordLatency === true && environments !== 1)
    throw new Error(`latency is recorded for one environment, got ${environments}`);
  const plan = planFluid(topology, calibration);
  const services = plan.services.length;
  const ticks = pipelineTicks(calibration.timing, tickMs);
  const unset = createRng(0);
  const streams: Streams[] = Array.from({ length: environments }, () => ({
    startup: unset,
    metrics: unset,
    edges: unset,
  }));
  const metricRngs: Rng[] = Array.from({ length: environments }, () => unset);
  const startupFactor = new Float64Array(environments).fill(1);

  const nowTick = new Float64Array(environments);
  const desired = new Float64Array(services * environments);
  const arrivals = createArrivals(environments);
  const edges = createEdgeFactors(plan.edges.length, environments, tickMs, options.edgeNoise);
  const stations = createStations(services, environments, tickMs, plan.retries);
  const kernel = createStationKernel(plan, stations);
  const response = createResponseKernel(plan, stations);
  const entry = createEntryState(environments);
  const servicePipeline = createPipeline(services * environments, SERVICE_FIELDS, ticks);
  const entryPipeline = createPipeline(environments, ENTRY_FIELDS, ticks);
  const counts = options.isCounted === false ? undefined : createCountNoise(services, environments, unset);
  const serviceScrape = createServiceScrape(plan, stations, { pipeline: servicePipeline, counts, rngs: metricRngs });
  const entryScrape = { pipeline: entryPipeline, entry, tickMs, counts };
  const outcome = createOutcome(services, environments);
  const latency = options.recordLatency === true ? createLatencyRecord() : undefined;
  const readings: Readings & { atMs: number } = createReadings(services, environments);
  const slots = Math.max(...plan.services.map(({ maxReplicas }) => maxReplicas)) + SURGE_SLOTS;
  const pods = createPods({ services, environments, slots }, startupTicks, options.onPod);
  const incoming = plan.services.map((_, service) =>
    plan.edges.flatMap(({ to }, edge) => (to === service ? [edge] : [])),
  );

  const faults = createFaultState(services, environments);
  // What is seen at the entry is scraped from the first service behind it.
  const entryService = plan.nodes[plan.entries[0]!.node]!.service;

  function startupTicks(environment: number, service: number): number {
    const { startupMs } = calibration.services[service]!;
    const factor = startupFactor[environment]! * faults.startup[service * environments + environment]!;
    const ms = sample(startupMs, streams[environment]!.startup) * factor;
    return Math.max(1, Math.round(ms / tickMs));
  }

  function arrive(): void {
    const { arrived } = stations;
    for (let e = 0; e < environments; e++) {
      edges.advance(e, nowTick[e]!, streams[e]!.edges);
      entry.arrived[e] = (arrivals.ratePerS(e, (nowTick[e]! + 0.5) * tickMs) * tickMs) / 1_000;
    }
    for (let s = 0, k = 0; s < services; s++) {
      const share = plan.services[s]!.entryShare;
      for (let e = 0; e < environments; e++, k++) arrived[k] = share * entry.arrived[e]!;
    }
    for (let e = 0; e < environments; e++) if (arrivals.floods[e]!.length > 0) flood(e);
  }

  function flood(environment: number): void {
    const atMs = (nowTick[environment]! + 0.5) * tickMs;
    let all = 0;
    for (const one of arrivals.floods[environment]!) {
      const count = (arrivals.floodPerS(environment, one, atMs) * tickMs) / 1_000;
      stations.arrived[one.service * environments + environment]! += count;
      all += count;
    }
    entry.flooded[environment] = all;
  }

  function tick(): void {
    reconcilePods(pods, desired, nowTick);
    arrive();
    for (let s = 0; s < services; s++) {
      for (const edge of incoming[s]!) kernel.call(edge, edges.factor);
      kernel.work(s, pods.ready);
    }
    response.update();
    updateEntry(entry, plan, response.responses);
    addOutcome(outcome, entry, plan, stations, pods.existing);
    if (latency !== undefined) recordLatency(latency, entry.arrived[0]!, plan, response.responses);
    countServices(servicePipeline, stations, pods.ready);
    countEntry(entryPipeline, entry);
    if (counts !== undefined) expectArrivals(counts, entry.arrived);
    for (let e = 0; e < environments; e++) nowTick[e]!++;
    maturePods(pods, nowTick);
    scrapeServices(serviceScrape, nowTick);
    scrapeEntry(entryScrape, nowTick);
  }

  function reset(environment: number, episode: FluidEpisode): void {
    const own: Streams = {
      startup: episode.rng.split("startup"),
      metrics: episode.rng.split("metrics"),
      edges: episode.rng.split("edges"),
    };
    streams[environment] = own;
    metricRngs[environment] = own.metrics;
    if (counts !== undefined) resetCountNoise(counts, environment, episode.rng.split("counts"));
    startupFactor[environment] = episode.startupFactor ?? 1;
    nowTick[environment] = 0;
    arrivals.reset(environment, episode);
    entry.flooded[environment] = 0;
    edges.reset(environment, own.edges);
    for (let retry = 0; retry < plan.retries; retry++) stations.moreTries[retry * environments + environment] = 0;
    resetPods(pods, environment, episode.initialReplicas);
    for (let s = 0; s < services; s++) {
      const k = s * environments + environment;
      desired[k] = episode.initialReplicas[s]!;
      stations.queued[k] = 0;
      stations.lost[k] = 0;
      const { workMs, workScv } = plan.services[s]!.station;
      stations.cpuMs[k] = workMs;
      stations.cpuVariance[k] = workMs * workMs * workScv;
      stations.cpuThird[k] = 0;
      stations.holdMs[k] = 0;
      resetFaults(faults, stations, k, episode.capacityFactor?.[s] ?? 1);
      resetTarget(servicePipeline, k, 1 + own.metrics.integer(ticks.period));
    }
    resetTarget(entryPipeline, environment, servicePipeline.nextTick[entryService * environments + environment]!);
  }

  return {
    services,
    environments,
    tickMs,
    desired,
    outcome,
    get latency() {
      return latency === undefined ? undefined : latencyHistogram(latency);
    },
    stations,
    reset,
    advance(count) {
      for (let i = 0; i < count; i++) tick();
    },
    observe() {
      readings.atMs = nowTick[0]! * tickMs;
      readings.desired.set(desired);
      readings.ready.set(pods.ready);
      readServices(servicePipeline, tickMs, nowTick, readings);
      readEntry(entryPipeline, nowTick, readings);
      return readings;
    },
    clearOutcome() {
      for (const sums of Object.values(outcome)) sums.fill(0);
      latency?.weights.clear();
    },
    faults: createFluidFaults(faults, {
      pods,
      stations,
      services: servicePipeline,
      entry: entryPipeline,
      entryService,
      nowTick,
    }),
    settle: () => reconcilePods(pods, desired, nowTick),
    evict: (environment, service) => evictPod(pods, environment, service),
    futureRatePerS: (environment, aheadMs) => arrivals.ratePerS(environment, nowTick[environment]! * tickMs + aheadMs),
  };
}

function createOutcome(services: number, environments: number): FluidOutcome {
  return {
    requests: new Float64Array(environments),
    violating: new Float64Array(environments),
    failed: new Float64Array(environments),
    blamed: new Float64Array(services * environments),
    podSeconds: new Float64Array(services * environments),
  };
}

function pipelineTicks(timing: Timing, tickMs: number): PipelineTicks {
  const period = Math.round(timing.scrapePeriodMs / tickMs);
  if (Math.abs(period * tickMs - timing.scrapePeriodMs) > 1e-6 || period < 1)
    throw new Error(`a tick of ${tickMs} ms does not divide the scrape period of ${timing.scrapePeriodMs} ms`);
  return {
    period,
    scrapesPerWindow: Math.max(1, Math.round(timing.windowMs / timing.scrapePeriodMs)),
    lag: timing.visibleLagMs / tickMs,
  };
}
