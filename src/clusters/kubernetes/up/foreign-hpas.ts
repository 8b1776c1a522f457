import type { V2HorizontalPodAutoscalerList } from "@kubernetes/client-node";
import { KarmaError, type Problem } from "../../../core/errors.ts";
import { callForJson } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";

/** @throws KarmaError where Kubernetes already scales a Deployment of the namespace: two autoscalers work against each other */
export async function refuseForeignHpas(caller: ApiCaller, namespace: string): Promise<void> {
  const path = `/apis/autoscaling/v2/namespaces/${encodeURIComponent(namespace)}/horizontalpodautoscalers`;
  const { items } = await callForJson<V2HorizontalPodAutoscalerList>(caller, { path }, "list HPAs");
  const problems: Problem[] = items
    .filter(({ metadata }) => metadata?.labels?.["app.kubernetes.io/managed-by"] !== "karma-sim")
    .map(({ metadata, spec }) => ({
      path: `hpa/${metadata?.name ?? ""}`,
      message: `scales ${spec?.scaleTargetRef.kind ?? ""} ${spec?.scaleTargetRef.name ?? ""}`,
    }));
  if (problems.length === 0) return;
  throw new KarmaError(
    "NOT_READY",
    `expected no autoscaler in ${namespace} but karma's, found others: two of them on one Deployment undo each other`,
    `kubectl --context ${caller.context} -n ${namespace} delete ${problems.map(({ path: hpa }) => hpa).join(" ")}`,
    { problems },
  );
}
