import { createAutoscaler } from "../control/autoscalers/autoscalers.ts";
import type { RunningCluster } from "../control/loop/running-cluster.ts";
import { KarmaError } from "../core/errors.ts";
import { quantileOf } from "../core/histogram.ts";
import { type PartFigures, type PartGap, type Shown, figuresOf, gapOf } from "../evaluate/twin-part.ts";
import type { Topology } from "../system/topology/topology.ts";
import type { Workload } from "../system/workload/workload.ts";
import { type Calibration, declaredCalibration } from "../twin/calibrate/calibration.ts";
import { readCalibration } from "./calibrate-recordings.ts";
import { setSizes } from "./cluster-sizes.ts";
import type { Host } from "./host.ts";
import type { Inputs } from "./inputs.ts";
import { generatorFor } from "./in-cluster-generator.ts";
import { ratePerSAt } from "./record.ts";
import { requireRunningCluster } from "./running-cluster.ts";
import { scaleAlone } from "./scale-alone.ts";
import { type Part, playOnCluster, playOnTwins } from "./twin-parts.ts";
import { type Where, whereName } from "./where.ts";

export type CompareRequest = {
  readonly inputs: Inputs;
  readonly where: Where;
  /** Shares of what the bottleneck can serve at its present size. */
  readonly loads: readonly number[];
  /** Of each part, ms of the cluster's clock. */
  readonly lengthMs: number;
  readonly calibrationPath: string | undefined;
  readonly hasHpa: boolean;
  readonly hasCrash: boolean;
  readonly seed: number;
};

export type ComparedPart = {
  readonly part: string;
  readonly cluster: PartSide;
  readonly requests: PartSide & { readonly gap: PartGap };
  readonly fluid: PartSide & { readonly gap: PartGap };
};

/** Figures, and what a chart is drawn from. */
type PartSide = PartFigures & {
  /** p1 to p99, ms. */
  readonly quantilesMs: readonly number[];
  /** Ready replicas of each service over time, from the part's first readings on. */
  readonly sizes: readonly { readonly atMs: number; readonly ready: readonly number[] }[];
};

export type CompareResult = {
  readonly topology: string;
  readonly services: readonly string[];
  readonly on: string;
  readonly timeScale: number;
  readonly seed: number;
  readonly calibration: Calibration["source"];
  readonly parts: readonly ComparedPart[];
};

/** Plays every part on the cluster, then on both twins, and says how far they are apart. */
export async function compareTwins(request: CompareRequest, host: Host): Promise<CompareResult> {
  const { inputs, where } = request;
  const cluster = await requireRunningCluster(inputs, where);
  try {
    return await scaleAlone({ topology: inputs.topology, where, what: "karma twin" }, host.signal, (signal) =>
      compareOn(cluster, request, { ...host, signal }),
    );
  } finally {
    await cluster.close();
  }
}

async function compareOn(cluster: RunningCluster, request: CompareRequest, host: Host): Promise<CompareResult> {
  const { inputs, where, calibrationPath, seed } = request;
  const topology: Topology = { ...cluster.topology, objective: inputs.topology.objective };
  const { timing } = cluster;
  const calibration =
    calibrationPath === undefined
      ? declaredCalibration(topology, timing)
      : readCalibration(host.cwd, calibrationPath, topology, timing.timeScale);
  const sizes = (await cluster.observe()).ready.slice();
  const parts: ComparedPart[] = [];
  for (const [name, part] of partsOf(request, topology, cluster, sizes)) {
    await settleAt(cluster, sizes, host.signal);
    const shown = await host.progress.step(`${name} on ${cluster.name}`, (update) =>
      playOnCluster(cluster, { ...part, ...generatorFor(inputs, where) }, update, host.signal),
    );
    const twins = await host.progress.step(`${name} on the twins`, () => playOnTwins(part, calibration));
    parts.push(comparedPart(name, topology, shown, twins));
  }
  await settleAt(cluster, sizes, host.signal);
  const services = topology.services.map((service) => service.name);
  const told = { on: whereName(where), timeScale: timing.timeScale, seed, calibration: calibration.source };
  return { topology: topology.name, services, ...told, parts };
}

function partsOf(
  { loads, lengthMs, hasHpa, hasCrash, seed }: CompareRequest,
  topology: Topology,
  { timing }: RunningCluster,
  sizes: Float64Array,
): [string, Part][] {
  const fullPerS = ratePerSAt(topology, sizes);
  const stepMs = 1_000 / timing.timeScale;
  const steps = Math.max(1, Math.round(lengthMs / stepMs));
  const shared = { topology, seed, sizes, warmUpMs: Math.ceil(timing.windowMs / stepMs) * stepMs };
  const rates = (share: (part: number) => number): Workload => ({
    ratePerS: Float64Array.from({ length: steps }, (_, step) => fullPerS * share(step / steps)),
    stepMs,
    faults: [],
  });
  const [low = 0.3] = loads;
  const parts: [string, Part][] = loads.map((load) => [`load ${load}`, { ...shared, workload: rates(() => load) }]);
  if (hasHpa) {
    const crowd = rates((at) => (at > 0.3 && at < 0.7 ? CROWD : 0.4));
    parts.push([
      "crowd under HPA",
      { ...shared, workload: crowd, autoscaler: () => createAutoscaler("hpa", { topology, timing }) },
    ]);
  }
  if (hasCrash) {
    const crashing = topology.services[sizes.indexOf(Math.max(...sizes))]!.name;
    const fault = { kind: "kill-pod" as const, atMs: steps * stepMs * 0.3, service: crashing, count: 1 };
    parts.push(["crash", { ...shared, workload: { ...rates(() => low), faults: [fault] } }]);
  }
  return parts;
}

/** Load of the flash crowd, of what the sizes at the start can serve. */
const CROWD = 0.9;

function comparedPart(
  part: string,
  { services }: Topology,
  shown: Shown,
  twins: { readonly requests: Shown; readonly fluid: Shown },
): ComparedPart {
  const names = services.map(({ name }) => name);
  const cluster = sideOf(shown, names);
  const compared = (twin: Shown): PartSide & { readonly gap: PartGap } => {
    const side = sideOf(twin, names);
    return { ...side, gap: gapOf(side, cluster, [twin.latency, shown.latency]) };
  };
  return { part, cluster, requests: compared(twins.requests), fluid: compared(twins.fluid) };
}

function sideOf(shown: Shown, names: readonly string[]): PartSide {
  const firstMs = shown.readings[0]?.atMs ?? 0;
  return {
    ...figuresOf(shown, names),
    quantilesMs: Array.from({ length: 99 }, (_, at) => quantileOf(shown.latency, (at + 1) / 100)),
    sizes: shown.readings.map(({ atMs, ready }) => ({ atMs: atMs - firstMs, ready: Array.from(ready) })),
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
