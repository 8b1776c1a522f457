import type { Service, Topology } from "../topology/topology.ts";
import { CONFIG_FILE, CONFIG_VOLUME, SCRATCH_VOLUME, containerOf } from "./container.ts";
import { fingerprint } from "./fingerprint.ts";
import { configNameOf, kubernetesName, namespaceOf } from "./kubernetes-names.ts";
import type { KubernetesOptions } from "./kubernetes-options.ts";
import { HASH_ANNOTATION, labelsOf, selectorOf } from "./labels.ts";

/** The numeric user of the image; anything but root. */
export const USER_ID = 1_000;
/** As whom every pod of the mock's image runs, also one that sends load or takes CPU from others. */
export const mockUser: object = {
  runAsNonRoot: true,
  runAsUser: USER_ID,
  runAsGroup: USER_ID,
  seccompProfile: { type: "RuntimeDefault" },
};
/** Longer than the mock takes to finish what it has begun, s. */
const GRACE_S = 30;

/**
 * @param config  text of the service's configuration: its pods are replaced when it changes
 */
export function deploymentOf(topology: Topology, service: Service, config: string, options: KubernetesOptions): object {
  const labels = labelsOf(topology, service, options.image);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: kubernetesName(service.name), namespace: namespaceOf(topology.name), labels },
    spec: {
      // Where an HPA decides, a number here would set it back with every apply.
      ...(options.hpa === undefined ? { replicas: service.minReplicas } : {}),
      revisionHistoryLimit: 2,
      selector: { matchLabels: selectorOf(topology, service) },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels, annotations: { [HASH_ANNOTATION]: fingerprint(config) } },
        spec: podSpec(service, options),
      },
    },
  };
}

function podSpec(service: Service, options: KubernetesOptions): object {
  return {
    automountServiceAccountToken: false,
    // A service named `startup` would otherwise put variables of its own beside the mock's.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE_S,
    securityContext: mockUser,
    containers: [containerOf(service, options)],
    volumes: [
      { name: CONFIG_VOLUME, configMap: { name: configNameOf(service.name), items: [configItem] } },
      { name: SCRATCH_VOLUME, emptyDir: { sizeLimit: "16Mi" } },
    ],
  };
}

const configItem = { key: CONFIG_FILE, path: CONFIG_FILE };
