import { join } from "node:path";
import type { Need } from "../clusters/kubernetes/up/access-rules.ts";
import type { RunningCluster } from "../control/loop/running-cluster.ts";
import { guardRulesFor } from "../control/guard/rules.ts";
import { KarmaError } from "../core/errors.ts";
import { createRng } from "../core/rng.ts";
import { type LiveContest, liveFile, liveFormat, type LivePlay } from "../evaluate/live-contest.ts";
import { initialSizes } from "../control/need/initial-sizes.ts";
import { periodsOfLoad } from "../evaluate/period.ts";
import type { Played } from "../evaluate/played.ts";
import { playedOf } from "../evaluate/played-of.ts";
import { defaultPrices } from "../evaluate/prices.ts";
import { playOnTwin } from "../evaluate/play.ts";
import type { Update } from "../host/progress.ts";
import { writeBelow } from "../host/write.ts";
import { liveContestMarkdown } from "../report/live-contest.ts";
import type { Topology } from "../system/topology/topology.ts";
import type { Workload } from "../system/workload/workload.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import { awaitCalm, declaredMilli, setSizes } from "./cluster-sizes.ts";
import { refuseTraces } from "./evaluation/stage.ts";
import { type ScenarioSetup, lengthOf, workloadFor } from "./evaluation/scenario-setup.ts";
import type { Host } from "./host.ts";
import type { Inputs } from "./inputs.ts";
import { createHpaController } from "./hpa-controller.ts";
import { type KubernetesPlace, kubernetesPlace } from "./kubernetes-place.ts";
import { generatorFor } from "./in-cluster-generator.ts";
import { FALLBACK, type LivePlayer, livePlayers } from "./live-players.ts";
import { type LiveResult, runLive } from "./live-run.ts";
import { objectiveFrom } from "./load.ts";
import { leavingAs } from "./on-exit.ts";
import { requireRights } from "./require-rights.ts";
import { calibrationOfRun, teamWarnings } from "./run-calibration.ts";
import { requireRunningCluster } from "./running-cluster.ts";
import { findRun, type ReadRun } from "./runs.ts";
import { scaleAlone } from "./scale-alone.ts";
import { requireTrainedTimeScale } from "./time-scale.ts";
import { openTransferLog, type TransferLog } from "./transfer-log.ts";
import { type Where, whereName } from "./where.ts";

export type LiveContestRequest = {
  /** What was typed, to be told in the result. */
  readonly command: string;
  readonly inputs: Inputs;
  readonly where: Where;
  readonly volumePerS: number | undefined;
  /** Of each play, seconds of the scenario; the scenario's when undefined. */
  readonly lengthS: number | undefined;
  /** Each autoscaler plays each of them once. */
  readonly seeds: readonly number[];
  readonly against: readonly string[];
  readonly runName: string | undefined;
  readonly hasTeam: boolean;
  /** Folder of the result; runs/live/<topology> when undefined. */
  readonly out: string | undefined;
};

export type LiveContestResult = { readonly contest: LiveContest; readonly folder: string };

/** Replicas may start slowly on a full machine, and an overload takes its time to drain. */
const CALM_PATIENCE_MS = 180_000;

/**
 * Lets autoscalers scale a running cluster one after another, each under the same arrivals and faults from the same
 * sizes, and plays each of these runs on the twin too.
 */
export async function contestOnCluster(request: LiveContestRequest, host: Host): Promise<LiveContestResult> {
  const { inputs, where } = request;
  await requireRights(inputs, where, needsOf(request));
  const cluster = await requireRunningCluster(inputs, where);
  try {
    const place = await kubernetesPlace(inputs.topology, where);
    const folder = request.out ?? join(host.cwd, "runs", "live", inputs.topology.name);
    const stage = setStage(request, { cluster, place, folder }, host);
    for (const warning of stage.warnings) await host.progress.step(`warning: ${warning}`, async () => {});
    const hpa = place === undefined ? undefined : createHpaController(place, cluster.topology);
    const { topology } = inputs;
    const contest = await scaleAlone({ topology, where, what: "karma evaluate" }, host.signal, (signal) =>
      leavingAs("restore", cluster, hpa, () => playAll(request, stage, cluster, { ...host, signal })),
    );
    return { contest, folder };
  } finally {
    await cluster.close();
  }
}

