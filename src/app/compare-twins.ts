import type { RunningCluster } from "../control/loop/running-cluster.ts";
import { KarmaError } from "../core/errors.ts";
import { type Histogram, quantileOf } from "../core/histogram.ts";
import { type TwinBars, barsAt, missesOf } from "../evaluate/twin-bars.ts";
import { type Pooled, ownNoise, poolPlays } from "../evaluate/twin-noise.ts";
import { type PartFigures, type PartGap, type Shown, gapOf } from "../evaluate/twin-part.ts";
import type { Topology } from "../system/topology/topology.ts";
import { type Calibration, declaredCalibration } from "../twin/calibrate/calibration.ts";
import { readCalibration } from "./calibrate-recordings.ts";
import { setSizes } from "./cluster-sizes.ts";
import { type NamedPart, type PartsRequest, comparedParts, servicesToRenew } from "./compared-parts.ts";
import type { Host } from "./host.ts";
import type { Inputs } from "./inputs.ts";
import { generatorFor } from "./in-cluster-generator.ts";
import { leavingAs } from "./on-exit.ts";
import { renewReplicas } from "./renew-replicas.ts";
import { requireRunningCluster } from "./running-cluster.ts";
import { scaleAlone } from "./scale-alone.ts";
import { type Part, type TwinPlays, playOnCluster, playOnTwins } from "./twin-parts.ts";
import { type Where, whereName } from "./where.ts";

export type CompareRequest = PartsRequest & {
  readonly inputs: Inputs;
  readonly where: Where;
  readonly calibrationPath: string | undefined;
  /** Plays of each part on the cluster: what they differ by is its own noise. */
  readonly repeats: number;
};

/** One part as the cluster played it. */
export type MeasuredPart = {
  readonly part: string;
  readonly cluster: PartSide;
  /** How far the cluster was from itself; undefined where it played once. */
  readonly own?: PartGap;
  readonly bars: TwinBars;
};

export type ComparedPart = MeasuredPart & {
  readonly requests: ComparedSide;
  readonly fluid: ComparedSide;
};

type ComparedSide = PartSide & {
  readonly gap: PartGap;
  /** What of it lies beyond its bar. */
  readonly misses: readonly (keyof TwinBars)[];
};

/** Figures, and what a chart is drawn from. */
type PartSide = PartFigures & {
  /** p1 to p99, ms. */
  readonly quantilesMs: readonly number[];
  /** Ready replicas of each service over time in the first play, from the part's first readings on. */
  readonly sizes: readonly { readonly atMs: number; readonly ready: readonly number[] }[];
};

export type CompareResult = {
  readonly topology: string;
  readonly services: readonly string[];
  readonly on: string;
  readonly timeScale: number;
  readonly seed: number;
  readonly repeats: number;
  /** Of each part, ms of the cluster's clock. */
  readonly lengthMs: number;
  readonly machine: Machine;
  readonly calibration: Calibration["source"];
  readonly parts: readonly ComparedPart[];
};

/** What the request-level twin is told of where replicas run. */
export type Machine = Pick<Part, "nodeCores" | "cpuQuota">;

/** Plays every part on the cluster, then on both twins, and says how far they are apart. */
export async function compareTwins(request: CompareRequest, host: Host): Promise<CompareResult> {
  const { inputs, where } = request;
  const cluster = await requireRunningCluster(inputs, where);
  try {
    return await compareAlone(cluster, request, host);
  } finally {
    await cluster.close();
  }
}

/** Parts change sizes: whatever becomes of them, the cluster gets those it had back. */
export function compareAlone(cluster: RunningCluster, request: CompareRequest, host: Host): Promise<CompareResult> {
  const { inputs, where } = request;
  return scaleAlone({ topology: inputs.topology, where, what: "karma twin" }, host.signal, (signal) =>
    leavingAs("restore", cluster, undefined, () => compareOn(cluster, request, { ...host, signal })),
  );
}

async function compareOn(cluster: RunningCluster, request: CompareRequest, host: Host): Promise<CompareResult> {
  const { inputs, where, calibrationPath, seed, repeats, lengthMs } = request;
  const topology: Topology = { ...cluster.topology, objective: inputs.topology.objective };
  const { timing } = cluster;
  const calibration =
    calibrationPath === undefined
      ? declaredCalibration(topology, timing)
      : readCalibration(host.cwd, calibrationPath, topology, timing.timeScale);
  const sizes = (await cluster.observe()).desired.slice();
  const machine = machineOf(cluster);
  const parts: ComparedPart[] = [];
  for (const one of comparedParts(request, { topology, timing, sizes, hasPods: where.kind !== "local" })) {
    const part = { ...one.part, ...generatorFor(inputs, where), ...machine };
    const shown = await playOften(cluster, { ...one, part }, repeats, host);
    const twins = await host.progress.step(`${one.name} on the twins`, () => playOnTwins(part, calibration));
    parts.push(comparedPart(one, shown, twins));
  }
  const services = topology.services.map((service) => service.name);
  const told = { on: whereName(where), timeScale: timing.timeScale, seed, repeats, lengthMs, machine };
  return { topology: topology.name, services, ...told, calibration: calibration.source, parts };
}

