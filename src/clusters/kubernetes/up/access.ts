import { KarmaError, type Problem } from "../../../core/errors.ts";
import type { KubernetesApi } from "../api.ts";
import { callForJson } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { type AccessRule, type Need, rulesOf } from "./access-rules.ts";

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

type Asker = { readonly api: { readonly authorization: Authorization }; readonly caller: ApiCaller };

/** @throws KarmaError with every rule that lacks, before anything is changed */
export async function requireAccess({ api, caller }: Asker, needs: readonly Need[], namespace: string): Promise<void> {
  const { groups } = await callForJson<{ readonly groups: readonly { readonly name: string }[] }>(
    caller,
    { path: "/apis" },
    "ask what the API server has",
  );
  const isServed = new Set(groups.map(({ name }) => name));
  const rules = rulesOf(needs).filter(({ isOptional, apiGroup }) => isOptional !== true || isServed.has(apiGroup));
  const missing = await missingRules(api.authorization, rules, namespace);
  if (missing.length > 0) throw accessDenied(caller.context, namespace, missing);
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
