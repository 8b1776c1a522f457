import { join } from "node:path";
import type { Need } from "../clusters/kubernetes/up/access-rules.ts";
import type { LoadResult } from "../clusters/load/load-result.ts";
import { createAutoscaler } from "../control/autoscalers/autoscalers.ts";
import { guardRulesFor } from "../control/guard/rules.ts";
import type { Autoscaler, Decision } from "../control/loop/autoscaler.ts";
import type { Outcome } from "../control/loop/outcome.ts";
import type { RunningCluster } from "../control/loop/running-cluster.ts";
import type { Timing } from "../control/loop/timing.ts";
import { KarmaError } from "../core/errors.ts";
import { createRng } from "../core/rng.ts";
import { playOnTwin } from "../evaluate/play.ts";
import type { Update } from "../host/progress.ts";
import type { Topology } from "../system/topology/topology.ts";
import { createDoubtedTeam } from "../team/policy/doubted.ts";
import type { Host } from "./host.ts";
import { generatorFor } from "./in-cluster-generator.ts";
import { createHpaController } from "./hpa-controller.ts";
import { kubernetesPlace } from "./kubernetes-place.ts";
import { runLive } from "./live-run.ts";
import { type LoadRequest, objectiveFrom, seedOf } from "./load.ts";
import { type OnExit, leavingAs, onExitFor } from "./on-exit.ts";
import { calibrationOfRun } from "./run-calibration.ts";
import { requireRights } from "./require-rights.ts";
import { requireRunningCluster } from "./running-cluster.ts";
import { type ReadRun, requireRun, runFiles } from "./runs.ts";
import { scaleAlone } from "./scale-alone.ts";
import { requireTrainedTimeScale } from "./time-scale.ts";
import { openTransferLog, type DecisionCounts, type TransferLog } from "./transfer-log.ts";
import { workloadOf } from "./traffic.ts";
import { type WatchOutcome, watchOver } from "./watch-over.ts";
import { type Where, whereName } from "./where.ts";

export type TransferRequest = LoadRequest & {
  readonly runName: string | undefined;
  /** `shadow` decides and logs: it changes no size and injects no fault. The load is sent where `hasLoad`. */
  readonly mode: "live" | "shadow";
  readonly where: Where;
  /** Spec of the autoscaler that decides for a service while there is doubt. */
  readonly fallback: string;
  readonly onExit: OnExit | undefined;
  /** False: the cluster has traffic of its own, the loop runs alone for `durationMs`, or until it is stopped. */
  readonly hasLoad: boolean;
  readonly durationMs: number | undefined;
};

export type TransferResult = DecisionCounts & {
  /** Under our own load. */
  readonly outcome?: Outcome;
  /** What became of each request of our own load; undefined on the twin. */
  readonly load?: LoadResult;
  /** Without a load of our own: what the readings said. */
  readonly watched?: WatchOutcome;
  readonly run: string;
  readonly mode: "live" | "shadow";
  readonly on: string;
  /** What was left behind; undefined where nothing was changed. */
  readonly onExit: OnExit | undefined;
  readonly lastChanges: readonly Decision[];
  /** Every decision with what was seen, its reasons and its effect, as JSON lines. */
  readonly logPath: string;
};

type Part = Pick<TransferResult, "outcome" | "load" | "watched">;

/** Lets the team of a run scale a running cluster, or watch one; or the twin it was trained on. */
export async function transfer(request: TransferRequest, host: Host): Promise<TransferResult> {
  const { inputs, mode, where } = request;
  const onExit = onExitFor(where, request.onExit);
  checkLoad(request);
  await requireRights(inputs, where, needsOf(request));
  const cluster = where.kind === "twin" ? undefined : await requireRunningCluster(inputs, where);
  try {
    const run = requireRun(host.cwd, request.runName, inputs.topologyHash);
    if (cluster !== undefined) requireTrainedTimeScale(run, cluster);
    const left = mode === "live" && cluster !== undefined ? onExit : undefined;
    const part = await host.progress.step(titleOf(request), (update) =>
      cluster === undefined
        ? logged(request, run, cluster, (play) => playTwin(request, play))
        : playOn(cluster, request, onExit, host.signal, (signal) =>
            logged(request, run, cluster, (play) => playLive(request, play, cluster, update, signal)),
          ),
    );
    return { ...part, run: run.team, mode, on: whereName(where), onExit: left };
  } finally {
    await cluster?.close();
  }
}

function needsOf({ mode, hasLoad }: TransferRequest): readonly Need[] {
  const live: readonly Need[] = ["scale", "hpa", ...(hasLoad ? (["faults", "heal"] as const) : [])];
  return ["watch", ...(hasLoad ? (["load"] as const) : []), ...(mode === "live" ? live : [])];
}

