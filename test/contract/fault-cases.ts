import type { Cluster } from "../../src/control/loop/cluster.ts";
import { type Timing, kubernetesTiming, scaleTiming } from "../../src/control/loop/timing.ts";
import type { Readings } from "../../src/control/readings/readings.ts";
import type { Clock } from "../../src/core/clock.ts";
import { createRng } from "../../src/core/rng.ts";
import { type ClusterFault, isClusterFault } from "../../src/system/workload/fault.ts";
import { drawFloodTimesMs, floodsOf } from "../../src/system/workload/flood.ts";
import { realizeFaults } from "../../src/system/workload/realize-faults.ts";
import type { Service, Topology } from "../../src/system/topology/topology.ts";

/** `front` calls `back`, two replicas each, up to four; a replica of `back` is a third busy at {@link faultRatePerS}. */
export const faultTopology: Topology = {
  name: "faults",
  services: [faultService("front", 2, ["back"]), faultService("back", 4, [])],
  entries: [{ service: "front", endpoint: "work", share: 1 }],
  objective: { p95Ms: 250, availability: 0.99 },
};

export const faultRatePerS = 40;
export const faultTiming: Timing = scaleTiming(kubernetesTiming, 20);

function faultService(name: string, workMs: number, calls: readonly string[]): Service {
  return {
    name,
    cpuMilli: 250,
    memoryMiB: 128,
    minReplicas: 2,
    maxReplicas: 4,
    startupMs: { kind: "constant", mean: 8_000 },
    concurrency: 16,
    queueLimit: 64,
    endpoints: [
      {
        name: "work",
        workMs: { kind: "constant", mean: workMs },
        errorRate: 0,
        addedLatencyMs: { kind: "constant", mean: 0 },
        calls: calls.map((service) => [
          { service, endpoint: "work", probability: 1, times: 1, timeoutMs: 5_000, retries: 0 },
        ]),
      },
    ],
    incidents: { warning: 0, error: 0, degraded: 0, failure: 0 },
  };
}

export const BACK = 1;
const ready = (readings: Readings): number => readings.ready[BACK]!;

/** Where a fault is let happen. */
export type FaultStage = {
  readonly cluster: Cluster;
  readonly clock: Clock;
  /** Sends requests of a flood to all entries, from now on: no cluster does that. Times from its start, ms. */
  readonly sendFlood: (startTimesMs: Float64Array) => void;
};

/** A fault at `back`, and where it shows. */
export type FaultCase = {
  readonly name: string;
  readonly durationMs: number;
  /** Returns when it has begun. */
  readonly begin: (stage: FaultStage) => Promise<void>;
  /** Median over some readings. */
  readonly signal: (readings: Readings) => number;
  readonly isShown: (during: number, before: number) => boolean;
  readonly isGone: (after: number, before: number) => boolean;
  /** Done when the fault is over. */
  readonly afterwards?: (cluster: Cluster) => Promise<void>;
};

/**
 * Faults that a cluster makes happen to itself.
 *
 * @param durationMs  on the cluster's clock
 * @param cores       that a neighbour takes: more than the machine has
 */
export function faultCases(durationMs: number, timing: Timing, cores = 8): readonly FaultCase[] {
  const staleMs = timing.scrapePeriodMs + timing.windowMs / 2 + timing.visibleLagMs;
  const at = { atMs: 0, durationMs, service: "back" } as const;
  return [
    {
      ...injected({ ...at, kind: "bottleneck", factor: 2.2 }),
      signal: ({ cpu }) => cpu[BACK]!,
      isShown: (during, before) => during > 1.5 * before,
      isGone: (after, before) => after < 1.4 * before,
    },
    {
      ...injected({ ...at, kind: "contention", cores, memoryMiB: 0 }),
      signal: ({ waitMs }) => waitMs[BACK]!,
      isShown: (during, before) => during > 1.3 * before + 1,
      isGone: (after, before) => after < 1.3 * before + 3,
    },
    {
      ...injected({ ...at, kind: "failing-readiness", share: 0.5 }),
      signal: ready,
      isShown: (during) => during === 1,
      isGone: (after) => after === 2,
    },
    {
      ...injected({ ...at, kind: "lost-metrics" }),
      signal: ({ ageMs }) => ageMs[BACK]!,
      isShown: (during) => during > staleMs,
      isGone: (after) => after < staleMs,
    },
    slowStart(durationMs),
    {
      ...injected({ ...at, kind: "crash-loop", replicas: 1 }),
      signal: ready,
      isShown: (during) => during === 1,
      isGone: (after) => after === 2,
    },
  ];
}

