import { RATE_METRIC } from "../../../src/clusters/kubernetes/hpa/hpa-object.ts";
import type { ApiCaller } from "../../../src/clusters/kubernetes/cluster/api-request.ts";
import { seenOf } from "./api.ts";
import type { Contest } from "./contest.ts";
import { NAMESPACE as namespace } from "./objects.ts";
import type { MetricsAnswer } from "./relay.ts";
import type { Told } from "./trial.ts";

const failure: MetricsAnswer = {
  status: 500,
  body: { kind: "Status", apiVersion: "v1", status: "Failure", code: 500 },
};

/** The metrics APIs, as far as the API server and the HPA ask for them. */
export function answerer(
  api: ApiCaller,
  contests: ReadonlyMap<string, Contest>,
): (path: string) => Promise<MetricsAnswer> {
  return async (asked) => {
    const url = new URL(asked, "https://relay");
    const parts = url.pathname.split("/").filter((part) => part !== "");
    if (parts[0] === "apis" && parts.length === 3) return { status: 200, body: resourcesOf(`${parts[1]}/${parts[2]}`) };
    const name = /=([\w-]+)$/.exec(url.searchParams.get("labelSelector") ?? "")?.[1];
    const contest = contests.get(name ?? "");
    if (parts[3] !== "namespaces" || contest === undefined || name === undefined)
      return { status: 404, body: failure.body };
    const now = (await seenOf(api, name)).get(name)!;
    const part = parts[1] === "metrics.k8s.io" ? "cpu" : "rate";
    const told = contest.ask(now, Date.now(), part);
    return part === "cpu" ? cpuAnswer(told) : rateAnswer(told);
  };
}

function resourcesOf(groupVersion: string): object {
  const isPods = groupVersion.startsWith("metrics");
  const resource = isPods
    ? { name: "pods", singularName: "", namespaced: true, kind: "PodMetrics", verbs: ["get", "list"] }
    : { name: RATE_METRIC, singularName: "", namespaced: true, kind: "ExternalMetricValueList", verbs: ["get"] };
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: [resource] };
}

function cpuAnswer({ samples }: Told): MetricsAnswer {
  if (samples === undefined) return failure;
  const items = [...samples].map(([name, { useMilli, atS, windowS }]) => ({
    metadata: { name, namespace },
    timestamp: new Date(atS * 1_000).toISOString().replace(".000", ""),
    window: `${windowS}s`,
    containers: [{ name: "idle", usage: { cpu: `${useMilli}m`, memory: "1Mi" } }],
  }));
  return { status: 200, body: { kind: "PodMetricsList", apiVersion: "metrics.k8s.io/v1beta1", metadata: {}, items } };
}

function rateAnswer({ rateMilli }: Told): MetricsAnswer {
  if (rateMilli === undefined) return failure;
  const timestamp = new Date().toISOString();
  const item = { metricName: RATE_METRIC, metricLabels: {}, timestamp, value: `${rateMilli}m` };
  const body = {
    kind: "ExternalMetricValueList",
    apiVersion: "external.metrics.k8s.io/v1beta1",
    metadata: {},
    items: [item],
  };
  return { status: 200, body };
}
