import { stringify } from "yaml";
import { GATE } from "./pods.ts";
import { RELAY_NODE_PORT } from "./relay.ts";
import type { Rival } from "./rivals.ts";

export const NAMESPACE = "contest";
/** Not the default of 300 s: both sides of it are seen. */
export const INITIALIZATION_S = 40;

/** Decides every 2 s, with a tolerance for each direction, and is never slowed down by its own client. */
export function clusterConfig(cluster: string, image: string | undefined): string {
  const extraArgs = {
    "horizontal-pod-autoscaler-sync-period": "2s",
    "horizontal-pod-autoscaler-cpu-initialization-period": `${INITIALIZATION_S}s`,
    "concurrent-horizontal-pod-autoscaler-syncs": "12",
    "kube-api-qps": "200",
    "kube-api-burst": "400",
  };
  const patch = {
    kind: "ClusterConfiguration",
    apiVersion: "kubeadm.k8s.io/v1beta3",
    controllerManager: { extraArgs },
  };
  const port = {
    containerPort: RELAY_NODE_PORT,
    hostPort: RELAY_NODE_PORT,
    listenAddress: "127.0.0.1",
    protocol: "TCP",
  };
  const node = {
    role: "control-plane",
    ...(image === undefined ? {} : { image }),
    kubeadmConfigPatches: [stringify(patch)],
    extraPortMappings: [port],
  };
  return stringify({
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    name: cluster,
    featureGates: { HPAConfigurableTolerance: true },
    nodes: [node],
  });
}

/** A container that does nothing, whose pod is ready when the test says so. */
export function deploymentOf({ name, start, hasPending }: Rival, image: string): object {
  const labels = { app: name };
  const ports = hasPending === undefined ? {} : { ports: [{ containerPort: 9_999, hostPort: 31_999 }] };
  const resources = { requests: { cpu: "10m" }, limits: { cpu: "10m" } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: NAMESPACE },
    spec: {
      replicas: start,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          readinessGates: [{ conditionType: GATE }],
          terminationGracePeriodSeconds: 0,
          enableServiceLinks: false,
          automountServiceAccountToken: false,
          containers: [{ name: "idle", image, imagePullPolicy: "IfNotPresent", resources, ...ports }],
        },
      },
    },
  };
}
