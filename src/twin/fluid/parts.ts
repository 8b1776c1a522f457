import type { CpuQuota } from "../../control/loop/cpu-quota.ts";
import type { Timing } from "../../control/loop/timing.ts";
import { type Readings, createReadings } from "../../control/readings/readings.ts";
import { sample } from "../../core/distribution.ts";
import { type Rng, createRng } from "../../core/rng.ts";
import type { Calibration } from "../calibrate/calibration.ts";
import type { Arena } from "./arena.ts";
import { type Arrivals, createArrivals } from "./arrivals.ts";
import type { BackEnd } from "./back-end.ts";
import { type ColdKernel, type ColdParts, createCold } from "./cold.ts";
import { type CountNoise, createCountNoise } from "./count-noise.ts";
import { type EdgeFactors, type EdgeNoise, createEdgeFactors } from "./edge-noise.ts";
import { ENTRY_FIELDS, type EntryScrape } from "./entry-metrics.ts";
import { type EntryState, createEntryState } from "./entry.ts";
import { type FaultState, createFaultState } from "./faults.ts";
import type { FluidOutcome } from "./fluid-twin.ts";
import { createGateState, type GateState } from "./gates.ts";
import { type LatencyRecord, createLatencyRecord } from "./latency-record.ts";
import { createMemories } from "./memory.ts";
import { createOutcome } from "./outcome.ts";
import { type Pipeline, type PipelineTicks, createPipeline } from "./pipeline.ts";
import type { FluidPlan } from "./plan.ts";
import { type PodPass, createPodPass } from "./pod-pass.ts";
import { type PodListener, type Pods, createPods } from "./pods.ts";
import { type ScrapePass, createScrapePass } from "./scrape-pass.ts";
import { createServicePass } from "./service-pass.ts";
import { SERVICE_FIELDS, createServiceScrape } from "./service-metrics.ts";
import { createSizes, type FluidSizes } from "./sizes.ts";
import { type StationKernel, type Stations, createStationKernel, createStations } from "./stations.ts";
import type { TablesOf } from "./tables-of.ts";
import { createUsersPass } from "./users-pass.ts";

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
  /** How the kernel keeps replicas to their CPU limit; what the calibration says when left out. */
  readonly cpuQuota?: CpuQuota;
  /** Plain loops also where kernels do the same, bit for bit: to see that they do. */
  readonly isPlain?: boolean;
};

/** Replicas beyond the maximum that may exist for a moment, while others are replaced. */
const SURGE_SLOTS = 4;

/** Independent random streams of one environment, so that what an autoscaler does moves no noise. */
export type Streams = { readonly startup: Rng; readonly metrics: Rng; readonly edges: Rng; readonly memory: Rng };

/** All that a twin is made of. Columns are [environments] or [services][environments]. */
export type FluidParts = {
  readonly plan: FluidPlan;
  readonly calibration: Calibration;
  readonly tickMs: number;
  readonly services: number;
  readonly environments: number;
  readonly ticks: PipelineTicks;
  readonly nowTick: Float64Array;
  readonly desired: Float64Array;
  readonly startupFactor: Float64Array;
  /** [environments] */
  readonly streams: Streams[];
  /** Those of `streams` for the metrics. */
  readonly metricRngs: Rng[];
  readonly arrivals: Arrivals;
  readonly edges: EdgeFactors;
  readonly stations: Stations;
  readonly kernel: StationKernel;
  /** Lets services work for a tick, once it is known what arrives at the entry. */
  readonly workServices: () => void;
  readonly podPass: PodPass;
  readonly scrapePass: ScrapePass;
  /** Finds what users met in the last tick, once services have worked. */
  readonly meetUsers: () => void;
  readonly entry: EntryState;
  readonly pods: Pods;
  readonly sizes: FluidSizes;
  readonly faults: FaultState;
  readonly gates: GateState;
  /** Finds what replicas take after a tick; undefined where memory is not looked at. */
  readonly takeMemory: ((nowTick: Float64Array) => void) | undefined;
  /** Edges to each service. */
  readonly incoming: readonly (readonly number[])[];
  readonly servicePipeline: Pipeline;
  readonly entryPipeline: Pipeline;
  readonly counts: CountNoise | undefined;
  readonly serviceScrape: ReturnType<typeof createServiceScrape>;
  readonly entryScrape: EntryScrape;
  readonly outcome: FluidOutcome;
  readonly latency: LatencyRecord | undefined;
  readonly readings: Readings & { atMs: number };
  /** The service from which the entry's metrics are scraped: the first one behind it. */
  readonly entryService: number;
};

