import { sumOf } from "../../core/statistics.ts";
import type { Readings } from "../../control/readings/readings.ts";
import type { ClusterEvent } from "../../control/loop/cluster.ts";
import type { CpuQuota } from "../../control/loop/cpu-quota.ts";
import { type Histogram, createHistogram } from "../../core/histogram.ts";
import type { Rng } from "../../core/rng.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { connectionLifeMs } from "../../system/workload/connection-life.ts";
import type { Calibration } from "../calibrate/calibration.ts";
import { type Arrivals, poissonArrivals, scheduledArrivals } from "./arrivals.ts";
import {
  answerRead,
  answered,
  callTimedOut,
  delayOver,
  sendEntry,
  tryCall,
  userTimedOut,
  worked,
} from "./call-flow.ts";
import type { Call } from "./call-pool.ts";
import { ENTRY_DRAW, mixKey, uniformOf } from "./draws.ts";
import { userPools, violatingOf } from "./entry-counts.ts";
import type { FloodSchedule } from "./flood-schedule.ts";
import { resizeService } from "./resize.ts";
import { takeFinished } from "./job-heap.ts";
import { type Line, leaveLine, skipVoid } from "./lines.ts";
import { type Meters, createMeters } from "./meters.ts";
import { planRequests } from "./plan.ts";
import { work } from "./processor.ts";
import { countTime } from "./count-time.ts";
import { killReady, podTimerOver, restartOldest, scaleTo, startReady } from "./replicas.ts";
import { ENTRY, FLOOD, NONE, newRequest } from "./request-pool.ts";
import { look } from "./service-flow.ts";
import { schedule } from "./source-queue.ts";
import { takeTimer } from "./timers.ts";
import {
  ANSWER_READ,
  ARRIVALS,
  CALL_AGAIN,
  type EntryCounts,
  FIRST_SCRAPE,
  FLOODS,
  LATENCY_OVER,
  type LineRole,
  TIMERS,
  type World,
  createWorld,
} from "./world.ts";

export type RequestTwinOptions = {
  /** Arrivals, work, start-up times, connections and scrape phases: each has its own stream of it. */
  readonly rng: Rng;
  /** Arrivals at the entry, requests per second: [steps]; Poisson; after the last step the last rate holds. */
  readonly ratePerS: Float64Array;
  readonly stepMs: number;
  /** Replicas at the start, all ready: [services]. */
  readonly initialReplicas: Float64Array;
  /** When requests start, ms, ascending; in place of Poisson arrivals. */
  readonly startTimesMs?: Float64Array;
  /** CPU of each of these requests in the service it enters, ms: [requests]; drawn when left out. */
  readonly entryWorkMs?: Float64Array;
  /** True capacity of a replica / what the calibration says: [services]; all 1 when left out. */
  readonly capacityFactor?: Float64Array;
  /** True start-up time / what the calibration says; 1 when left out. */
  readonly startupFactor?: number;
  /** Requests that are nobody's, on top of all these. */
  readonly flood?: FloodSchedule;
  /** Users wait so long, ms; 10 s when left out. */
  readonly entryTimeoutMs?: number;
  /** Connections live so long +- 20 %, ms of the clock; 10 s of the scenario when left out. 0 = one per request. */
  readonly connectionLifeMs?: number;
  /** CPU that a call costs its caller, ms, part of the calibrated CPU per request; 0.28 when left out. */
  readonly callCpuMs?: number;
  /** Cores of the one machine that all replicas run on; left out: more than they can use. */
  readonly nodeCores?: number;
  /** Where the kernel keeps replicas to their CPU limits; left out: what the calibration says. */
  readonly cpuQuota?: CpuQuota;
  /**
   * Readings show waits as a mock's metrics do: not those of requests that come while it stands still for its CPU limit.
   * Where the kernel keeps the limits they always do; left out, they show all waits else.
   */
  readonly hidesWaitsAtRest?: boolean;
};

/**
 * A simulated cluster, request by request: the oracle against which faster models are held. Times are ms since the
 * start; services are numbered as in the topology.
 */