function titleOf({ inputs, mode, where }: TransferRequest): string {
  return `the team ${mode === "live" ? "scales" : "watches"} ${where.kind === "twin" ? "the twin of " : ""}${inputs.topology.name}`;
}

/** The log begins where nothing can be refused any more: a transfer that is refused leaves none. */
async function logged(
  request: TransferRequest,
  run: ReadRun,
  cluster: RunningCluster | undefined,
  work: (play: Play) => Promise<Part>,
): Promise<LoggedPart> {
  const play = prepare(request, run, cluster);
  const { log } = play;
  try {
    const part = await work(play);
    return { ...part, ...log.counts(), logPath: log.path, lastChanges: log.lastChanges() };
  } finally {
    log.close();
  }
}

type LoggedPart = Part & DecisionCounts & Pick<TransferResult, "logPath" | "lastChanges">;

/** A team that only watches takes nothing away and leaves nothing behind. */
async function playOn(
  cluster: RunningCluster,
  { inputs, mode, where }: TransferRequest,
  onExit: OnExit,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<LoggedPart>,
): Promise<LoggedPart> {
  if (mode === "shadow") return work(signal);
  const { topology } = inputs;
  return scaleAlone({ topology, where, what: "karma transfer" }, signal, async (alone) => {
    const place = await kubernetesPlace(topology, where);
    const hpa = place === undefined ? undefined : createHpaController(place, cluster.topology);
    return leavingAs(onExit, cluster, hpa, () => work(alone));
  });
}

type Play = {
  readonly run: ReadRun;
  readonly topology: Topology;
  readonly timing: Timing;
  readonly autoscaler: Autoscaler;
  readonly log: TransferLog;
};

function prepare(request: TransferRequest, run: ReadRun, cluster: RunningCluster | undefined): Play {
  const { inputs, mode, where, fallback } = request;
  const topology = cluster === undefined ? inputs.topology : objectiveFrom(inputs, cluster);
  const timing = cluster === undefined ? run.checkpoint.timing : cluster.timing;
  const context = { topology, timing };
  const rule = createAutoscaler(fallback, context);
  const log = openTransferLog(join(run.path, runFiles.decisions), {
    run: run.team,
    cluster: cluster?.name ?? topology.name,
    on: whereName(where),
    mode,
    seed: seedOf(request),
    startMs: cluster?.clock.nowMs() ?? 0,
    timing: { syncPeriodMs: timing.syncPeriodMs, timeScale: timing.timeScale },
    services: topology.services.map(({ name }) => name),
    fallback: rule.name,
  });
  return { run, topology, timing, log, autoscaler: createDoubtedTeam(run.checkpoint, context, rule) };
}

function playLive(
  request: TransferRequest,
  { topology, timing, autoscaler, log }: Play,
  cluster: RunningCluster,
  update: Update,
  signal: AbortSignal,
): Promise<Part> {
  const { inputs, where, mode, volumePerS, hasLoad, durationMs } = request;
  const { onReadings, onDecision } = log;
  const scaling = { cluster, topology, timing, autoscaler, mode, onReadings, onDecision };
  if (!hasLoad) return watchOver(scaling, durationMs, update, signal).then((watched) => ({ watched }));
  const seed = seedOf(request);
  const workload = workloadOf(inputs, createRng(seed), { timeScale: timing.timeScale, volumePerS });
  const { process } = inputs.scenario.arrivals;
  return runLive({ ...scaling, ...generatorFor(inputs, where), workload, process, seed }, update, signal);
}

/** The same loop, guard and workload in simulated time: seconds instead of minutes, and nothing needs to be up. */
async function playTwin(request: TransferRequest, { run, topology, timing, autoscaler, log }: Play): Promise<Part> {
  const { inputs, mode, volumePerS } = request;
  const seed = seedOf(request);
  const outcome = await playOnTwin({
    topology,
    calibration: calibrationOfRun(run, topology, timing),
    workload: workloadOf(inputs, createRng(seed), { timeScale: timing.timeScale, volumePerS }),
    rules: guardRulesFor(timing),
    autoscaler,
    rng: createRng(`twin ${seed}`),
    mode,
    onReadings: log.onReadings,
    onDecision: log.onDecision,
  });
  return { outcome };
}

function checkLoad({ where, hasLoad, durationMs }: TransferRequest): void {
  if (where.kind === "twin" && !hasLoad) {
    throw new KarmaError("USAGE", "the twin has no traffic but the scenario's", "leave --no-load out");
  }
  if (hasLoad && durationMs !== undefined) {
    const hint =
      "the scenario says how long its load is; --no-load --duration is for a cluster with traffic of its own";
    throw new KarmaError("USAGE", "expected --duration together with --no-load, found it alone", hint);
  }
}
