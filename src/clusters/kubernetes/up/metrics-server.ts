import type { V1APIService } from "@kubernetes/client-node";
import {
  METRICS_API_SERVICE,
  type MetricsServerOptions,
  metricsServerObjects,
} from "../../../system/compile/metrics-server.ts";
import { refusal } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { type Manifest, applyObjects, deleteObject } from "./apply.ts";

/** `absent`: nobody serves metrics.k8s.io; `waiting`: somebody shall, and does not yet; `unknown`: one may not look. */
export type MetricsState = {
  readonly kind: "absent" | "waiting" | "available" | "unknown";
  /** True for one that karma put there. */
  readonly isOwn: boolean;
  /** Why it waits, as the API server says. */
  readonly why: string;
};

export async function metricsState(caller: ApiCaller): Promise<MetricsState> {
  const answer = await caller.call({ path: `/apis/apiregistration.k8s.io/v1/apiservices/${METRICS_API_SERVICE}` });
  if (answer.status === 404) return { kind: "absent", isOwn: false, why: "" };
  if (answer.status === 403) return { kind: "unknown", isOwn: false, why: "" };
  if (answer.status >= 300) throw refusal(caller.context, answer, `read APIService ${METRICS_API_SERVICE}`);
  const { metadata, status } = JSON.parse(answer.text) as V1APIService;
  const available = status?.conditions?.find(({ type }) => type === "Available");
  return {
    kind: available?.status === "True" ? "available" : "waiting",
    isOwn: metadata?.labels?.["app.kubernetes.io/managed-by"] === "karma-sim",
    why: available?.message ?? "",
  };
}

export async function applyMetricsServer(
  caller: ApiCaller,
  options: MetricsServerOptions,
  signal: AbortSignal,
): Promise<void> {
  await applyObjects(caller, metricsServerObjects(options), () => {}, signal);
}

/** Takes away what {@link applyMetricsServer} put there. */
export async function deleteMetricsServer(caller: ApiCaller): Promise<void> {
  for (const object of metricsServerObjects({ trustsAnyKubelet: true }).toReversed()) {
    await deleteObject(caller, object as Manifest);
  }
}
