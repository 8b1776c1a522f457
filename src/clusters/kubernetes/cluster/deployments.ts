import { KarmaError } from "../../../core/errors.ts";
import { kubernetesName } from "../../../system/compile/kubernetes-names.ts";
import type { Topology } from "../../../system/topology/topology.ts";
import { FIELD_MANAGER } from "../api.ts";
import { callForJson, refusal } from "./api-failure.ts";
import type { ApiCaller } from "./api-request.ts";
import { cpuResources } from "./cpu-resources.ts";
import { type PodObject, limitMilliOf } from "./pod-state.ts";
import { instanceSelector } from "./selectors.ts";

type DeploymentList = {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
    readonly spec: { readonly replicas?: number; readonly template?: { readonly spec?: PodObject["spec"] } };
  }[];
};

/** `autoscaling/v1`; only the replicas are changed. */
type Scale = {
  readonly metadata: { readonly resourceVersion: string };
  readonly spec: { readonly replicas?: number };
};

/** What a service's Deployment says. */
export type Sizes = {
  readonly replicas: number;
  /** What a resize wants of pods, millicores; undefined where none was. */
  readonly cpuMilli: number | undefined;
  /** What the template of its pods says, millicores; undefined where it says nothing. */
  readonly templateMilli: number | undefined;
};

/** On a Deployment: CPU limit that its pods shall have other than that of the template, millicores. */
const CPU_ANNOTATION = "karma-sim/cpu-milli";
/** Others write too; who loses reads again. */
const TRIES = 8;

function deploymentsPath(namespace: string): string {
  return `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments`;
}

/** By service. */
export async function readSizes(
  caller: ApiCaller,
  namespace: string,
  { name, services }: Topology,
): Promise<ReadonlyMap<string, Sizes>> {
  const path = `${deploymentsPath(namespace)}?${instanceSelector(name)}`;
  const { items } = await callForJson<DeploymentList>(caller, { path }, "list Deployments");
  const found = new Map(items.map((item) => [item.metadata.name, item]));
  return new Map(
    services.map((service) => {
      const item = found.get(kubernetesName(service.name));
      if (item === undefined) throw missing(service.name, namespace, caller.context);
      const annotation = item.metadata.annotations?.[CPU_ANNOTATION];
      const cpuMilli = annotation === undefined ? undefined : Number(annotation);
      const templateMilli = limitMilliOf(item.spec.template?.spec);
      return [service.name, { replicas: item.spec.replicas ?? 1, cpuMilli, templateMilli }];
    }),
  );
}

/** CPU limit that pods shall have: what a resize left, or the template, or else the declared one. */
export function limitOf({ cpuMilli, templateMilli }: Sizes, declaredMilli: number): number {
  return cpuMilli ?? templateMilli ?? declaredMilli;
}

/** Sets the replicas of a Deployment, and nothing where they are that already. */
export async function scaleDeployment(
  caller: ApiCaller,
  namespace: string,
  service: string,
  replicas: number,
): Promise<void> {
  const path = `${deploymentsPath(namespace)}/${kubernetesName(service)}/scale`;
  const what = `scale Deployment ${kubernetesName(service)}`;
  for (let attempt = 1; ; attempt++) {
    const scale = await callForJson<Scale>(caller, { path }, what);
    if ((scale.spec.replicas ?? 0) === replicas) return;
    const answer = await caller.call({
      method: "PUT",
      path: `${path}?fieldManager=${FIELD_MANAGER}`,
      body: { ...scale, spec: { ...scale.spec, replicas } },
    });
    if (answer.status < 300) return;
    if (answer.status !== 409 || attempt === TRIES) throw refusal(caller.context, answer, what);
  }
}

/** Remembers a size for pods to come, for every karma that looks; no pod is replaced. */
export async function annotateSize(
  caller: ApiCaller,
  namespace: string,
  service: string,
  cpuMilli: number,
): Promise<void> {
  await patch(caller, namespace, service, { metadata: { annotations: { [CPU_ANNOTATION]: String(cpuMilli) } } });
}

/** Pods to come have the size of the template again. */
export async function forgetSize(caller: ApiCaller, namespace: string, service: string): Promise<void> {
  await patch(caller, namespace, service, { metadata: { annotations: { [CPU_ANNOTATION]: null } } });
}

/** Gives the template a size; Kubernetes then replaces the pods one by one. */
export async function resizeTemplate(
  caller: ApiCaller,
  namespace: string,
  service: string,
  cpuMilli: number,
  requestShare: number,
): Promise<void> {
  await patch(caller, namespace, service, { spec: { template: { spec: cpuResources(cpuMilli, requestShare) } } });
}

async function patch(caller: ApiCaller, namespace: string, service: string, body: object): Promise<void> {
  const name = kubernetesName(service);
  const path = `${deploymentsPath(namespace)}/${name}?fieldManager=${FIELD_MANAGER}`;
  const contentType = "application/strategic-merge-patch+json";
  await callForJson(caller, { method: "PATCH", path, contentType, body }, `resize Deployment ${name}`);
}

function missing(service: string, namespace: string, context: string): KarmaError {
  return new KarmaError(
    "NOT_READY",
    `namespace ${namespace} of context ${context} has no Deployment ${kubernetesName(service)}`,
    "karma cluster up brings it back",
  );
}
