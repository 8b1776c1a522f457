import type { Topology } from "../topology/topology.ts";
import type { Artifact } from "./artifact.ts";
import { namespaceOf } from "./kubernetes-names.ts";
import { kubernetesOptions } from "./kubernetes-options.ts";
import { entryNodePorts } from "./service-manifest.ts";
import { toYaml } from "./to-yaml.ts";

export type KindOptions = {
  /** Name of the cluster; the topology's namespace when left out. */
  readonly clusterName?: string;
  /** Node image; kind's own when left out. */
  readonly nodeImage?: string;
  /** Nodes beside the control plane; without any, pods run on the control plane. */
  readonly workers?: number;
  /** Port of the nodes for the first entry service, as in the manifests; none maps nothing. */
  readonly nodePort?: number | undefined;
  /** Port of this machine for the first entry service; the node port when left out. */
  readonly hostPort?: number;
  /** Ports mapped beyond those of the entries, for the entries of other topologies; 0 when left out. */
  readonly sparePorts?: number;
};

/** Configuration for `kind create cluster --config`. The entries answer on this machine alone. */
export function kindArtifact(topology: Topology, options: KindOptions = {}): Artifact {
  const { workers = 0, nodeImage } = options;
  const image = nodeImage === undefined ? {} : { image: nodeImage };
  const mappings = portMappings(topology, options);
  const controlPlane = {
    role: "control-plane",
    ...image,
    ...(mappings.length === 0 ? {} : { extraPortMappings: mappings }),
  };
  const config = {
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    name: options.clusterName ?? namespaceOf(topology.name),
    nodes: [controlPlane, ...Array.from({ length: workers }, () => ({ role: "worker", ...image }))],
  };
  return { path: "kind.yaml", content: toYaml(config) };
}

function portMappings(topology: Topology, options: KindOptions): readonly object[] {
  const chosen = "nodePort" in options ? { nodePort: options.nodePort } : {};
  const { nodePort } = kubernetesOptions(topology.name, chosen);
  const own = [...entryNodePorts(topology, nodePort).values()];
  const next = (own.at(-1) ?? 0) + 1;
  const spare = own.length === 0 ? [] : Array.from({ length: options.sparePorts ?? 0 }, (_, index) => next + index);
  return [...own, ...spare].map((port, index) => ({
    containerPort: port,
    hostPort: options.hostPort === undefined ? port : options.hostPort + index,
    listenAddress: "127.0.0.1",
    protocol: "TCP",
  }));
}
