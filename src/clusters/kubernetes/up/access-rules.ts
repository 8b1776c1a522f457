import { MONITORING_NAMESPACE } from "../../../system/compile/monitoring/monitoring-options.ts";

/** Something that has to be allowed, as a rule of a Role would allow it. */
export type AccessRule = {
  readonly apiGroup: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  readonly verbs: readonly string[];
  /** True for a rule of a ClusterRole. */
  readonly isClusterWide: boolean;
  /** Where it is another one than the topology's. */
  readonly namespace?: string;
  /** True: needed only where the API server has the group. */
  readonly isOptional?: boolean;
};

/** What a verb is about to do. */
export type Need =
  | "up"
  | "create-namespace"
  | "metrics-server"
  | "monitoring"
  | "watch"
  | "scale"
  | "resize"
  | "load"
  | "faults"
  | "heal"
  | "hpa";

const METRICS_NAMESPACE = "kube-system";
const RBAC = "rbac.authorization.k8s.io";

/** Applying, waiting for and taking down a topology. */
const up: readonly AccessRule[] = [
  own("", "namespaces", "get", "patch", "delete"),
  own("", "configmaps", "get", "list", "create", "patch", "delete"),
  own("", "secrets", "create"),
  own("", "services", "list", "create", "patch", "delete"),
  own("apps", "deployments", "list", "create", "patch", "delete"),
  own("networking.k8s.io", "networkpolicies", "list", "delete"),
  own("", "pods", "list", "watch"),
  own("", "pods/log", "get"),
  own("", "events", "list"),
  own("autoscaling", "horizontalpodautoscalers", "list"),
  { ...own("keda.sh", "scaledobjects", "list"), isOptional: true },
  { ...own("autoscaling.k8s.io", "verticalpodautoscalers", "list"), isOptional: true },
];

/** Readings of the pods; metrics.k8s.io and Prometheus are done without where they are not allowed. */
const watch: readonly AccessRule[] = [
  own("", "configmaps", "get"),
  own("apps", "deployments", "list"),
  own("", "pods", "list", "watch"),
  own("", "pods/proxy", "get"),
];

/** With the Lease that says who scales. */
const scale: readonly AccessRule[] = [
  own("apps", "deployments/scale", "get", "update"),
  own("coordination.k8s.io", "leases", "get", "create", "update", "delete"),
];

/** As pods run; where the API server cannot do that, in the template they are made from. */
const resize: readonly AccessRule[] = [own("", "pods/resize", "patch"), own("apps", "deployments", "patch")];

/** A generator as a Job; its image is that of an entry. */
const load: readonly AccessRule[] = [
  own("batch", "jobs", "create", "delete"),
  own("", "configmaps", "create"),
  own("", "pods", "list"),
  own("", "pods/log", "get"),
  own("apps", "deployments", "get"),
];

const heal: readonly AccessRule[] = [
  own("batch", "jobs", "deletecollection"),
  own("", "configmaps", "get", "patch"),
  own("", "secrets", "get"),
  own("", "pods/proxy", "create"),
];

const faults: readonly AccessRule[] = [
  ...heal,
  own("batch", "jobs", "create", "delete"),
  own("", "pods", "delete"),
  own("apps", "deployments", "get"),
];

const hpa: readonly AccessRule[] = [
  own("autoscaling", "horizontalpodautoscalers", "list", "create", "patch", "delete"),
  { ...own("keda.sh", "scaledobjects", "list"), isOptional: true },
  { ...own("autoscaling.k8s.io", "verticalpodautoscalers", "list"), isOptional: true },
  own("apps", "deployments", "get", "list"),
  own("", "events", "list"),
];

/** Whoever makes a role must have its rights or may escalate; whoever binds one likewise. */
const metricsServer: readonly AccessRule[] = [
  everywhere("apiregistration.k8s.io", "apiservices", "get", "create", "patch", "delete"),
  everywhere(RBAC, "clusterroles", "create", "patch", "delete", "escalate", "bind"),
  everywhere(RBAC, "clusterrolebindings", "create", "patch", "delete"),
  within(METRICS_NAMESPACE, RBAC, "roles", "bind"),
  within(METRICS_NAMESPACE, RBAC, "rolebindings", "create", "patch", "delete"),
  within(METRICS_NAMESPACE, "", "serviceaccounts", "create", "patch", "delete"),
  within(METRICS_NAMESPACE, "", "services", "create", "patch", "delete"),
  within(METRICS_NAMESPACE, "apps", "deployments", "list", "create", "patch", "delete"),
  ...podsIn(METRICS_NAMESPACE),
];

/** Its own namespace's objects, and rights in the topology's; without the namespace's objects it goes as a whole. */
const monitoring: readonly AccessRule[] = [
  everywhere("", "namespaces", "create"),
  within(MONITORING_NAMESPACE, "", "namespaces", "get", "patch", "delete"),
  own(RBAC, "roles", "create", "patch"),
  own(RBAC, "rolebindings", "create", "patch"),
  within(MONITORING_NAMESPACE, "", "configmaps", "list", "create", "patch", "delete"),
  within(MONITORING_NAMESPACE, "", "serviceaccounts", "create", "patch"),
  within(MONITORING_NAMESPACE, "", "services", "create", "patch"),
  within(MONITORING_NAMESPACE, "", "services/proxy", "get"),
  within(MONITORING_NAMESPACE, "apps", "deployments", "list", "create", "patch"),
  ...podsIn(MONITORING_NAMESPACE),
];

const rules: Readonly<Record<Need, readonly AccessRule[]>> = {
  up: [...up, ...watch],
  "create-namespace": [everywhere("", "namespaces", "create")],
  "metrics-server": metricsServer,
  monitoring,
  watch,
  scale: [...watch, ...scale],
  resize: [...watch, ...resize],
  load: [...watch, ...load],
  faults: [...watch, ...faults],
  heal: [...watch, ...heal],
  hpa: [...watch, ...hpa],
};

/** Looked at to say what does not fit; without it that is not said. */
export const nodeRules: readonly AccessRule[] = [everywhere("", "nodes", "list"), everywhere("", "pods", "list")];

/** What all of it takes; each resource once, with every verb. */
export function rulesOf(needs: readonly Need[]): readonly AccessRule[] {
  const merged = new Map<string, AccessRule>();
  for (const rule of needs.flatMap((need) => rules[need])) {
    const key = [rule.apiGroup, rule.resource, rule.isClusterWide, rule.namespace].join(" ");
    const verbs = new Set([...(merged.get(key)?.verbs ?? []), ...rule.verbs]);
    merged.set(key, { ...rule, verbs: [...verbs] });
  }
  return [...merged.values()];
}

function own(apiGroup: string, resource: string, ...verbs: readonly string[]): AccessRule {
  return { apiGroup, resource, verbs, isClusterWide: false };
}

function within(namespace: string, apiGroup: string, resource: string, ...verbs: readonly string[]): AccessRule {
  return { ...own(apiGroup, resource, ...verbs), namespace };
}

function everywhere(apiGroup: string, resource: string, ...verbs: readonly string[]): AccessRule {
  return { apiGroup, resource, verbs, isClusterWide: true };
}

/** Why pods do not run is read from all of this. */
function podsIn(namespace: string): readonly AccessRule[] {
  return [
    within(namespace, "", "pods", "list", "watch"),
    within(namespace, "", "pods/log", "get"),
    within(namespace, "", "events", "list"),
  ];
}
