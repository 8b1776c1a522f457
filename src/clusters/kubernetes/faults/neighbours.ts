import type { ClusterFault } from "../../../system/workload/fault.ts";
import { kubernetesName } from "../../../system/compile/kubernetes-names.ts";
import { callForJson, refusal } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { CONTAINER } from "../cluster/pod-state.ts";
import { FAULT_LABEL, neighbourJob } from "./neighbour-job.ts";

type Deployment = {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
    };
  };
};

/** Starts a neighbour from the image that the service itself runs. */
export async function startNeighbour(
  caller: ApiCaller,
  namespace: string,
  instance: string,
  fault: Extract<ClusterFault, { readonly kind: "contention" }>,
): Promise<void> {
  const image = await serviceImage(caller, namespace, fault.service);
  const body = neighbourJob({ ...fault, instance, image });
  const answer = await caller.call({ method: "POST", path: jobsPath(namespace), body });
  if (answer.status >= 300) throw refusal(caller.context, answer, `start a neighbour of ${fault.service}`);
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
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
  const answer = await caller.call({ method: "DELETE", path, body });
  if (answer.status >= 300) throw refusal(caller.context, answer, `delete neighbours in ${namespace}`);
}

function jobsPath(namespace: string): string {
  return `/apis/batch/v1/namespaces/${encodeURIComponent(namespace)}/jobs`;
}
