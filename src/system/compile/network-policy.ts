import type { Service, Topology } from "../topology/topology.ts";
import { SERVICE_PORT, kubernetesName, namespaceOf } from "./kubernetes-names.ts";
import { labelsOf, selectorOf } from "./labels.ts";

/** Namespaces with this label may read the metrics of every pod. */
const SCRAPES_LABEL = "karma-sim/scrapes";

/** Lets in who calls the service in the topology, everyone where requests come in, and who reads metrics. */
export function networkPolicyOf(topology: Topology, service: Service, image: string): object {
  const isEntry = topology.entries.some((entry) => entry.service === service.name);
  const ports = [{ port: SERVICE_PORT }];
  const from = [
    ...callersOf(topology, service.name).map((caller) => ({
      podSelector: { matchLabels: selectorOf(topology, caller) },
    })),
    { namespaceSelector: { matchLabels: { [SCRAPES_LABEL]: "true" } } },
  ];
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: kubernetesName(service.name),
      namespace: namespaceOf(topology.name),
      labels: labelsOf(topology, service, image),
    },
    spec: {
      podSelector: { matchLabels: selectorOf(topology, service) },
      policyTypes: ["Ingress"],
      ingress: [isEntry ? { ports } : { from, ports }],
    },
  };
}

function callersOf(topology: Topology, called: string): readonly Service[] {
  return topology.services.filter(({ endpoints }) =>
    endpoints.some(({ calls }) => calls.some((step) => step.some(({ service }) => service === called))),
  );
}