function machineOf({ nodeCores, cpuQuota }: RunningCluster): Machine {
  return {
    ...(nodeCores === undefined ? {} : { nodeCores }),
    ...(cpuQuota === undefined ? {} : { cpuQuota }),
  };
}

async function playOften(
  cluster: RunningCluster,
  { name, part }: NamedPart,
  repeats: number,
  { progress, signal }: Host,
): Promise<readonly Shown[]> {
  const plays: Shown[] = [];
  for (let repeat = 1; repeat <= repeats; repeat++) {
    await settleAt(cluster, part.sizes, signal);
    const title = `${name} on ${cluster.name}${repeats > 1 ? `, ${repeat} of ${repeats}` : ""}`;
    plays.push(await progress.step(title, (update) => playOnCluster(cluster, part, update, signal)));
    if (repeat < repeats) await renew(cluster, part, signal);
  }
  return plays;
}

async function renew(cluster: RunningCluster, part: Part, signal: AbortSignal): Promise<void> {
  const services = servicesToRenew(part);
  for (const [index, { name }] of part.topology.services.entries())
    if (services.has(name)) await renewReplicas(cluster, name, part.sizes[index]!, signal);
}

function comparedPart({ name, utilisation, part }: NamedPart, plays: readonly Shown[], twins: TwinPlays): ComparedPart {
  const services = part.topology.services.map((service) => service.name);
  const cluster = poolPlays(plays, services);
  const own = ownNoise(plays, services);
  const measured: MeasuredPart = {
    part: name,
    cluster: sideOf(cluster, plays),
    ...(own === undefined ? {} : { own }),
    bars: barsAt(utilisation, own),
  };
  return besideTwins(measured, cluster.latency, twins, services);
}

/** @param latency  of all plays of the cluster */
export function besideTwins(
  measured: MeasuredPart,
  latency: Histogram,
  twins: TwinPlays,
  services: readonly string[],
): ComparedPart {
  const compared = (shown: readonly Shown[]): ComparedSide => {
    const twin = poolPlays(shown, services);
    const gap = gapOf(twin.figures, measured.cluster, [twin.latency, latency]);
    return { ...sideOf(twin, shown), gap, misses: missesOf(gap, measured.bars) };
  };
  return { ...measured, requests: compared(twins.requests), fluid: compared(twins.fluid) };
}

function sideOf({ figures, latency }: Pooled, [first]: readonly Shown[]): PartSide {
  const { readings } = first!;
  const firstMs = readings[0]?.atMs ?? 0;
  return {
    ...figures,
    quantilesMs: Array.from({ length: 99 }, (_, at) => quantileOf(latency, (at + 1) / 100)),
    sizes: readings.map(({ atMs, ready }) => ({ atMs: atMs - firstMs, ready: Array.from(ready) })),
  };
}

const SIZES_TIMEOUT_MS = 180_000;
const DRAIN_MS = 30_000;
const ASK_EVERY_MS = 250;

/** Every part begins at the same sizes, all of them ready, and with what the last one left behind worked off. */
async function settleAt(cluster: RunningCluster, sizes: Float64Array, signal: AbortSignal): Promise<void> {
  const { clock } = cluster;
  const untilMs = clock.nowMs() + SIZES_TIMEOUT_MS;
  await setSizes(cluster, sizes);
  for (;;) {
    const { ready, queued } = await cluster.observe();
    const isDrained = !queued.some((one) => one >= 1) || clock.nowMs() > untilMs - SIZES_TIMEOUT_MS + DRAIN_MS;
    if (isDrained && ready.every((one, index) => one === sizes[index])) return;
    if (clock.nowMs() > untilMs) {
      const message = `expected ${sizes.join(", ")} ready replicas within ${SIZES_TIMEOUT_MS / 1_000} s`;
      throw new KarmaError("NOT_READY", `${message}, found ${ready.join(", ")}`, "karma cluster status says more");
    }
    await clock.sleepUntil(clock.nowMs() + ASK_EVERY_MS, signal);
  }
}