export function createParts(
  plan: FluidPlan,
  calibration: Calibration,
  options: FluidOptions,
  tablesOf: TablesOf,
  backEnd: BackEnd,
): FluidParts {
  const { arena } = backEnd;
  const { environments, tickMs } = options;
  const services = plan.services.length;
  const stations = createStations(services, environments, tickMs, plan.retries, arena);
  const streams = unsetStreams(environments);
  const world = {
    plan,
    calibration,
    tickMs,
    services,
    environments,
    stations,
    streams,
    startupFactor: new Float64Array(environments).fill(1),
    faults: createFaultState(services, environments),
    sizes: createSizes(plan, environments, arena),
    gates: createGateState(services, environments),
  };
  const pods = createOwnPods(world, options, arena);
  const nowTick = arena.float64(environments);
  const scenarioTickMs = tickMs * calibration.timing.timeScale;
  const colds = createColds(plan, { stations, pods, nowTick, tickMs: scenarioTickMs });
  const meters = createMeters(plan, stations, calibration.timing, { ...options, arena });
  const kept = {
    outcome: createOutcome(services, environments, arena),
    latency: options.recordLatency === true ? createLatencyRecord() : undefined,
  };
  const kernel = createStationKernel(plan, stations, colds, tablesOf, backEnd);
  const load = createLoad(plan, options, arena);
  const watched = { ...world, ...meters, nowTick };
  return {
    ...watched,
    ...kept,
    desired: new Float64Array(services * environments),
    ...load,
    kernel,
    pods,
    takeMemory: createMemories({ plan, stations, pods, rngs: streams, tickMs: scenarioTickMs }, backEnd),
    workServices: createServicePass({ ...watched, ...load, kernel, pods }, backEnd),
    podPass: createPodPass({ ...watched, ...kept, pods }, backEnd),
    scrapePass: createScrapePass(watched, backEnd),
    meetUsers: createUsersPass({ plan, stations, ...meters, ...kept }, backEnd),
    entryService: plan.nodes[plan.entries[0]!.node]!.service,
  };
}

function createColds({ services }: FluidPlan, parts: ColdParts): (ColdKernel | undefined)[] {
  return services.map(({ cold }, service) => (cold === undefined ? undefined : createCold(cold, service, parts)));
}

function unsetStreams(environments: number): Streams[] {
  const unset = createRng(0);
  return Array.from({ length: environments }, () => ({ startup: unset, metrics: unset, edges: unset, memory: unset }));
}

/** What reaches services, and by which ways. */
function createLoad(
  plan: FluidPlan,
  { environments, tickMs, edgeNoise }: FluidOptions,
  arena: Arena,
): Pick<FluidParts, "arrivals" | "edges" | "incoming"> {
  return {
    arrivals: createArrivals(environments),
    edges: createEdgeFactors(plan.edges.length, environments, tickMs, edgeNoise, arena),
    incoming: incomingEdges(plan),
  };
}

type MeterParts =
  | "ticks"
  | "metricRngs"
  | "entry"
  | "servicePipeline"
  | "entryPipeline"
  | "counts"
  | "serviceScrape"
  | "entryScrape"
  | "readings";

/** What watches the stations. */
function createMeters(
  plan: FluidPlan,
  stations: Stations,
  timing: Timing,
  options: FluidOptions & { readonly arena: Arena },
): Pick<FluidParts, MeterParts> {
  const { environments, tickMs, arena } = options;
  const services = plan.services.length;
  const unset = createRng(0);
  const ticks = pipelineTicks(timing, tickMs);
  const metricRngs = Array.from({ length: environments }, () => unset);
  const entry = createEntryState(environments, arena);
  const servicePipeline = createPipeline(
    services * environments,
    SERVICE_FIELDS + Number(plan.hasMemory),
    ticks,
    arena,
  );
  const entryPipeline = createPipeline(environments, ENTRY_FIELDS, ticks, arena);
  const counts = options.isCounted === false ? undefined : createCountNoise(services, environments, unset, arena);
  return {
    ticks,
    metricRngs,
    entry,
    servicePipeline,
    entryPipeline,
    counts,
    serviceScrape: createServiceScrape(plan, stations, { pipeline: servicePipeline, counts, rngs: metricRngs }),
    entryScrape: { pipeline: entryPipeline, entry, tickMs, counts },
    readings: createReadings(services, environments),
  };
}

function slotsFor({ services }: FluidPlan): number {
  return Math.max(...services.map(({ maxReplicas }) => maxReplicas)) + SURGE_SLOTS;
}

function incomingEdges({ services, edges }: FluidPlan): readonly (readonly number[])[] {
  return services.map((_, service) => edges.flatMap(({ to }, edge) => (to === service ? [edge] : [])));
}

function createOwnPods(world: StartupParts & { readonly plan: FluidPlan }, options: FluidOptions, arena: Arena): Pods {
  const { plan, environments } = world;
  const size = { services: plan.services.length, environments, slots: slotsFor(plan) };
  return createPods(
    size,
    (environment, service) => startupTicks(world, environment, service),
    options.onPod,
    plan,
    arena,
  );
}

type StartupParts = Pick<
  FluidParts,
  "calibration" | "startupFactor" | "faults" | "streams" | "environments" | "tickMs"
>;

function startupTicks(parts: StartupParts, environment: number, service: number): number {
  const { calibration, startupFactor, faults, streams, environments, tickMs } = parts;
  const { startupMs } = calibration.services[service]!;
  const factor = startupFactor[environment]! * faults.startup[service * environments + environment]!;
  const ms = sample(startupMs, streams[environment]!.startup) * factor;
  return Math.max(1, Math.round(ms / tickMs));
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
