import type { ApiCaller } from "../clusters/kubernetes/cluster/api-request.ts";
import { unfitting } from "../clusters/kubernetes/fit.ts";
import { refuseForeignAutoscalers } from "../clusters/kubernetes/up/foreign-autoscalers.ts";
import { freeNodes } from "../clusters/kubernetes/up/free-nodes.ts";
import { isNamespaceThere } from "../clusters/kubernetes/up/namespace.ts";
import { metricsState } from "../clusters/kubernetes/up/metrics-server.ts";
import { requireServerVersion } from "../clusters/kubernetes/up/server-version.ts";
import { KarmaError, type Problem } from "../core/errors.ts";
import { METRICS_SERVER_REQUESTS } from "../system/compile/metrics-server.ts";
import type { Reached, UpRun } from "./cluster-up-run.ts";

/** Everything that can be known of a running cluster before something is applied there; what is only doubtful is given back. */
export async function checkTarget(run: UpRun, { caller }: Reached, seesNodes = true): Promise<readonly Problem[]> {
  const { plan, host } = run;
  await requireServerVersion(caller, host.signal);
  if (await isNamespaceThere(caller, plan.namespace, host.signal))
    await refuseForeignAutoscalers(caller, plan.namespace);
  if (seesNodes) await requireRoom(run, caller);
  return [...metricsWarning(run, (await metricsState(caller)).kind), ...(seesNodes ? [] : [blindness(run)])];
}

/** @throws KarmaError where the smallest number of replicas does not fit the nodes */
export async function requireRoom(run: UpRun, caller: ApiCaller): Promise<void> {
  const { topology, namespace } = run.plan;
  const nodes = await freeNodes(caller, namespace);
  const isComing = addsMetricsServer(run) && (await metricsState(caller)).kind === "absent";
  const left = nodes.map((node, index) => (isComing && index === 0 ? withoutMetricsServer(node) : node));
  const problems = unfitting(topology, left, run.request.requestShare);
  if (problems.length === 0) return;
  const hint = "the advice stands beside each service; nothing was applied";
  throw new KarmaError("NOT_READY", `the topology does not fit the nodes of ${run.plan.context}:`, hint, { problems });
}

type Node = Awaited<ReturnType<typeof freeNodes>>[number];

function withoutMetricsServer(node: Node): Node {
  const { cpuMilli, memoryMiB } = METRICS_SERVER_REQUESTS;
  return { ...node, cpuMilli: node.cpuMilli - cpuMilli, memoryMiB: node.memoryMiB - memoryMiB };
}

/** On a cluster that others run, nothing is put beside the topology without being asked for. */
export function addsMetricsServer({ request }: UpRun): boolean {
  return request.addsMetricsServer ?? request.where.kind === "kind";
}

function metricsWarning(run: UpRun, state: Awaited<ReturnType<typeof metricsState>>["kind"]): readonly Problem[] {
  if (state !== "absent" || addsMetricsServer(run)) return [];
  const message = `${run.plan.context} has no metrics-server: HPAs do not work there, and CPU is read from the pods; --metrics-server puts it there`;
  return [{ path: "metrics", message }];
}

function blindness({ plan }: UpRun): Problem {
  return {
    path: "nodes",
    message: `${plan.context} does not let you list nodes: whether the topology fits is not known`,
  };
}
