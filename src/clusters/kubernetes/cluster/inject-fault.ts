import { requireService } from "../../../control/loop/check-request.ts";
import { KarmaError } from "../../../core/errors.ts";
import type { ClusterFault } from "../../../system/workload/fault.ts";
import type { Topology } from "../../../system/topology/topology.ts";
import type { ApiCaller } from "./api-request.ts";
import { deletePod } from "./delete-pod.ts";
import type { PodRegistry } from "./pod-registry.ts";

export type FaultWay = {
  readonly caller: ApiCaller;
  readonly namespace: string;
  readonly registry: PodRegistry;
  readonly spec: { readonly topology: Topology };
};

/** Makes a fault start now. A killed pod is deleted without grace; its ReplicaSet makes another one. */
export async function injectFault({ caller, namespace, registry, spec }: FaultWay, fault: ClusterFault): Promise<void> {
  requireService(spec.topology, fault.service);
  if (fault.kind !== "kill-pod") {
    const message = `the fault ${fault.kind} is not made on Kubernetes`;
    throw new KarmaError("INPUT_INVALID", message, "kill-pod is; karma cluster up --on local has all of them");
  }
  const killed = registry.ready(fault.service).slice(0, fault.count);
  await Promise.all(killed.map((pod) => deletePod(caller, namespace, pod, 0)));
}