/** Those that come from around a cluster too: replicas that die one by one, and requests that are nobody's. */
export function allFaultCases(durationMs: number, timing: Timing, cores?: number): readonly FaultCase[] {
  return [...faultCases(durationMs, timing, cores), crashes(durationMs, timing), flood(durationMs)];
}

function injected(fault: Lasting): Pick<FaultCase, "name" | "durationMs" | "begin"> {
  return { name: fault.kind, durationMs: fault.durationMs, begin: ({ cluster }) => cluster.inject(fault) };
}

type Lasting = Extract<ClusterFault, { readonly durationMs: number }>;

function slowStart(durationMs: number): FaultCase {
  const fault = { kind: "slow-start", atMs: 0, durationMs, service: "back", factor: 40 } as const;
  return {
    name: fault.kind,
    durationMs,
    async begin({ cluster }) {
      await cluster.inject(fault);
      await cluster.scale("back", 3);
    },
    signal: ready,
    isShown: (during) => during === 2,
    isGone: (after) => after === 4,
    // The one that began slowly may take its time; this one must not.
    afterwards: async (cluster) => {
      await cluster.scale("back", 2);
      await cluster.scale("back", 4);
    },
  };
}

/** Replicas die one after another, at moments of a Poisson process: so often that there is seldom a whole set. */
function crashes(durationMs: number, { timeScale }: Timing): FaultCase {
  const durationS = (durationMs * timeScale) / 1_000;
  const declared = { kind: "crash", service: "back", startS: 0, durationS, perMinute: 6 } as const;
  const kills = realizeFaults([declared], timeScale, createRng(1)).filter(isClusterFault);
  return {
    name: declared.kind,
    durationMs,
    async begin({ cluster, clock }) {
      const startMs = clock.nowMs();
      // In the background: the readings are looked at meanwhile. What fails leaves all replicas ready, which shows.
      void (async () => {
        for (const kill of kills) {
          await clock.sleepUntil(startMs + kill.atMs);
          await cluster.inject(kill);
        }
      })().catch((error: unknown) => console.error(error));
    },
    signal: ready,
    isShown: (during) => during < 2,
    isGone: (after) => after === 2,
  };
}

/** Requests that are nobody's, on top of the users': drawn as a run draws them. */
function flood(durationMs: number): FaultCase {
  const fault = { kind: "ddos", atMs: 0, durationMs, factor: 2.5, target: "entry", seed: 1 } as const;
  const ratePerS = new Float64Array(Math.ceil(durationMs / 1_000)).fill(faultRatePerS);
  const workload = { ratePerS, stepMs: 1_000, faults: [fault] };
  return {
    name: fault.kind,
    durationMs,
    async begin({ sendFlood }) {
      for (const one of floodsOf(workload, faultTopology)) sendFlood(drawFloodTimesMs(one, workload));
    },
    signal: ({ arrivalsPerS }) => arrivalsPerS[BACK]!,
    isShown: (during, before) => during > 1.6 * before,
    isGone: (after, before) => after < 1.3 * before,
  };
}

export type Phases = { readonly before: number; readonly during: number; readonly after: number };

/**
 * Lets a fault happen in a cluster that is in its stride, and gives its signal before, during and after.
 *
 * @param limitMs  how long it may take until nothing of it shows any more
 */
export async function playFault(
  stage: FaultStage,
  { durationMs, begin, signal, isGone, afterwards }: FaultCase,
  limitMs: number,
): Promise<Phases> {
  const { cluster, clock } = stage;
  const before = await medianOver(cluster, clock, 1_500, signal);
  const startMs = clock.nowMs();
  await begin(stage);
  await clock.sleepUntil(startMs + durationMs * 0.55);
  const during = await medianOver(cluster, clock, durationMs * 0.35, signal);
  await clock.sleepUntil(startMs + durationMs);
  await afterwards?.(cluster);
  const untilMs = clock.nowMs() + limitMs;
  let after = await medianOver(cluster, clock, 1_500, signal);
  while (!isGone(after, before) && clock.nowMs() < untilMs) after = await medianOver(cluster, clock, 1_500, signal);
  return { before, during, after };
}

async function medianOver(
  cluster: Cluster,
  clock: Clock,
  lengthMs: number,
  signal: FaultCase["signal"],
): Promise<number> {
  const values: number[] = [];
  for (const endMs = clock.nowMs() + lengthMs; clock.nowMs() < endMs; await clock.sleepUntil(clock.nowMs() + 100)) {
    const value = signal(await cluster.observe());
    if (!Number.isNaN(value)) values.push(value);
  }
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
