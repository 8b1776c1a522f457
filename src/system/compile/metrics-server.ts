/** Pinned: what is applied today is applied next year. */
const METRICS_SERVER_IMAGE = "registry.k8s.io/metrics-server/metrics-server:v0.9.0";
const NAMESPACE = "kube-system";
const NAME = "metrics-server";
/** The group of the API that it serves, as Kubernetes names it. */
export const METRICS_API_SERVICE = "v1beta1.metrics.k8s.io";
/** What its pod asks for; upstream's 100m and 200 MiB are meant for a hundred nodes. */
export const METRICS_SERVER_REQUESTS = { cpuMilli: 50, memoryMiB: 100 };

const metricsServerLabels: Readonly<Record<string, string>> = {
  "k8s-app": NAME,
  "app.kubernetes.io/name": NAME,
  "app.kubernetes.io/part-of": "karma",
  "app.kubernetes.io/managed-by": "karma-sim",
};

export type MetricsServerOptions = {
  /** True for kind, whose kubelets sign their certificates themselves. */
  readonly trustsAnyKubelet: boolean;
};

/**
 * metrics-server, which tells CPU and memory of pods and nodes, as plain objects in the order in which they are applied.
 * @source github.com/kubernetes-sigs/metrics-server, the components of its release
 */
export function metricsServerObjects(options: MetricsServerOptions): readonly object[] {
  return [...access(), service(), deployment(options), apiService()];
}

function access(): readonly object[] {
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: own(NAME) },
    clusterRole(
      "system:aggregated-metrics-reader",
      [{ apiGroups: ["metrics.k8s.io"], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] }],
      Object.fromEntries(
        ["admin", "edit", "view"].map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, "true"]),
      ),
    ),
    clusterRole("system:metrics-server", [
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
    ]),
    binding("RoleBinding", own("metrics-server-auth-reader"), "Role", "extension-apiserver-authentication-reader"),
    binding(
      "ClusterRoleBinding",
      named("metrics-server:system:auth-delegator"),
      "ClusterRole",
      "system:auth-delegator",
    ),
    binding("ClusterRoleBinding", named("system:metrics-server"), "ClusterRole", "system:metrics-server"),
  ];
}

function clusterRole(name: string, rules: readonly object[], labels: Readonly<Record<string, string>> = {}): object {
  const metadata = { name, labels: { ...metricsServerLabels, ...labels } };
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata, rules };
}

function binding(kind: string, metadata: object, roleKind: string, role: string): object {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind,
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: roleKind, name: role },
    subjects: [{ kind: "ServiceAccount", name: NAME, namespace: NAMESPACE }],
  };
}

function service(): object {
  const ports = [{ name: "https", port: 443, protocol: "TCP", targetPort: "https" }];
  return { apiVersion: "v1", kind: "Service", metadata: own(NAME), spec: { selector: { "k8s-app": NAME }, ports } };
}

function deployment(options: MetricsServerOptions): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: own(NAME),
    spec: {
      replicas: 1,
      selector: { matchLabels: { "k8s-app": NAME } },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0 } },
      template: { metadata: { labels: metricsServerLabels }, spec: podSpec(options) },
    },
  };
}

function podSpec(options: MetricsServerOptions): object {
  return {
    serviceAccountName: NAME,
    priorityClassName: "system-cluster-critical",
    nodeSelector: { "kubernetes.io/os": "linux" },
    containers: [container(options)],
    volumes: [{ name: "tmp-dir", emptyDir: {} }],
  };
}

function container({ trustsAnyKubelet }: MetricsServerOptions): object {
  const { cpuMilli, memoryMiB } = METRICS_SERVER_REQUESTS;
  return {
    name: NAME,
    image: METRICS_SERVER_IMAGE,
    imagePullPolicy: "IfNotPresent",
    args: [
      "--cert-dir=/tmp",
      "--secure-port=10250",
      "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
      "--kubelet-use-node-status-port",
      "--metric-resolution=15s",
      ...(trustsAnyKubelet ? ["--kubelet-insecure-tls"] : []),
    ],
    ports: [{ name: "https", containerPort: 10_250, protocol: "TCP" }],
    livenessProbe: { httpGet: { path: "/livez", port: "https", scheme: "HTTPS" }, periodSeconds: 10 },
    readinessProbe: {
      httpGet: { path: "/readyz", port: "https", scheme: "HTTPS" },
      initialDelaySeconds: 5,
      periodSeconds: 2,
    },
    resources: { requests: { cpu: `${cpuMilli}m`, memory: `${memoryMiB}Mi` } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 1_000,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    },
    volumeMounts: [{ name: "tmp-dir", mountPath: "/tmp" }],
  };
}

function apiService(): object {
  return {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: named(METRICS_API_SERVICE),
    spec: {
      group: "metrics.k8s.io",
      version: "v1beta1",
      service: { name: NAME, namespace: NAMESPACE },
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
    },
  };
}

function own(name: string): object {
  return { name, namespace: NAMESPACE, labels: metricsServerLabels };
}

function named(name: string): object {
  return { name, labels: metricsServerLabels };
}
