import { KarmaError, type Problem } from "../../../core/errors.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { type FoundAutoscaler, findAutoscalers } from "../hpa/find-autoscalers.ts";

const resources: Readonly<Record<FoundAutoscaler["kind"], string>> = {
  HorizontalPodAutoscaler: "hpa",
  ScaledObject: "scaledobject",
  VerticalPodAutoscaler: "vpa",
};

/** @throws KarmaError where somebody else's HPA, ScaledObject or VPA is on a Deployment of the namespace */
export async function refuseForeignAutoscalers(caller: ApiCaller, namespace: string): Promise<void> {
  const found = await findAutoscalers(caller, namespace);
  const problems: Problem[] = found
    .filter(({ isKarmas }) => !isKarmas)
    .map(({ kind, name, target }) => ({ path: `${resources[kind]}/${name}`, message: `scales Deployment ${target}` }));
  if (problems.length === 0) return;
  throw new KarmaError(
    "NOT_READY",
    `expected no autoscaler in ${namespace} but karma's, found others: two of them on one Deployment undo each other`,
    `kubectl --context ${caller.context} -n ${namespace} delete ${problems.map(({ path }) => path).join(" ")}`,
    { problems },
  );
}
