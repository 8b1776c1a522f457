import { KarmaError } from "../../core/errors.ts";
import type { Service, Topology } from "../topology/topology.ts";
import { SERVICE_PORT, kubernetesName, namespaceOf } from "./kubernetes-names.ts";
import { type KubernetesOptions, LAST_NODE_PORT } from "./kubernetes-options.ts";
import { labelsOf, selectorOf } from "./labels.ts";

/** One address for all ready pods of a service; an entry's is reachable from outside too, where a node port is given. */
export function serviceManifest(topology: Topology, service: Service, options: KubernetesOptions): object {
  const nodePort = entryNodePorts(topology, options.nodePort).get(service.name);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: kubernetesName(service.name),
      namespace: namespaceOf(topology.name),
      labels: labelsOf(topology, service, options.image),
    },
    spec: {
      type: nodePort === undefined ? "ClusterIP" : "NodePort",
      selector: selectorOf(topology, service),
      ports: [
        { name: "http", port: SERVICE_PORT, targetPort: "http", ...(nodePort === undefined ? {} : { nodePort }) },
      ],
    },
  };
}

/** Port of the nodes by entry service, in the order of the topology. */
export function entryNodePorts(topology: Topology, first: number | undefined): ReadonlyMap<string, number> {
  if (first === undefined) return new Map();
  const names = [...new Set(topology.entries.map(({ service }) => service))];
  if (first + names.length - 1 > LAST_NODE_PORT) {
    const message = `expected ${names.length} node ports from ${first} on, found only those up to ${LAST_NODE_PORT}`;
    throw new KarmaError("USAGE", message, "choose a lower node port");
  }
  return new Map(names.map((name, index) => [name, first + index]));
}
