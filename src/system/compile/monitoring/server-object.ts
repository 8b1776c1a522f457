import type { Labels } from "../labels.ts";
import { HASH_ANNOTATION } from "../labels.ts";
import { MONITORING_NAMESPACE } from "./monitoring-options.ts";

/** One pod with one container that answers at one port, without any privilege. */
export type Server = {
  readonly name: string;
  readonly image: string;
  readonly port: number;
  /** Anything but root. */
  readonly userId: number;
  readonly readyPath: string;
  readonly account?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly object[];
  readonly cpuRequest: string;
  readonly memoryMiB: number;
  readonly mounts: readonly object[];
  readonly volumes: readonly object[];
  /** Changes when the pod must start anew. */
  readonly hash: string;
};

export const monitoringLabels: Labels = {
  "app.kubernetes.io/part-of": "karma-monitoring",
  // Not as topologies are: their namespaces are found by that.
  "app.kubernetes.io/managed-by": "karma-monitoring",
};

/** Name, namespace and labels of an object that serves every topology. */
export function ownMetadata(name: string): { name: string; namespace: string; labels: Labels } {
  return { name, namespace: MONITORING_NAMESPACE, labels: { "app.kubernetes.io/name": name, ...monitoringLabels } };
}

/** Label that finds what belongs to one topology among what serves all: its value is the topology's namespace. */
export const WATCHES_LABEL = "karma-sim/watches";

/** As {@link ownMetadata}, for an object that belongs to one topology. */
export function partMetadata(name: string, watched: string): { name: string; namespace: string; labels: Labels } {
  return { name, namespace: MONITORING_NAMESPACE, labels: { [WATCHES_LABEL]: watched, ...monitoringLabels } };
}

/** A Deployment and its Service. */
export function serverObjects(server: Server): readonly object[] {
  const { name, port } = server;
  const selector = { "app.kubernetes.io/name": name };
  const metadata = ownMetadata(name);
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector, ports: [{ name: "http", port, targetPort: "http" }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 1,
        revisionHistoryLimit: 1,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: metadata.labels, annotations: { [HASH_ANNOTATION]: server.hash } },
          spec: podSpec(server),
        },
      },
    },
  ];
}

function podSpec(server: Server): object {
  const { account, userId, volumes } = server;
  return {
    automountServiceAccountToken: account !== undefined,
    ...(account === undefined ? {} : { serviceAccountName: account }),
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: userId,
      runAsGroup: userId,
      fsGroup: userId,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [containerOf(server)],
    volumes,
  };
}

function containerOf(server: Server): object {
  const { name, image, port, command, args, env, cpuRequest, memoryMiB, mounts, readyPath } = server;
  return {
    name,
    image,
    imagePullPolicy: "IfNotPresent",
    ...(command === undefined ? {} : { command }),
    ...(args === undefined ? {} : { args }),
    ...(env === undefined ? {} : { env }),
    ports: [{ name: "http", containerPort: port }],
    resources: {
      requests: { cpu: cpuRequest, memory: `${Math.round(memoryMiB / 2)}Mi` },
      limits: { memory: `${memoryMiB}Mi` },
    },
    readinessProbe: { httpGet: { path: readyPath, port: "http" }, periodSeconds: 5, timeoutSeconds: 5 },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: mounts,
  };
}
