import type { Topology } from "../topology/topology.ts";
import { fingerprint } from "./fingerprint.ts";
import { namespaceOf } from "./kubernetes-names.ts";
import { HASH_ANNOTATION, topologyLabels } from "./labels.ts";

/** The namespace of a topology. It admits only pods that ask for no privilege. */
export function namespaceManifest(topology: Topology): object {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: namespaceOf(topology.name),
      labels: { ...topologyLabels(topology), "pod-security.kubernetes.io/enforce": "restricted" },
      annotations: { [HASH_ANNOTATION]: topologyHash(topology) },
    },
  };
}

/** Changes when anything of a topology does. */
export function topologyHash(topology: Topology): string {
  return fingerprint(JSON.stringify(topology));
}