export type RequestTwin = {
  nowMs(): number;
  /** Everything up to and at this time happens. */
  advanceTo(atMs: number): void;
  scale(service: number, replicas: number): void;
  /** Gives all replicas of a service this CPU limit, those to come too; at most as many cores as it has threads. */
  resize(service: number, cpuMilli: number): void;
  /** Replaces the oldest ready replica. */
  restart(service: number): void;
  /** Crashes `count` ready replicas. */
  kill(service: number, count: number): void;
  /** What the metrics pipeline shows now. Always the same object. */
  observe(): Readings;
  /** What happened to replicas since the last call, oldest first. */
  takeEvents(): readonly ClusterEvent[];
  /** What users met since the start. Live. */
  readonly entry: Readonly<EntryCounts>;
  violating(): number;
  /** Of requests served, at the entry. */
  readonly latency: Histogram;
  /** Existing replicas x time, seconds. */
  podSeconds(): number;
  /** Of what is to be scraped: faults may stop it. */
  readonly meters: Meters;
  /** Everything there is, for tests and measurements; not to be written to. */
  readonly world: World;
};

/** What a keep-alive call costs its caller. @source measured: zero-work mocks with and without a call */
const CALL_CPU_MS = 0.28;
/** As the load generator waits. */
const ENTRY_TIMEOUT_MS = 10_000;

/** Model and what it leaves out: docs/twin-requests.md. Per event a few numbers are allocated, and nothing else once there are records enough. */
export function createRequestTwin(
  topology: Topology,
  calibration: Calibration,
  options: RequestTwinOptions,
): RequestTwin {
  const world = createEmptyWorld(topology, calibration, options);
  const meters = createMeters(world, calibration.timing, options.rng.split("metrics"));
  for (const service of topology.services.keys()) startReady(world, service, options.initialReplicas[service]!);
  const handleNext = createHandler(world, meters, options);
  return {
    nowMs: () => world.queue.now[0]!,
    advanceTo(atMs) {
      const { queue } = world;
      while (queue.times[0]! <= atMs) handleNext();
      queue.now[0] = Math.max(queue.now[0]!, atMs);
    },
    scale: (service, replicas) => scaleTo(world, service, replicas),
    resize: (service, cpuMilli) => resizeService(world, service, cpuMilli),
    restart: (service) => restartOldest(world, service),
    kill: (service, count) => killReady(world, service, count),
    observe: () => meters.observe(),
    takeEvents: () => world.events.splice(0),
    entry: world.entry,
    violating: () => violatingOf(world.entry),
    latency: world.latency,
    podSeconds: () => podSeconds(world),
    meters,
    world,
  };
}

function createEmptyWorld(topology: Topology, calibration: Calibration, options: RequestTwinOptions): World {
  const callCpuMs = options.callCpuMs ?? CALL_CPU_MS;
  const { timeScale } = calibration.timing;
  const cpuQuota = options.cpuQuota ?? calibration.cpuQuota;
  return createWorld({
    plan: planRequests(topology, calibration, {
      capacityFactor: options.capacityFactor,
      startupFactor: options.startupFactor ?? 1,
      callCpuMs,
    }),
    timeScale,
    callCpuMs,
    connectionLifeMs: options.connectionLifeMs ?? connectionLifeMs / timeScale,
    entryTimeoutMs: options.entryTimeoutMs ?? ENTRY_TIMEOUT_MS,
    latency: createHistogram(),
    nodeCores: options.nodeCores,
    cpuQuota,
    hidesWaitsAtRest: cpuQuota !== undefined || options.hidesWaitsAtRest === true,
    connectionRng: options.rng.split("connections"),
    startupKey: options.rng.split("startup").next() | 0,
  });
}

/** Lets the next event happen. */
function createHandler(world: World, meters: Meters, options: RequestTwinOptions): () => void {
  const { queue, firstPod, firstLine, lines } = world;
  const arrive = createEntryFlow(world, options);
  const flood = createFloodFlow(world, options);
  return () => {
    const source = queue.sources[0]!;
    queue.now[0] = queue.times[0]!;
    if (source >= firstPod) lookAtPod(world, source - firstPod);
    else if (source >= firstLine) lineEvent(world, lines[source - firstLine]!);
    else if (source === ARRIVALS) arrive();
    else if (source === TIMERS) timerEvent(world);
    else if (source === FLOODS) flood();
    else meters.scrape(source - FIRST_SCRAPE);
  };
}

