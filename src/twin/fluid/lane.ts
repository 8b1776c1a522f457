import type { Readings } from "../../control/readings/readings.ts";
import { milliCpuToCores } from "../../core/units.ts";
import type { Calibration } from "../calibrate/calibration.ts";
import type { BackEnd } from "./back-end.ts";
import { expectArrivals, resetCountNoise } from "./count-noise.ts";
import { readEntry } from "./entry-metrics.ts";
import { createFluidFaults, resetFaults } from "./faults.ts";
import { createFluidGates, resetGate } from "./gates.ts";
import type { FluidEpisode, FluidTwin } from "./fluid-twin.ts";
import { latencyHistogram } from "./latency-record.ts";
import { createParts, type FluidOptions, type FluidParts, type Streams } from "./parts.ts";
import { resetTarget } from "./pipeline.ts";
import type { FluidPlan, ServicePlan } from "./plan.ts";
import { evictPod, reconcilePods, resetPods } from "./pods.ts";
import { readMemory, readServices } from "./service-metrics.ts";
import { setSize } from "./sizes.ts";
import { resetStation } from "./stations.ts";
import type { TablesOf } from "./tables-of.ts";

/** A fluid twin whose environments go through each tick together: few enough that a core's own cache holds them. */
export function createLane(
  plan: FluidPlan,
  calibration: Calibration,
  options: FluidOptions,
  tablesOf: TablesOf,
  backEnd: BackEnd,
): FluidTwin {
  const { environments, tickMs } = options;
  const parts = createParts(plan, calibration, options, tablesOf, backEnd);
  const { services, desired, outcome, stations, pods, nowTick, latency, arrivals } = parts;
  return {
    services,
    environments,
    tickMs,
    desired,
    ready: pods.ready,
    outcome,
    get latency() {
      return latency === undefined ? undefined : latencyHistogram(latency);
    },
    stations,
    reset: (environment, episode) => reset(parts, environment, episode),
    advance(count) {
      // Nobody asks for other sizes in between.
      if (count > 0) reconcilePods(pods, desired, nowTick);
      for (let i = 0; i < count; i++) tick(parts);
      parts.podPass.addSeconds(count);
    },
    observe: () => observe(parts),
    clearOutcome() {
      for (const sums of Object.values(outcome)) sums.fill(0);
      latency?.weights.clear();
    },
    faults: createFluidFaults(parts.faults, { ...parts, services: parts.servicePipeline, entry: parts.entryPipeline }),
    gates: createFluidGates(parts.gates, stations),
    resize: (service, cpuMilli) => resize(parts, service, cpuMilli),
    limitCores: (service) => limitCores(parts.plan.services[service]!),
    settle: () => reconcilePods(pods, desired, nowTick),
    evict: (environment, service) => evictPod(pods, environment, service),
    futureRatePerS: (environment, aheadMs) => arrivals.ratePerS(environment, nowTick[environment]! * tickMs + aheadMs),
  };
}

function tick(parts: FluidParts): void {
  const { environments, nowTick, arrivals, edges, entry, tickMs } = parts;
  edges.advance(nowTick, parts.streams);
  arrivals.arrive(nowTick, tickMs, entry.arrived);
  parts.workServices();
  parts.meetUsers();
  parts.takeMemory?.(nowTick);
  if (parts.counts !== undefined) expectArrivals(parts.counts, entry.arrived);
  for (let e = 0; e < environments; e++) nowTick[e]!++;
  parts.podPass.mature();
  parts.scrapePass.scrape();
}

function reset(parts: FluidParts, environment: number, episode: FluidEpisode): void {
  const { plan, stations, entryService, environments, servicePipeline } = parts;
  const own: Streams = {
    startup: episode.rng.split("startup"),
    metrics: episode.rng.split("metrics"),
    edges: episode.rng.split("edges"),
    memory: plan.hasMemory ? episode.rng.split("memory") : episode.rng,
  };
  parts.kernel.limits.restore();
  parts.streams[environment] = own;
  parts.metricRngs[environment] = own.metrics;
  if (parts.counts !== undefined) resetCountNoise(parts.counts, environment, episode.rng.split("counts"));
  parts.startupFactor[environment] = episode.startupFactor ?? 1;
  parts.nowTick[environment] = 0;
  parts.arrivals.reset(environment, episode);
  parts.entry.flooded[environment] = 0;
  parts.edges.reset(environment, own.edges);
  for (let retry = 0; retry < plan.retries; retry++) stations.moreTries[retry * environments + environment] = 0;
  resetPods(parts.pods, environment, episode.initialReplicas);
  for (let s = 0; s < parts.services; s++) {
    const k = s * environments + environment;
    parts.desired[k] = episode.initialReplicas[s]!;
    resetStation(stations, k, plan.services[s]!.station);
    setSize(parts.sizes, s, k, parts.sizes.declaredMilli[s]!);
    resetFaults(parts.faults, stations, k, episode.capacityFactor?.[s] ?? 1);
    resetGate(parts.gates, k);
    resetTarget(servicePipeline, k, 1 + own.metrics.integer(parts.ticks.period));
  }
  resetTarget(parts.entryPipeline, environment, servicePipeline.nextTick[entryService * environments + environment]!);
  parts.scrapePass.begin(environment);
}

function resize({ kernel, environments, sizes }: FluidParts, service: number, cpuMilli: number): void {
  if (environments !== 1) throw new Error(`a resize is of one environment, got ${environments}`);
  kernel.limits.resize(service, milliCpuToCores(cpuMilli));
  setSize(sizes, service, service, cpuMilli);
}

/** As readings know it. */
function limitCores({ station, limitShare }: ServicePlan): number {
  return station.limitCores / limitShare;
}

function observe({
  plan,
  readings,
  sizes,
  nowTick,
  tickMs,
  desired,
  pods,
  servicePipeline,
  entryPipeline,
}: FluidParts): Readings {
  readings.atMs = nowTick[0]! * tickMs;
  readings.desired.set(desired);
  readings.ready.set(pods.ready);
  readings.cpuMilli.set(sizes.cpuMilli);
  readServices(servicePipeline, tickMs, nowTick, readings);
  if (plan.hasMemory) readMemory(servicePipeline, nowTick, readings);
  readEntry(entryPipeline, nowTick, readings);
  return readings;
}