function needsOf({ against }: LiveContestRequest): Need[] {
  const needs: Need[] = ["scale", "load", "faults", "heal", "hpa"];
  return against.some(resizes) ? [...needs, "resize"] : needs;
}

function resizes(spec: string): boolean {
  return spec.split(":", 1)[0] === "vpa";
}

async function playAll(
  request: LiveContestRequest,
  stage: Stage,
  cluster: RunningCluster,
  host: Host,
): Promise<LiveContest> {
  const plays: LivePlay[] = [];
  for (const [round, seed] of request.seeds.entries()) {
    const workload = workloadFor(stage.setup, "evaluate", seed, cluster.timing.timeScale);
    for (const player of rotated(stage.players, round)) {
      plays.push(await playBoth({ ...stage, cluster, workload, seed }, player, host));
      // What is played is kept: a run that is stopped an hour later has lost nothing of it.
      await save(stage.folder, contestOf(request, stage, cluster, plays));
    }
  }
  return contestOf(request, stage, cluster, plays);
}

type Stage = {
  readonly topology: Topology;
  readonly setup: ScenarioSetup;
  readonly calibration: Calibration;
  readonly players: readonly LivePlayer[];
  /** Somebody changes CPU limits: everybody begins with the declared ones. */
  readonly isResizing: boolean;
  readonly run: string | undefined;
  readonly folder: string;
  readonly where: Where;
  readonly warnings: readonly string[];
};

type Found = {
  readonly cluster: RunningCluster;
  readonly place: KubernetesPlace | undefined;
  readonly folder: string;
};

/** Everything is read and checked, nothing has been played. */
function setStage(request: LiveContestRequest, { cluster, place, folder }: Found, host: Host): Stage {
  const { inputs, against, volumePerS, lengthS } = request;
  const run = request.hasTeam ? findRun(host.cwd, request.runName, inputs.topologyHash) : undefined;
  if (run !== undefined) requireFairTeam(run, request, cluster);
  const topology = objectiveFrom(inputs, cluster);
  const { timing } = cluster;
  const players = livePlayers({ topology, timing, clock: cluster.clock, place, checkpoint: run?.checkpoint, against });
  if (players.length === 0) {
    throw new KarmaError("USAGE", "expected an autoscaler to play, found none", "karma train, or --against hpa");
  }
  return {
    topology,
    players,
    isResizing: against.some(resizes),
    setup: { name: inputs.topology.name, inputs, volumePerS, lengthS },
    calibration: calibrationOfRun(run, topology, timing),
    run: run?.team,
    folder,
    where: request.where,
    warnings: teamWarnings(request.hasTeam, run, timing),
  };
}

/** A team plays at the time scale it was trained at, and no recording it was trained on. */
function requireFairTeam(run: ReadRun, { inputs }: LiveContestRequest, cluster: RunningCluster): void {
  requireTrainedTimeScale(run, cluster);
  refuseTraces(run, [{ name: inputs.topology.name, inputs }]);
}

