import type { Topology } from "../topology/topology.ts";
import type { Artifact } from "./artifact.ts";
import { dockerArtifacts } from "./dockerfile.ts";
import { type KindOptions, kindArtifact } from "./kind-config.ts";
import { type KubernetesOptions, kubernetesOptions } from "./kubernetes-options.ts";
import { kubernetesConfig, manifestArtifacts } from "./manifests.ts";
import { monitoringArtifacts } from "./monitoring/monitoring.ts";
import type { MonitoringOptions } from "./monitoring/monitoring-options.ts";

export type GenerateOptions = {
  readonly kubernetes?: Partial<KubernetesOptions>;
  /** Prometheus and Grafana too. */
  readonly monitoring?: Partial<MonitoringOptions>;
  readonly kind?: Omit<KindOptions, "nodePort">;
};

/** Everything that runs a topology, as files. Same topology, same bytes. */
export function generateArtifacts(topology: Topology, options: GenerateOptions = {}): readonly Artifact[] {
  const { kubernetes = {}, monitoring, kind = {} } = options;
  const nodePort = "nodePort" in kubernetes ? { nodePort: kubernetes.nodePort } : {};
  const image = kubernetes.image === undefined ? {} : { image: kubernetes.image };
  const { timeScale } = kubernetesOptions(topology.name, kubernetes);
  const configOf = (service: string): string => kubernetesConfig(topology, service, timeScale);
  return [
    ...topology.services.map(({ name }) => ({ path: `mocks/${name}.json`, content: configOf(name) })),
    ...manifestArtifacts(topology, kubernetes),
    ...(monitoring === undefined ? [] : monitoringArtifacts(topology, { ...image, ...monitoring })),
    ...dockerArtifacts(),
    kindArtifact(topology, { ...kind, ...nodePort }),
  ];
}
