import type { Service, Topology } from "../topology/topology.ts";
import type { Artifact } from "./artifact.ts";
import { configMapOf } from "./config-map.ts";
import { deploymentOf } from "./deployment.ts";
import { hpaManifest } from "./hpa-manifest.ts";
import { addressOf } from "./kubernetes-names.ts";
import { type KubernetesOptions, kubernetesOptions } from "./kubernetes-options.ts";
import { mockConfig } from "./mock-config.ts";
import { namespaceManifest } from "./namespace.ts";
import { networkPolicyOf } from "./network-policy.ts";
import { serviceManifest } from "./service-manifest.ts";
import { toYaml } from "./to-yaml.ts";

/** The configuration of a service's pods on Kubernetes: there the kernel enforces the CPU limit. */
export function kubernetesConfig(topology: Topology, service: string, timeScale: number): string {
  return `${JSON.stringify(mockConfig(topology, service, { addressOf, emulateCpuLimit: false, timeScale }), null, 2)}\n`;
}

/** The objects that run a topology, one list per file; `kubectl apply -f manifests` takes the files in this order. */
export function manifestArtifacts(topology: Topology, chosen: Partial<KubernetesOptions> = {}): readonly Artifact[] {
  const options = kubernetesOptions(topology.name, chosen);
  return [
    { path: "manifests/00-namespace.yaml", content: toYaml(namespaceManifest(topology)) },
    ...topology.services.map((service) => ({
      path: `manifests/service-${service.name}.yaml`,
      content: toYaml(...serviceObjects(topology, service, options)),
    })),
  ];
}

/** The same objects as one list, in the order in which they are applied. */
export function manifestObjects(topology: Topology, chosen: Partial<KubernetesOptions>): readonly object[] {
  const options = kubernetesOptions(topology.name, chosen);
  return [
    namespaceManifest(topology),
    ...topology.services.flatMap((service) => serviceObjects(topology, service, options)),
  ];
}

/** Everything of one service, in the order in which it is applied. */
function serviceObjects(topology: Topology, service: Service, options: KubernetesOptions): readonly object[] {
  const { hpa, hasNetworkPolicy, image, timeScale } = options;
  const config = kubernetesConfig(topology, service.name, timeScale);
  return [
    configMapOf(topology, service, config, image),
    ...(hasNetworkPolicy ? [networkPolicyOf(topology, service, image)] : []),
    serviceManifest(topology, service, options),
    deploymentOf(topology, service, config, options),
    ...(hpa === undefined ? [] : [hpaManifest(topology, service, hpa, options)]),
  ];
}
