import type { Service, Topology } from "../topology/topology.ts";
import { kubernetesName, namespaceOf } from "./kubernetes-names.ts";
import type { HpaOptions, KubernetesOptions } from "./kubernetes-options.ts";
import { labelsOf } from "./labels.ts";

/**
 * Kubernetes' own autoscaler for a service. It measures CPU against the request; the target is given against the
 * limit, and so is divided by the share of the limit that is requested.
 */
export function hpaManifest(
  topology: Topology,
  service: Service,
  { cpuTargetPercent }: HpaOptions,
  { image, requestShare }: KubernetesOptions,
): object {
  const name = kubernetesName(service.name);
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name, namespace: namespaceOf(topology.name), labels: labelsOf(topology, service, image) },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      minReplicas: service.minReplicas,
      maxReplicas: service.maxReplicas,
      metrics: [
        {
          type: "Resource",
          resource: {
            name: "cpu",
            target: { type: "Utilization", averageUtilization: Math.round(cpuTargetPercent / requestShare) },
          },
        },
      ],
    },
  };
}
