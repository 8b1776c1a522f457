import type { Service, Topology } from "../topology/topology.ts";
import { CONFIG_FILE } from "./container.ts";
import { configNameOf, namespaceOf } from "./kubernetes-names.ts";
import { labelsOf } from "./labels.ts";

/** What the pods of a service are told. */
export function configMapOf(topology: Topology, service: Service, config: string, image: string): object {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: configNameOf(service.name),
      namespace: namespaceOf(topology.name),
      labels: labelsOf(topology, service, image),
    },
    data: { [CONFIG_FILE]: config },
  };
}