/** A request of the replica is finished, unless it was only to be looked at. */
function lookAtPod(world: World, pod: number): void {
  const { processors } = world;
  work(processors, pod);
  world.eventPod = pod;
  const processor = processors.all[pod]!;
  if (processor.isFinishing) worked(world, takeFinished(processor));
  world.eventPod = NONE;
  look(world, pod);
}

function lineEvent(world: World, role: LineRole): void {
  if (role.kind === "timeout") return callsTimeOut(world, role.line);
  const { kind, line } = role;
  const slot = leaveLine(world.queue, line);
  const request = line.items[slot]!;
  if (kind === "answer") return answered(world, request);
  const isCurrent = request.stamp === line.stamps[slot];
  if (kind === "delay") return void (isCurrent && delayOver(world, request));
  if (isCurrent) userTimedOut(world, request);
  skipVoid(world.queue, line);
}

function callsTimeOut(world: World, line: Line<Call>): void {
  const slot = leaveLine(world.queue, line);
  const call = line.items[slot]!;
  if (call.stamp === line.stamps[slot]) callTimedOut(world, call);
  skipVoid(world.queue, line);
}

function timerEvent(world: World): void {
  const { queue, timers, requests, calls } = world;
  const slot = takeTimer(queue, timers);
  const kind = timers.kinds[slot]!;
  const id = timers.ids[slot]!;
  const stamp = timers.stamps[slot]!;
  if (kind === LATENCY_OVER) {
    const request = requests.all[id]!;
    if (request.stamp === stamp) delayOver(world, request);
  } else if (kind === CALL_AGAIN || kind === ANSWER_READ) {
    const call = calls.all[id]!;
    if (call.stamp !== stamp) return;
    if (kind === CALL_AGAIN) tryCall(world, call);
    else answerRead(world, call);
  } else podTimerOver(world, kind, id, stamp);
}

/** Sends one request after the other; schedules the next before the one that is sent does anything. */
function createEntryFlow(
  world: World,
  { rng, startTimesMs, entryWorkMs, ratePerS, stepMs }: RequestTwinOptions,
): () => void {
  const arrivals: Arrivals =
    startTimesMs === undefined
      ? poissonArrivals(ratePerS, stepMs, rng.split("arrivals"))
      : scheduledArrivals(startTimesMs);
  const { queue, requests, entry, plan } = world;
  const pools = userPools(plan);
  const workKey = rng.split("work").next() | 0;
  schedule(queue, ARRIVALS, arrivals.next());
  return () => {
    schedule(queue, ARRIVALS, arrivals.next());
    const key = mixKey(workKey, entry.arrived);
    const from = chooseEntry(world, key);
    const request = newRequest(requests, plan.nodes[plan.entries[from]!.node]!, ENTRY, undefined, key);
    if (entryWorkMs !== undefined) request.demandMs = entryWorkMs[entry.arrived] ?? Number.NaN;
    request.sentMs = queue.now[0]!;
    entry.arrived++;
    sendEntry(world, request, from, pools[from]!);
  };
}

/** As {@link createEntryFlow}, for what floods send. */
function createFloodFlow(world: World, { rng, flood }: RequestTwinOptions): () => void {
  const { queue, requests, plan } = world;
  const pools = userPools(plan);
  const workKey = rng.split("flood").next() | 0;
  let next = 0;
  const scheduleNext = (): void => schedule(queue, FLOODS, flood?.timesMs[next] ?? Infinity);
  scheduleNext();
  return () => {
    const from = flood!.entries[next]!;
    const key = mixKey(workKey, next++);
    scheduleNext();
    const request = newRequest(requests, plan.nodes[plan.entries[from]!.node]!, FLOOD, undefined, key);
    request.sentMs = queue.now[0]!;
    world.flood.arrived++;
    sendEntry(world, request, from, pools[from]!);
  };
}

function chooseEntry({ plan: { entries } }: World, key: number): number {
  const last = entries.length - 1;
  if (last === 0) return 0;
  const at = uniformOf(key, ENTRY_DRAW);
  let entry = 0;
  while (entry < last && at >= entries[entry]!.upTo) entry++;
  return entry;
}

function podSeconds(world: World): number {
  for (let service = 0; service < world.plan.services.length; service++) countTime(world, service);
  return sumOf(world.services.podMs) / 1_000;
}
