import type { LoadFlood, LoadSpec } from "../clusters/load/load-spec.ts";
import { startLoad } from "../clusters/load/start-load.ts";
import type { LoadResult } from "../clusters/load/load-result.ts";
import type { EntryUrl, RunningCluster } from "../control/loop/running-cluster.ts";
import type { Timing } from "../control/loop/timing.ts";
import { createRng } from "../core/rng.ts";
import { epochMs } from "../host/clock.ts";
import type { Update } from "../host/progress.ts";
import type { Topology } from "../system/topology/topology.ts";
import { connectionLifeMs } from "../system/workload/connection-life.ts";
import { drawArrivalTimesMs } from "../system/workload/arrival-times.ts";
import type { ArrivalProcess } from "../system/workload/scenario.ts";
import { drawFloodTimesMs, floodsOf } from "../system/workload/flood.ts";
import { type Workload, workloadLengthMs } from "../system/workload/workload.ts";
import { type EntryWork, drawEntryWorkMs } from "./entry-work.ts";

/** Who sends the load, in place of a process of this machine. */
export type Generator = {
  /** Until it is there, ms. */
  readonly leadMs: number;
  /** An entry's address as the generator sees it. */
  readonly urlOf: (entry: Pick<EntryUrl, "service" | "endpoint">) => string;
  send(spec: LoadSpec, signal: AbortSignal): Promise<LoadResult>;
};

/** What is sent to a cluster, and how. */
export type LiveLoad = {
  readonly cluster: RunningCluster;
  readonly topology: Topology;
  readonly timing: Timing;
  readonly workload: Workload;
  /** How arrivals are spaced. */
  readonly process: ArrivalProcess;
  readonly seed: number;
  /** Load at the first rate before anything counts or scales, so that metrics and connections are in their stride, ms. */
  readonly warmUpMs?: number;
  /** Mocks are told the work of each request where it enters; undefined: they draw it. */
  readonly entryWork?: EntryWork;
  readonly generator?: Generator;
};

const REQUEST_TIMEOUT_MS = 10_000;
/** The generator starts in a process of its own; load, loop and faults begin together once it is there. */
const LEAD_MS = 800;

/** From a start until the load begins, ms. */
export function leadMsOf(generator: Generator | undefined): number {
  return generator?.leadMs ?? LEAD_MS;
}

/** @param loadFromMs  when the warm-up begins, on the cluster's clock */
export async function sendLoad(
  run: LiveLoad,
  loadFromMs: number,
  update: Update,
  signal: AbortSignal,
): Promise<LoadResult> {
  const rng = createRng(run.seed).split("arrivals");
  const warmUpMs = run.warmUpMs ?? 0;
  const startTimesMs = drawArrivalTimesMs(withWarmUp(run.workload, warmUpMs), run.process, rng);
  const lengthMs = workloadLengthMs(run.workload);
  const workMs =
    run.entryWork === undefined
      ? undefined
      : drawEntryWorkMs(run.topology, startTimesMs.length, run.seed, run.entryWork);
  const { clock } = run.cluster;
  const spec: LoadSpec = {
    entries: entriesFor(run).map(({ url, share }) => ({ url, share })),
    startTimesMs,
    ...(workMs === undefined ? {} : { workMs }),
    ...(run.entryWork === "even" ? { isWorkEven: true } : {}),
    floods: floodsFor(run, warmUpMs),
    timeoutMs: REQUEST_TIMEOUT_MS,
    objectiveMs: run.topology.objective.p95Ms,
    connectionLifeMs: connectionLifeMs / run.timing.timeScale,
    seed: run.seed,
    warmUpMs,
    startAtEpochMs: epochMs() + loadFromMs - clock.nowMs(),
  };
  if (run.generator !== undefined) return run.generator.send(spec, signal);
  return startLoad(spec, signal, ({ sent, violating }) => {
    const done = Math.min(1, (clock.nowMs() - loadFromMs) / (warmUpMs + lengthMs));
    update(done, `${sent} requests sent, ${violating} violating`);
  });
}

/** The entries, at the addresses that the generator sees. */
function entriesFor({ cluster, generator }: LiveLoad): readonly EntryUrl[] {
  return cluster.entryUrls().map(({ service, endpoint, share, url }) => ({
    service,
    endpoint,
    share,
    url: generator?.urlOf({ service, endpoint }) ?? url,
  }));
}

/** What floods send, to the addresses of the cluster; it starts with the workload. */
function floodsFor(run: LiveLoad, warmUpMs: number): readonly LoadFlood[] {
  const { workload, topology } = run;
  const urls = entriesFor(run);
  return floodsOf(workload, topology).map((flood) => ({
    startTimesMs: drawFloodTimesMs(flood, workload).map((startMs) => startMs + warmUpMs),
    entries: flood.entries.flatMap(({ service, endpoint, share }) =>
      urls.flatMap((entry) =>
        entry.service === service && entry.endpoint === endpoint ? [{ url: entry.url, share }] : [],
      ),
    ),
    seed: flood.seed,
  }));
}

/** The first rate for so long, then the workload. */
export function withWarmUp(workload: Workload, warmUpMs: number): Workload {
  const { ratePerS, stepMs } = workload;
  const steps = Math.round(warmUpMs / stepMs);
  const warmed = new Float64Array(steps + ratePerS.length).fill(ratePerS[0] ?? 0);
  warmed.set(ratePerS, steps);
  return { ...workload, ratePerS: warmed };
}
