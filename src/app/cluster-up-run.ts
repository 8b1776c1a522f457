import { openKubernetesApi, type KubernetesApi } from "../clusters/kubernetes/api.ts";
import { createApiCaller } from "../clusters/kubernetes/cluster/api-caller.ts";
import type { ApiCaller } from "../clusters/kubernetes/cluster/api-request.ts";
import { runTool } from "../clusters/kubernetes/run-tool.ts";
import type { KindTools } from "../clusters/kubernetes/up/kind.ts";
import { runLong } from "../clusters/kubernetes/up/run-stream.ts";
import type { UpPlan } from "./cluster-up-plan.ts";
import type { KubernetesUpRequest } from "./cluster-up-request.ts";
import type { Host } from "./host.ts";
import type { Undo } from "./undo.ts";

/** One bringing up: what is asked for, and what every step needs. */
export type UpRun = {
  readonly request: KubernetesUpRequest;
  readonly plan: UpPlan;
  readonly host: Host;
  readonly undo: Undo;
};

/** The API server, reached through the context that was named, and no other. */
export type Reached = { readonly api: KubernetesApi; readonly caller: ApiCaller };

export const tools: KindTools = { run: runTool, runLong };

export async function reach(context: string): Promise<Reached> {
  const api = await openKubernetesApi(context);
  return { api, caller: createApiCaller(api) };
}
