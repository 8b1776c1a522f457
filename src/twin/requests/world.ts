import type { ClusterEvent } from "../../control/loop/cluster.ts";
import type { CpuQuota } from "../../control/loop/cpu-quota.ts";
import type { Rng } from "../../core/rng.ts";
import type { Histogram } from "../../core/histogram.ts";
import { type Call, type CallPool, createCallPool } from "./call-pool.ts";
import { type Connections, createConnections } from "./connections.ts";
import { type Limits, createLimits } from "./limits.ts";
import { type Line, createLine } from "./lines.ts";
import type { RequestPlan } from "./plan.ts";
import { type Node, createNode } from "./node.ts";
import { type Pods, createPods, podPlaces } from "./pods.ts";
import { type Processors, createProcessors } from "./processor.ts";
import { NONE, type Request, type RequestPool, createRequestPool } from "./request-pool.ts";
import { type RetryTokens, createRetryTokens } from "./retries.ts";
import { type SourceQueue, createSourceQueue } from "./source-queue.ts";
import { type Timers, createTimers } from "./timers.ts";

/** Event sources: the arrivals, the timers, floods, a scrape per service, then lines, then replicas. */
export const ARRIVALS = 0;
export const TIMERS = 1;
export const FLOODS = 2;
export const FIRST_SCRAPE = 3;

/** What a timer is for. */
export const LATENCY_OVER = 0;
export const POD_READY = 1;
export const POD_RESTARTS = 2;
export const POD_SIGTERM = 3;
export const POD_DRAINED = 4;
export const POD_KILLED = 5;
export const POD_MINUTE = 6;
export const CALL_AGAIN = 7;
export const POD_OUT_OF_MEMORY = 8;
export const ANSWER_READ = 9;

/** What a line is for, and of whom. */
export type LineRole =
  | { readonly kind: "answer" | "delay" | "entry-timeout"; readonly line: Line<Request> }
  | { readonly kind: "timeout"; readonly line: Line<Call> };

/** Everything there is at one moment of a simulation. */
export type World = {
  readonly plan: RequestPlan;
  readonly timeScale: number;
  /** CPU at the caller for each call, ms. */
  readonly callCpuMs: number;
  /** Requests count as waiting only from when their process knows of them. */
  readonly hidesWaitsAtRest: boolean;
  /** The replica whose event happens now: its next event is planned when all is done. NONE = no replica's. */
  eventPod: number;
  readonly queue: SourceQueue;
  readonly timers: Timers;
  /** In the order of their sources, from `firstLine`. */
  readonly lines: readonly LineRole[];
  readonly firstLine: number;
  readonly firstPod: number;
  /** Answers on their way; endpoints of a service share one where they send nothing to speak of: [nodes]. */
  readonly answers: readonly Line<Request>[];
  /** Requests that wait a constant time after their work; undefined where the time varies or is none: [nodes]. */
  readonly delays: readonly (Line<Request> | undefined)[];
  /** Timeouts of calls: [calls]. */
  readonly timeouts: readonly Line<Call>[];
  readonly entryTimeouts: Line<Request>;
  readonly requests: RequestPool;
  readonly calls: CallPool;
  readonly connections: Connections;
  /** Pools of connections per replica; the first so many are the users'. */
  readonly poolsPerOwner: number;
  retryTokens: RetryTokens;
  readonly pods: Pods;
  readonly processors: Processors;
  readonly services: ServiceColumns;
  readonly limits: Limits;
  readonly entry: EntryCounts;
  /** What became of requests that are nobody's. */
  readonly flood: EntryCounts;
  /** Undefined: there are cores for all replicas. */
  readonly node: Node | undefined;
  /** Share of its cores that a replica gets while it works, beside neighbours: one cell. */
  readonly speed: Float64Array;
  readonly latency: Histogram;
  readonly startupKey: number;
  readonly events: ClusterEvent[];
};

/** Sums since the start and what is so now: [services]. */
export type ServiceColumns = {
  readonly desired: Float64Array;
  /** What faults make of the CPU per request, and of the start-up time; 1 = as planned. */
  readonly workFactor: Float64Array;
  readonly startupFactor: Float64Array;
  /** Replicas ever created. */
  readonly created: Int32Array;
  /** Places of the replicas that exist, oldest first, and of those that are ready. */
  readonly pods: number[][];
  readonly ready: number[][];
  readonly arrived: Float64Array;
  readonly served: Float64Array;
  /** Answered with another 5xx than 503, or lost with a replica. */
  readonly failed: Float64Array;
  /** 503. */
  readonly refused: Float64Array;
  /** Requests that were worked on, and how long they waited for CPU, ms. */
  readonly worked: Float64Array;
  readonly waitMs: Float64Array;
  /** How long requests waited before the process knew of them, ms; counted where readings hide it. */
  readonly unseenMs: Float64Array;
  /** CPU of replicas while they were ready and are no longer, ms. */
  readonly retiredCpuMs: Float64Array;
  /** Ready, and existing, replicas x time up to `countedAtMs`. */
  readonly readyMs: Float64Array;
  readonly podMs: Float64Array;
  /** As `podMs`, each replica counted by its CPU limit / the declared one. */
  readonly sizedPodMs: Float64Array;
  readonly countedAtMs: Float64Array;
};

