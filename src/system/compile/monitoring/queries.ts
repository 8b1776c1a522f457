import { kubernetesName, namespaceOf } from "../kubernetes-names.ts";
import type { Service, Topology } from "../../topology/topology.ts";

/** Upper edges of the buckets of the mock's latency histogram, s. */
const BUCKETS_S = [
  0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.04, 0.06, 0.1, 0.15, 0.25, 0.4, 0.6, 1, 1.5, 2.5, 5, 10,
];

/** Rates are over this; at least four scrapes of any common period. */
const WINDOW = "1m";

/** PromQL of one topology. Series of pods carry `namespace`, `pod` and `service`. */
export type Queries = {
  /** Of the entries together. */
  readonly entry: {
    readonly requests: string;
    readonly violatingShare: string;
    readonly latency: (quantile: number) => string;
    readonly errors: string;
  };
  readonly service: (service: Service) => ServiceQueries;
  readonly podsPending: string;
  readonly restarts: string;
};

export type ServiceQueries = {
  readonly requests: string;
  readonly errors: string;
  /** Cores that all pods use, may use, and ask for. */
  readonly cpuCores: string;
  readonly cpuLimitCores: string;
  readonly cpuRequestCores: string;
  /** Share of the limit that the pods use. */
  readonly cpuShare: string;
  readonly desired: string;
  readonly ready: string;
  readonly scraped: string;
  readonly queued: string;
  readonly inFlight: string;
  /** Mean time a request waits for a slot or for CPU, s. */
  readonly wait: string;
  readonly latency: (quantile: number) => string;
};

export function queriesOf(topology: Topology): Queries {
  const namespace = `namespace="${namespaceOf(topology.name)}"`;
  const pending = `kube_pod_status_phase{${namespace},phase="Pending"}`;
  return {
    entry: entryQueries(topology, namespace),
    service: (service) => serviceQueries(service, namespace),
    podsPending: `sum(${pending})`,
    restarts: `sum by (pod) (increase(kube_pod_container_status_restarts_total{${namespace}}[10m]))`,
  };
}

/** What users meet: all endpoints at which requests come in. */
function entryQueries({ entries, objective }: Topology, namespace: string): Queries["entry"] {
  // Where there are several, one without traffic must not hide the others.
  const sum = (name: string, more = "", isRare = entries.length > 1): string =>
    entries
      .map(({ service, endpoint }) => `${namespace},service="${service}",endpoint="${endpoint}"${more}`)
      .map((labels) => `sum(rate(${name}{${labels}}[${WINDOW}]))`)
      .map((one) => (isRare ? `(${one} or vector(0))` : one))
      .join(" + ");
  const histogram = entries
    .map(({ service, endpoint }) => `${namespace},service="${service}",endpoint="${endpoint}"`)
    .map((labels) => `rate(http_request_duration_seconds_bucket{${labels}}[${WINDOW}])`)
    .join(" or ");
  const all = sum("http_requests_total");
  const failed = sum("http_requests_total", ',code!="200"', true);
  const fast = sum("http_request_duration_seconds_bucket", `,le="${bucketFor(objective.p95Ms)}"`);
  const slow = `(${sum("http_request_duration_seconds_count")} - (${fast}))`;
  return {
    requests: all,
    errors: failed,
    violatingShare: `clamp_max((${failed} + ${slow}) / ((${all}) > 0), 1)`,
    latency: (quantile) => `histogram_quantile(${quantile}, sum by (le) (${histogram}))`,
  };
}

/** The largest edge not above the objective, so that no slow request counts as fast. */
function bucketFor(p95Ms: number): number {
  return BUCKETS_S.findLast((edgeS) => edgeS <= p95Ms / 1_000) ?? BUCKETS_S[0]!;
}

function serviceQueries(service: Service, namespace: string): ServiceQueries {
  const own = `${namespace},service="${service.name}"`;
  const deployment = `${namespace},deployment="${kubernetesName(service.name)}"`;
  const pods = `${namespace},pod=~"${kubernetesName(service.name)}-[a-z0-9]+-[a-z0-9]+",resource="cpu"`;
  const rate = (name: string, more = ""): string => `sum(rate(${name}{${own}${more}}[${WINDOW}]))`;
  const cpuCores = rate("process_cpu_seconds_total");
  const cpuLimitCores = `sum(kube_pod_container_resource_limits{${pods}})`;
  return {
    requests: rate("http_requests_total"),
    errors: `${rate("http_requests_total", ',code!="200"')} or vector(0)`,
    cpuCores,
    cpuLimitCores,
    cpuRequestCores: `sum(kube_pod_container_resource_requests{${pods}})`,
    cpuShare: `${cpuCores} / ${cpuLimitCores}`,
    desired: `sum(kube_deployment_spec_replicas{${deployment}})`,
    ready: `sum(kube_deployment_status_replicas_ready{${deployment}})`,
    scraped: `sum(up{${own}})`,
    queued: `sum(mock_requests_queued{${own}})`,
    inFlight: `sum(mock_requests_in_flight{${own}})`,
    wait: `${rate("mock_wait_seconds_total")} / (${rate("http_requests_total")} > 0)`,
    latency: (quantile) =>
      `histogram_quantile(${quantile}, sum by (le) (rate(http_request_duration_seconds_bucket{${own}}[${WINDOW}])))`,
  };
}
