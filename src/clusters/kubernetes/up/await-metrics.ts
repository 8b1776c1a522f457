import { setTimeout as sleep } from "node:timers/promises";
import { KarmaError } from "../../../core/errors.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { awaitRollout } from "./await-rollout.ts";
import { metricsState } from "./metrics-server.ts";

const PATIENCE_MS = 120_000;
const AGAIN_MS = 500;
const NEITHER = "karma cluster up --no-metrics-server does without: then CPU is read from the pods";

/** Waits until metrics are served; where karma put metrics-server, its pods are explained when they do not run. */
export async function awaitMetrics(
  caller: ApiCaller,
  signal: AbortSignal,
  patienceMs: number = PATIENCE_MS,
): Promise<void> {
  const untilMs = performance.now() + patienceMs;
  if ((await metricsState(caller)).isOwn) await awaitServer(caller, signal);
  for (;;) {
    const state = await metricsState(caller);
    if (state.kind === "available") return;
    if (performance.now() >= untilMs) {
      throw new KarmaError("NOT_READY", `metrics.k8s.io is registered, but does not answer: ${state.why}`, NEITHER);
    }
    await sleep(AGAIN_MS, undefined, { signal });
  }
}

async function awaitServer(caller: ApiCaller, signal: AbortSignal): Promise<void> {
  const scope = { namespace: "kube-system", selector: "k8s-app=metrics-server" };
  try {
    await awaitRollout(caller, { scope, patienceMs: PATIENCE_MS, onProgress: () => {} }, signal);
  } catch (error) {
    if (!(error instanceof KarmaError) || signal.aborted) throw error;
    const { code, message, problems } = error;
    throw new KarmaError(code, `metrics-server does not run: ${message}`, NEITHER, { cause: error, problems });
  }
}
