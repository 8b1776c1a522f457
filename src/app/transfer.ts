import { join } from "node:path";
import type { LoadResult } from "../clusters/load/load-result.ts";
import type { LocalClusterClient } from "../clusters/local/client.ts";
import { guardRulesFor } from "../control/guard/rules.ts";
import type { Outcome } from "../control/loop/outcome.ts";
import type { Decision } from "../control/loop/autoscaler.ts";
import { KarmaError } from "../core/errors.ts";
import { createRng } from "../core/rng.ts";
import type { Update } from "../host/progress.ts";
import { playOnTwin } from "../evaluate/play.ts";
import { openRunFolder } from "../host/run-folder.ts";
import { createLearnedAutoscaler } from "../team/policy/learned.ts";
import type { Host } from "./host.ts";
import { type LiveResult, runLive } from "./live-run.ts";
import { type LoadRequest, objectiveFrom, seedOf } from "./load.ts";
import { requireCluster } from "./running-cluster.ts";
import { calibrationOfRun } from "./run-calibration.ts";
import { type ReadRun, requireRun } from "./runs.ts";
import { workloadOf } from "./traffic.ts";

export type TransferRequest = LoadRequest & {
  readonly runName: string | undefined;
  /** `shadow` decides and logs, and leaves the cluster alone. */
  readonly mode: "live" | "shadow";
  readonly on: "local" | "twin";
};

export type TransferResult = {
  readonly outcome: Outcome;
  /** What became of each request; undefined on the twin. */
  readonly load?: LoadResult;
  readonly run: string;
  readonly mode: "live" | "shadow";
  readonly decisions: readonly Decision[];
  /** Every decision with its reasons, as JSON lines. */
  readonly logPath: string;
};

const LOG = "decisions.jsonl";

/** Lets the team of a run scale the cluster that is up, or the twin it was trained on, under the scenario's load. */
export async function transfer(request: TransferRequest, host: Host): Promise<TransferResult> {
  const { inputs, mode } = request;
  const cluster = request.on === "twin" ? undefined : await requireCluster(inputs);
  const run = requireRun(host.cwd, request.runName, inputs.topologyHash);
  const folder = openRunFolder(run.path);
  folder.rewind(LOG, () => false);
  const decisions: Decision[] = [];
  const onDecision = (decision: Decision): void => {
    decisions.push(decision);
    folder.append(LOG, decision);
  };
  const play: TransferPlay = { request, run, onDecision };
  const title = `the team ${mode === "live" ? "scales" : "watches"} ${cluster === undefined ? "the twin of " : ""}${inputs.topology.name}`;
  const result = await host.progress.step(title, (update) =>
    cluster === undefined ? playTwin(play) : playLive(play, cluster, update, host.signal),
  );
  return { ...result, run: run.path, mode, decisions, logPath: join(run.path, LOG) };
}

type TransferPlay = {
  readonly request: TransferRequest;
  readonly run: ReadRun;
  readonly onDecision: (decision: Decision) => void;
};

async function playLive(
  { request, run, onDecision }: TransferPlay,
  cluster: LocalClusterClient,
  update: Update,
  signal: AbortSignal,
): Promise<LiveResult> {
  const { inputs, mode, volumePerS } = request;
  const { timing } = cluster;
  checkTimeScale(run.checkpoint.timing.timeScale, timing.timeScale);
  const topology = objectiveFrom(inputs, cluster);
  const seed = seedOf(request);
  const workload = workloadOf(inputs, createRng(seed), { timeScale: timing.timeScale, volumePerS });
  const { process } = inputs.scenario.arrivals;
  const autoscaler = createLearnedAutoscaler(run.checkpoint, { topology, timing });
  return runLive({ cluster, topology, timing, workload, process, autoscaler, mode, seed, onDecision }, update, signal);
}

/** The same loop, guard and workload in simulated time: seconds instead of minutes, and nothing needs to be up. */
async function playTwin({ request, run, onDecision }: TransferPlay): Promise<{ readonly outcome: Outcome }> {
  const { inputs, mode, volumePerS } = request;
  const { topology } = inputs;
  const { timing } = run.checkpoint;
  const seed = seedOf(request);
  const workload = workloadOf(inputs, createRng(seed), { timeScale: timing.timeScale, volumePerS });
  const outcome = await playOnTwin({
    topology,
    calibration: calibrationOfRun(run, topology, timing),
    workload,
    rules: guardRulesFor(timing),
    autoscaler: createLearnedAutoscaler(run.checkpoint, { topology, timing }),
    rng: createRng(`twin ${seed}`),
    mode,
    onDecision,
  });
  return { outcome };
}

function checkTimeScale(trained: number, running: number): void {
  if (trained === running) return;
  throw new KarmaError(
    "INPUT_INVALID",
    `the team was trained at time scale ${trained}, the cluster runs at ${running}`,
    `karma train --time-scale ${running}, or karma cluster down and up with --time-scale ${trained}`,
  );
}
