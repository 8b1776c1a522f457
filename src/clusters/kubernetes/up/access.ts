import { KarmaError, type Problem } from "../../../core/errors.ts";
import { MONITORING_NAMESPACE } from "../../../system/compile/monitoring/monitoring-options.ts";
import type { KubernetesApi } from "../api.ts";

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
};

/** What running a topology takes, in its namespace and around it. */
export const neededRules: readonly AccessRule[] = [
  { apiGroup: "", resource: "namespaces", verbs: ["get", "create", "patch", "delete"], isClusterWide: true },
  inNamespace("", "configmaps", ["get", "list", "create", "patch", "delete"]),
  inNamespace("", "secrets", ["get", "create"]),
  inNamespace("", "services", ["get", "list", "create", "patch", "delete"]),
  inNamespace("apps", "deployments", ["get", "list", "watch", "create", "patch", "delete"]),
  inNamespace("apps", "deployments/scale", ["get", "update"]),
  inNamespace("", "pods", ["get", "list", "watch", "delete"]),
  inNamespace("", "pods/log", ["get"]),
  inNamespace("", "pods/proxy", ["get", "create"]),
  inNamespace("", "events", ["list"]),
  inNamespace("autoscaling", "horizontalpodautoscalers", ["list"]),
  inNamespace("metrics.k8s.io", "pods", ["list"]),
];

/** What metrics-server needs to be put there. */
export const metricsServerRules: readonly AccessRule[] = [
  clusterWide("apiregistration.k8s.io", "apiservices"),
  clusterWide("rbac.authorization.k8s.io", "clusterroles"),
  clusterWide("rbac.authorization.k8s.io", "clusterrolebindings"),
];

const everyVerb = ["get", "list", "create", "patch", "delete"];

/** What monitoring needs to be put there: its own namespace's objects, and rights in the topology's. */
export const monitoringRules: readonly AccessRule[] = [
  inNamespace("rbac.authorization.k8s.io", "roles", ["create", "patch"]),
  inNamespace("rbac.authorization.k8s.io", "rolebindings", ["create", "patch"]),
  besideIt("", "configmaps", everyVerb),
  besideIt("", "serviceaccounts", ["create", "patch"]),
  besideIt("", "services", ["create", "patch"]),
  besideIt("", "services/proxy", ["get"]),
  besideIt("", "pods", ["list", "watch"]),
  besideIt("", "pods/log", ["get"]),
  besideIt("", "events", ["list"]),
  besideIt("apps", "deployments", ["list", "create", "patch"]),
];

/** Looked at to say what does not fit; without it that is not said. */
export const nodeRules: readonly AccessRule[] = [
  { apiGroup: "", resource: "nodes", verbs: ["list"], isClusterWide: true },
  { apiGroup: "", resource: "pods", verbs: ["list"], isClusterWide: true },
];

function inNamespace(apiGroup: string, resource: string, verbs: readonly string[]): AccessRule {
  return { apiGroup, resource, verbs, isClusterWide: false };
}

function besideIt(apiGroup: string, resource: string, verbs: readonly string[]): AccessRule {
  return { ...inNamespace(apiGroup, resource, verbs), namespace: MONITORING_NAMESPACE };
}

function clusterWide(apiGroup: string, resource: string): AccessRule {
  return { apiGroup, resource, verbs: ["get", "create", "patch", "delete"], isClusterWide: true };
}

type Authorization = Pick<KubernetesApi["authorization"], "createSelfSubjectAccessReview">;

/** The rules, each with those of its verbs alone that are not allowed; nothing is changed by asking. */
export async function missingRules(
  authorization: Authorization,
  rules: readonly AccessRule[],
  namespace: string,
): Promise<readonly AccessRule[]> {
  const checked = await Promise.all(
    rules.map(async (rule) => {
      const allowed = await Promise.all(rule.verbs.map((verb) => isAllowed(authorization, rule, verb, namespace)));
      return { ...rule, verbs: rule.verbs.filter((_, index) => allowed[index] !== true) };
    }),
  );
  return checked.filter(({ verbs }) => verbs.length > 0);
}

async function isAllowed(
  authorization: Authorization,
  { apiGroup, resource, isClusterWide, namespace: own }: AccessRule,
  verb: string,
  namespace: string,
): Promise<boolean> {
  const [name = "", subresource] = resource.split("/");
  const resourceAttributes = {
    group: apiGroup,
    resource: name,
    verb,
    ...(subresource === undefined ? {} : { subresource }),
    ...(isClusterWide ? {} : { namespace: own ?? namespace }),
  };
  const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes } };
  const { status } = await authorization.createSelfSubjectAccessReview({ body });
  return status?.allowed === true;
}

/** Says exactly what has to be allowed, in the words of a Role. */
export function accessDenied(context: string, namespace: string, missing: readonly AccessRule[]): KarmaError {
  const problems: Problem[] = missing.map(({ apiGroup, resource, verbs, isClusterWide, namespace: own }) => ({
    path: isClusterWide ? "ClusterRole" : `Role in ${own ?? namespace}`,
    message: `apiGroups: ["${apiGroup}"], resources: ["${resource}"], verbs: ${JSON.stringify(verbs)}`,
  }));
  return new KarmaError(
    "TOOL_FAILED",
    `context ${context} may not do what this takes; nothing was changed. Missing rules:`,
    "ask whoever runs the cluster for these rules, bound to your user",
    { problems },
  );
}
