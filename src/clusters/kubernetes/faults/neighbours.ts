import type { ClusterFault } from "../../../system/workload/fault.ts";
import { kubernetesName } from "../../../system/compile/kubernetes-names.ts";
import { callForJson, refusal } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { CONTAINER } from "../cluster/pod-state.ts";
import { awaitNeighbour } from "./await-neighbour.ts";
import { FAULT_LABEL, neighbourJob } from "./neighbour-job.ts";

type Deployment = {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
    };
  };
};

type Job = { readonly metadata: { readonly name: string } };

/** Its image is on the nodes already. */
const PATIENCE_MS = 15_000;

/**
 * Starts a neighbour from the image that the service itself runs, and waits until it does run. One that does not is
 * taken back.
 */
export async function startNeighbour(
  caller: ApiCaller,
  namespace: string,
  instance: string,
  fault: Extract<ClusterFault, { readonly kind: "contention" }>,
): Promise<void> {
  const image = await serviceImage(caller, namespace, fault.service);
  const body = neighbourJob({ ...fault, instance, image });
  const asked = { method: "POST", path: jobsPath(namespace), body } as const;
  const { metadata } = await callForJson<Job>(caller, asked, `start a neighbour of ${fault.service}`);
  try {
    await awaitNeighbour(caller, namespace, metadata.name, Math.min(PATIENCE_MS, fault.durationMs));
  } catch (error) {
    await endJob(caller, namespace, metadata.name);
    throw error;
  }
}

/** The image that a service runs: it is where the pods can have it. */
export async function serviceImage(caller: ApiCaller, namespace: string, service: string): Promise<string> {
  const path = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments/${kubernetesName(service)}`;
  const { spec } = await callForJson<Deployment>(caller, { path }, `read Deployment ${service}`);
  return spec.template.spec.containers.find(({ name }) => name === CONTAINER)!.image;
}

/** Deletes all neighbours, their pods too. */
export async function endNeighbours(caller: ApiCaller, namespace: string): Promise<void> {
  const path = `${jobsPath(namespace)}?labelSelector=${encodeURIComponent(FAULT_LABEL)}`;
  const answer = await caller.call({ method: "DELETE", path, body: WITH_PODS });
  if (answer.status >= 300) throw refusal(caller.context, answer, `delete neighbours in ${namespace}`);
}

const WITH_PODS = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };

async function endJob(caller: ApiCaller, namespace: string, name: string): Promise<void> {
  const answer = await caller.call({ method: "DELETE", path: `${jobsPath(namespace)}/${name}`, body: WITH_PODS });
  if (answer.status >= 300 && answer.status !== 404) throw refusal(caller.context, answer, `delete neighbour ${name}`);
}

function jobsPath(namespace: string): string {
  return `/apis/batch/v1/namespaces/${encodeURIComponent(namespace)}/jobs`;
}
