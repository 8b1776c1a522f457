/** A namespace as the API server lists it, as far as it is told. */
export type Listing = {
  readonly namespace: string;
  readonly deployments: readonly DeploymentState[];
  readonly pods: readonly PodState[];
};

type DeploymentState = {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number };
};

export type PodState = {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly ContainerSpec[] };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly containerStatuses?: readonly ContainerState[];
  };
};

type ContainerState = {
  readonly name: string;
  readonly restartCount: number;
  readonly state?: { readonly waiting?: { readonly reason?: string } };
};

type ContainerSpec = {
  readonly name: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly resources?: { readonly requests?: Resources; readonly limits?: Resources };
};
type Resources = { readonly cpu?: string };

type Sample = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number };

const phases = ["Pending", "Running", "Succeeded", "Failed", "Unknown"];

/** @source kube-state-metrics: names, labels, units */
export function stateText(listings: readonly Listing[]): string {
  const samples = listings.flatMap((listing) => [
    ...listing.deployments.flatMap((one) => deploymentSamples(listing.namespace, one)),
    ...listing.pods.flatMap((one) => podSamples(listing.namespace, one)),
  ]);
  const names = [...new Set(samples.map(({ name }) => name))];
  return names.map((name) => familyText(name, samples)).join("");
}

function deploymentSamples(namespace: string, { metadata, spec, status }: DeploymentState): readonly Sample[] {
  const labels = { namespace, deployment: metadata.name };
  return [
    { name: "kube_deployment_spec_replicas", labels, value: spec.replicas ?? 1 },
    { name: "kube_deployment_status_replicas_ready", labels, value: status?.readyReplicas ?? 0 },
  ];
}

function podSamples(namespace: string, { metadata, spec, status }: PodState): readonly Sample[] {
  const labels = { namespace, pod: metadata.name };
  return [
    ...phases.map((phase) => ({
      name: "kube_pod_status_phase",
      labels: { ...labels, phase },
      value: status?.phase === phase ? 1 : 0,
    })),
    ...spec.containers.flatMap(({ name: container, resources }) => [
      ...cpuSamples("kube_pod_container_resource_requests", { ...labels, container }, resources?.requests),
      ...cpuSamples("kube_pod_container_resource_limits", { ...labels, container }, resources?.limits),
    ]),
    ...(status?.containerStatuses ?? []).flatMap((container) => containerSamples(labels, container)),
  ];
}

function containerSamples(pod: Sample["labels"], { name, restartCount, state }: ContainerState): readonly Sample[] {
  const labels = { ...pod, container: name };
  const restarts = { name: "kube_pod_container_status_restarts_total", labels, value: restartCount };
  const reason = state?.waiting?.reason;
  if (reason === undefined) return [restarts];
  return [restarts, { name: "kube_pod_container_status_waiting_reason", labels: { ...labels, reason }, value: 1 }];
}

function cpuSamples(name: string, labels: Sample["labels"], resources: Resources | undefined): readonly Sample[] {
  const cores = resources?.cpu === undefined ? undefined : coresOf(resources.cpu);
  if (cores === undefined) return [];
  return [{ name, labels: { ...labels, resource: "cpu", unit: "core" }, value: cores }];
}

/** The API server writes CPU in cores or thousandths. */
function coresOf(quantity: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity) ?? [];
  if (digits === undefined) return undefined;
  return unit === "m" ? Number(digits) / 1_000 : Number(digits);
}

function familyText(name: string, samples: readonly Sample[]): string {
  const type = name.endsWith("_total") ? "counter" : "gauge";
  const lines = samples.filter((sample) => sample.name === name).map(sampleText);
  return [`# TYPE ${name} ${type}`, ...lines, ""].join("\n");
}

function sampleText({ name, labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}=${JSON.stringify(text)}`);
  return `${name}{${pairs.join(",")}} ${value}`;
}