/** What users met, since the start. */
export type EntryCounts = {
  arrived: number;
  /** 200 in time, or too slow. */
  served: number;
  /** Of those served, slower than the objective. */
  slow: number;
  /** 503. */
  dropped: number;
  failed: number;
  timedOut: number;
  /** Sum over those served, ms. */
  latencyMs: number;
};

export type WorldParts = Pick<
  World,
  "plan" | "timeScale" | "callCpuMs" | "hidesWaitsAtRest" | "latency" | "startupKey"
> & {
  readonly entryTimeoutMs: number;
  readonly connectionLifeMs: number;
  readonly connectionRng: Rng;
  readonly nodeCores: number | undefined;
  readonly cpuQuota: CpuQuota | undefined;
};

export function createWorld(parts: WorldParts): World {
  const { plan, timeScale, callCpuMs, hidesWaitsAtRest, latency, startupKey } = parts;
  const lines = createLines(plan, parts.entryTimeoutMs);
  const firstPod = lines.firstLine + lines.lines.length;
  const pods = createPods();
  const places = podPlaces(pods);
  const queue = createSourceQueue(firstPod + places);
  const poolsPerOwner = Math.max(plan.mostUpstreams, plan.entries.length);
  return {
    plan,
    timeScale,
    callCpuMs,
    hidesWaitsAtRest,
    latency,
    startupKey,
    eventPod: NONE,
    queue,
    timers: createTimers(TIMERS),
    ...lines,
    firstPod,
    requests: createRequestPool(),
    calls: createCallPool(),
    connections: createConnections(poolsPerOwner * (1 + places), {
      now: queue.now,
      lifeMs: parts.connectionLifeMs,
      rng: parts.connectionRng,
    }),
    poolsPerOwner,
    retryTokens: createRetryTokens(plan, places),
    pods,
    processors: createProcessors(places, queue.now, parts.cpuQuota),
    limits: createLimits(plan),
    services: serviceColumns(plan.services.length),
    entry: noCounts(),
    flood: noCounts(),
    node: parts.nodeCores === undefined ? undefined : createNode(parts.nodeCores),
    speed: Float64Array.of(1),
    events: [],
  };
}

function noCounts(): EntryCounts {
  return { arrived: 0, served: 0, slow: 0, dropped: 0, failed: 0, timedOut: 0, latencyMs: 0 };
}

type Lines = Pick<World, "lines" | "firstLine" | "answers" | "delays" | "timeouts" | "entryTimeouts">;

function createLines(plan: RequestPlan, entryTimeoutMs: number): Lines {
  const firstLine = FIRST_SCRAPE + plan.services.length;
  const lines: LineRole[] = [];
  const add = (kind: Exclude<LineRole["kind"], "timeout">, delayMs: number): Line<Request> => {
    const line = createLine<Request>(firstLine + lines.length, delayMs);
    lines.push({ kind, line });
    return line;
  };
  const addTimeout = (delayMs: number): Line<Call> => {
    const line = createLine<Call>(firstLine + lines.length, delayMs);
    lines.push({ kind: "timeout", line });
    return line;
  };
  const plain = plan.services.map(({ fixedMs }) => add("answer", fixedMs));
  return {
    lines,
    firstLine,
    answers: plan.nodes.map(({ service, sentMs }) =>
      sentMs > 0 ? add("answer", plan.services[service]!.fixedMs + sentMs) : plain[service]!,
    ),
    delays: plan.nodes.map(({ addedMs, isDelayed }) => (isDelayed ? add("delay", addedMs.mean) : undefined)),
    timeouts: plan.calls.map(({ timeoutMs }) => addTimeout(timeoutMs)),
    entryTimeouts: add("entry-timeout", entryTimeoutMs),
  };
}

function serviceColumns(services: number): ServiceColumns {
  const floats = (): Float64Array => new Float64Array(services);
  const lists = (): number[][] => Array.from({ length: services }, () => []);
  return {
    desired: floats(),
    workFactor: floats().fill(1),
    startupFactor: floats().fill(1),
    created: new Int32Array(services),
    pods: lists(),
    ready: lists(),
    arrived: floats(),
    served: floats(),
    failed: floats(),
    refused: floats(),
    worked: floats(),
    waitMs: floats(),
    unseenMs: floats(),
    retiredCpuMs: floats(),
    readyMs: floats(),
    podMs: floats(),
    sizedPodMs: floats(),
    countedAtMs: floats(),
  };
}
