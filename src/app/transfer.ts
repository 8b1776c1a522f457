import { join } from "node:path";
import type { Decision } from "../control/loop/autoscaler.ts";
import { KarmaError } from "../core/errors.ts";
import { createRng } from "../core/rng.ts";
import { openRunFolder } from "../host/run-folder.ts";
import { createLearnedAutoscaler } from "../team/policy/learned.ts";
import type { Host } from "./host.ts";
import { type LiveResult, runLive } from "./live-run.ts";
import { type LoadRequest, objectiveFrom, seedOf } from "./load.ts";
import { requireCluster } from "./running-cluster.ts";
import { requireRun } from "./runs.ts";
import { workloadOf } from "./traffic.ts";

export type TransferRequest = LoadRequest & {
  readonly runName: string | undefined;
  /** `shadow` decides and logs, and leaves the cluster alone. */
  readonly mode: "live" | "shadow";
};

export type TransferResult = LiveResult & {
  readonly run: string;
  readonly mode: "live" | "shadow";
  readonly decisions: readonly Decision[];
  /** Every decision with its reasons, as JSON lines. */
  readonly logPath: string;
};

const LOG = "decisions.jsonl";

/** Lets the team of a run scale the cluster that is up, under the scenario's load. */
export async function transfer(request: TransferRequest, host: Host): Promise<TransferResult> {
  const { inputs, mode } = request;
  const cluster = await requireCluster(inputs);
  const run = requireRun(host.cwd, request.runName, inputs.topologyHash);
  checkTimeScale(run.checkpoint.timing.timeScale, cluster.timing.timeScale);
  const topology = objectiveFrom(inputs, cluster);
  const { timing } = cluster;
  const seed = seedOf(request);
  const workload = workloadOf(inputs, createRng(seed), { timeScale: timing.timeScale, volumePerS: request.volumePerS });
  const { process } = inputs.scenario.arrivals;
  const autoscaler = createLearnedAutoscaler(run.checkpoint, { topology, timing });
  const folder = openRunFolder(run.path);
  folder.rewind(LOG, () => false);
  const decisions: Decision[] = [];
  const onDecision = (decision: Decision): void => {
    decisions.push(decision);
    folder.append(LOG, decision);
  };
  const result = await host.progress.step(
    `the team ${mode === "live" ? "scales" : "watches"} ${topology.name}`,
    (update) =>
      runLive(
        { cluster, topology, timing, workload, process, autoscaler, mode, seed, onDecision },
        update,
        host.signal,
      ),
  );
  return { ...result, run: run.path, mode, decisions, logPath: join(run.path, LOG) };
}

function checkTimeScale(trained: number, running: number): void {
  if (trained === running) return;
  throw new KarmaError(
    "INPUT_INVALID",
    `the team was trained at time scale ${trained}, the cluster runs at ${running}`,
    `karma train --time-scale ${running}, or karma cluster down and up with --time-scale ${trained}`,
  );
}
