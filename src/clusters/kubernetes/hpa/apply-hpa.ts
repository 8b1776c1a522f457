import { type HpaConfig } from "../../../control/autoscalers/hpa.ts";
import { KarmaError } from "../../../core/errors.ts";
import { kubernetesName } from "../../../system/compile/kubernetes-names.ts";
import type { Topology } from "../../../system/topology/topology.ts";
import { FIELD_MANAGER } from "../api.ts";
import { callForJson, refusal } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { quantityToMilli } from "../quantity.ts";
import { findAutoscalers, refuseOthers } from "./find-autoscalers.ts";
import { checkForKubernetes } from "./hpa-checks.ts";
import { type HpaObject, hpaObject } from "./hpa-object.ts";

/**
 * Gives every Deployment of a topology a real HPA. Karma's own of an earlier run are replaced; any other autoscaler on
 * one of the Deployments is refused before anything changes. Where one cannot be made, none stays.
 *
 * @param config  percentages are of the CPU limit, whatever the Deployments request of it
 */
export async function applyHpa(
  api: ApiCaller,
  namespace: string,
  topology: Topology,
  config: HpaConfig,
): Promise<readonly HpaObject[]> {
  checkForKubernetes(config);
  const names = topology.services.map(({ name }) => kubernetesName(name));
  refuseOthers(await findAutoscalers(api, namespace), namespace, names);
  if (config.targetPerS !== undefined) await requireExternalMetrics(api);
  const shares = await Promise.all(names.map((name) => requestShareOf(api, namespace, name)));
  const wanted = shares.map((requestShare, service) =>
    hpaObject(config, { topology, namespace, service, requestShare }),
  );
  const before = await readHpas(api, namespace, topology);
  try {
    for (const object of wanted) await applyOne(api, object);
  } catch (error) {
    await backTo(before, api, namespace, topology).catch((failure: unknown) => {
      throw alsoFailed(error, failure);
    });
    throw error;
  }
  return wanted;
}

async function backTo(
  before: readonly HpaObject[],
  api: ApiCaller,
  namespace: string,
  topology: Topology,
): Promise<void> {
  await removeHpa(api, namespace, topology);
  await restoreHpas(api, before);
}

/** The first failure stays the failure, and what could not be put back is said with it. */
function alsoFailed(error: unknown, failure: unknown): unknown {
  if (!(error instanceof KarmaError)) return error;
  if (!(failure instanceof KarmaError)) return failure;
  const message = `${error.message}; the HPAs from before could not be put back: ${failure.message}`;
  return new KarmaError(error.code, message, error.hint, { cause: error });
}

/** Karma's own HPAs of a topology as they are, so that {@link restoreHpas} can put them back. */
export async function readHpas(api: ApiCaller, namespace: string, topology: Topology): Promise<readonly HpaObject[]> {
  const names = await ownNames(api, namespace, topology);
  return Promise.all(
    names.map(async (name) => {
      const what = `read HPA ${name}`;
      const { metadata, spec } = await callForJson<HpaObject>(api, { path: pathOf(namespace, name) }, what);
      const { labels } = metadata;
      return hpaAsRead({ name, namespace, labels }, spec);
    }),
  );
}

function hpaAsRead(metadata: HpaObject["metadata"], spec: HpaObject["spec"]): HpaObject {
  return { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata, spec };
}

/** Puts back what {@link readHpas} read. */
export async function restoreHpas(api: ApiCaller, objects: readonly HpaObject[]): Promise<void> {
  for (const object of objects) await patchOne(api, object);
}

/** HPAs that karma made for these services. */
async function ownNames(api: ApiCaller, namespace: string, topology: Topology): Promise<readonly string[]> {
  const names = new Set(topology.services.map(({ name }) => kubernetesName(name)));
  const found = await findAutoscalers(api, namespace);
  return found
    .filter(({ kind, name, isKarmas }) => kind === "HorizontalPodAutoscaler" && isKarmas && names.has(name))
    .map(({ name }) => name);
}

/** Takes away what {@link applyHpa} made, and nothing that others made. */
export async function removeHpa(api: ApiCaller, namespace: string, topology: Topology): Promise<void> {
  for (const name of await ownNames(api, namespace, topology)) {
    const answer = await api.call({ method: "DELETE", path: pathOf(namespace, name) });
    if (answer.status >= 300 && answer.status !== 404) throw refusal(api.context, answer, `delete HPA ${name}`);
  }
}

async function applyOne(api: ApiCaller, object: HpaObject): Promise<void> {
  requireTolerance(object, await patchOne(api, object));
}

function patchOne(api: ApiCaller, object: HpaObject): Promise<HpaObject> {
  const { name, namespace } = object.metadata;
  return callForJson<HpaObject>(
    api,
    {
      method: "PATCH",
      path: `${pathOf(namespace, name)}?fieldManager=${FIELD_MANAGER}&force=true&fieldValidation=Strict`,
      contentType: "application/apply-patch+yaml",
      body: object,
    },
    `create HPA ${name}`,
  );
}

/** A cluster that does not know the field drops it without a word, and decides by 0.1. */
function requireTolerance(asked: HpaObject, kept: HpaObject): void {
  for (const direction of ["scaleUp", "scaleDown"] as const) {
    if (asked.spec.behavior[direction].tolerance === undefined) continue;
    if (kept.spec.behavior[direction].tolerance !== undefined) continue;
    const message = `expected a cluster whose HPA has a tolerance of its own, found one that drops it`;
    throw new KarmaError("NOT_READY", message, "Kubernetes 1.35, or the feature gate HPAConfigurableTolerance; or 0.1");
  }
}

async function requestShareOf(api: ApiCaller, namespace: string, name: string): Promise<number> {
  const deployment = await callForJson<DeploymentView>(
    api,
    { path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}` },
    `read Deployment ${name}`,
  );
  let requestMilli = 0;
  let limitMilli = 0;
  for (const { resources } of deployment.spec.template.spec.containers) {
    const limit = resources?.limits?.["cpu"] ?? resources?.requests?.["cpu"];
    const request = resources?.requests?.["cpu"] ?? limit;
    requestMilli += request === undefined ? 0 : quantityToMilli(request);
    limitMilli += limit === undefined ? 0 : quantityToMilli(limit);
  }
  if (requestMilli > 0) return requestMilli / limitMilli;
  const hint = "give its containers resources.requests.cpu";
  throw new KarmaError("NOT_READY", `expected a CPU request in Deployment ${name}, found none`, hint);
}

type DeploymentView = {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly ContainerView[] } } };
};

type ContainerView = {
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
};

async function requireExternalMetrics(api: ApiCaller): Promise<void> {
  const answer = await api.call({ path: "/apis/external.metrics.k8s.io/v1beta1" });
  if (answer.status < 300) return;
  const message = `expected an API of external metrics for a target in requests per second, found none`;
  throw new KarmaError("NOT_READY", message, "give a CPU target, such as kubernetes-hpa:60; or install an adapter");
}

function pathOf(namespace: string, name: string): string {
  return `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/${name}`;
}
