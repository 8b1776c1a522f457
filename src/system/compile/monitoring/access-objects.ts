import type { Topology } from "../../topology/topology.ts";
import { namespaceOf } from "../kubernetes-names.ts";
import { MONITORING_NAMESPACE } from "./monitoring-options.ts";
import { monitoringLabels } from "./server-object.ts";

/** Who tells Prometheus of pods and Deployments; the only one that asks the API server. */
export const STATE = "state";

const GROUP = "rbac.authorization.k8s.io";

/** Listing pods and Deployments of this one namespace: that is all that monitoring may do in a cluster. */
export function accessObjects(topology: Topology): readonly object[] {
  const metadata = { name: `karma-${STATE}`, namespace: namespaceOf(topology.name), labels: monitoringLabels };
  const rules = [
    { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
    { apiGroups: ["apps"], resources: ["deployments"], verbs: ["list"] },
  ];
  return [
    { apiVersion: `${GROUP}/v1`, kind: "Role", metadata, rules },
    {
      apiVersion: `${GROUP}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: GROUP, kind: "Role", name: metadata.name },
      subjects: [{ kind: "ServiceAccount", name: STATE, namespace: MONITORING_NAMESPACE }],
    },
  ];
}