/** Another one begins each round, so that what a machine does over the hours favours none. */
function rotated<T>(all: readonly T[], round: number): readonly T[] {
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

type Match = Stage & { readonly cluster: RunningCluster; readonly workload: Workload; readonly seed: number };

async function playBoth(match: Match, player: LivePlayer, host: Host): Promise<LivePlay> {
  const { topology, calibration, workload, seed, cluster } = match;
  const { name } = player;
  const title = `${name} scales ${topology.name}, seed ${seed}`;
  const result = await host.progress.step(title, async (update) => {
    const log = logOf(match, player);
    try {
      return await playLive(match, player, log, update, host.signal);
    } finally {
      log.close();
    }
  });
  const twin = await playOnTwin({
    topology,
    calibration,
    workload,
    rules: guardRulesFor(cluster.timing),
    autoscaler: player.onTwin(workload),
    rng: createRng(`twin of live ${seed}`),
  });
  const warnings = [...result.load.warnings, ...paceWarnings(player, cluster)];
  return { autoscaler: name, seed, live: livePlayed(match, result), twin, warnings };
}

/** Every decision of a play, beside the result. */
function logOf({ folder, cluster, where, seed, topology, run }: Match, { name }: LivePlayer): TransferLog {
  const file = `${name.replaceAll(/[^\w.-]+/g, "-")}-seed${seed}.jsonl`;
  return openTransferLog(join(folder, "decisions", file), {
    run: run ?? name,
    cluster: cluster.name,
    on: whereName(where),
    mode: "live",
    seed,
    startMs: cluster.clock.nowMs(),
    timing: { syncPeriodMs: cluster.timing.syncPeriodMs, timeScale: cluster.timing.timeScale },
    services: topology.services.map((service) => service.name),
    fallback: FALLBACK,
  });
}

/** A controller of Kubernetes' own does not follow a cluster's time scale. */
function paceWarnings({ controller }: LivePlayer, { timing }: RunningCluster): string[] {
  if (controller === undefined || timing.timeScale === 1) return [];
  return [
    `it decides at Kubernetes' own pace, the traffic passes ${timing.timeScale} times as fast: no fair comparison`,
  ];
}

/** The figures of a play on the twin, of a play on a cluster. */
function livePlayed({ topology, workload, cluster }: Match, result: LiveResult): Played {
  const { load, startMs, readings, changes, servicePodSeconds, serviceSizedPodSeconds } = result;
  const { requests, violating, ok, latency } = load;
  const services = topology.services.map(({ name }) => name);
  const timeline = { services, changes, periods: periodsOfLoad(readings, load.timeline, startMs) };
  const spent = { servicePodSeconds, serviceSizedPodSeconds };
  const told = { requests, violating, failed: requests - ok, latency, ...spent };
  const { timeScale } = cluster.timing;
  return playedOf(told, timeline, { topology, workload, timeScale, prices: defaultPrices });
}

async function playLive(
  { topology, cluster, workload, seed, setup, where, isResizing }: Match,
  { autoscaler, controller }: LivePlayer,
  { onDecision, onReadings }: TransferLog,
  update: Update,
  signal: AbortSignal,
): ReturnType<typeof runLive> {
  const { timing } = cluster;
  await cluster.heal();
  const replicas = initialSizes(topology, workload.ratePerS[0]!);
  await (isResizing ? setSizes(cluster, replicas, declaredMilli(topology)) : setSizes(cluster, replicas));
  await awaitCalm(cluster, CALM_PATIENCE_MS, signal);
  const run = {
    cluster,
    topology,
    timing,
    workload,
    process: setup.inputs.scenario.arrivals.process,
    mode: "live" as const,
    seed,
    warmUpMs: 2 * timing.windowMs,
    onDecision,
    onReadings,
    ...generatorFor(setup.inputs, where),
    ...(autoscaler === undefined ? {} : { autoscaler: autoscaler(workload) }),
    ...(controller === undefined ? {} : { controller }),
  };
  return runLive(run, update, signal);
}

function contestOf(
  { command, where, seeds }: LiveContestRequest,
  { topology, setup, calibration, run, warnings }: Stage,
  { timing }: RunningCluster,
  plays: readonly LivePlay[],
): LiveContest {
  return {
    format: liveFormat,
    command,
    topology: topology.name,
    objectiveMs: topology.objective.p95Ms,
    run,
    on: whereName(where),
    timeScale: timing.timeScale,
    lengthS: lengthOf(setup),
    currency: defaultPrices.currency,
    calibration: calibration.source,
    seeds,
    plays,
    warnings,
  };
}

async function save(folder: string, contest: LiveContest): Promise<void> {
  await writeBelow(folder, [
    { path: liveFile, content: `${JSON.stringify(contest, null, 2)}\n` },
    { path: "live.md", content: liveContestMarkdown(contest) },
  ]);
}
