import { expect, test } from "vitest";
import { accessDenied, missingRules, requireAccess } from "../../../../src/clusters/kubernetes/up/access.ts";
import { type Need, nodeRules, rulesOf } from "../../../../src/clusters/kubernetes/up/access-rules.ts";
import { useApiServer } from "../cluster/api-server.ts";

const used = useApiServer();
const neededRules = rulesOf(["up"]);

type Asked = { group: string; resource: string; subresource?: string; verb: string; namespace?: string };

/** Somebody who may do what this says. */
function user(mayDo: (asked: Asked) => boolean) {
  const asked: Asked[] = [];
  return {
    asked,
    async createSelfSubjectAccessReview({ body }: { body: { spec: { resourceAttributes?: object } } }) {
      const attributes = body.spec.resourceAttributes as Asked;
      asked.push(attributes);
      return { spec: {}, status: { allowed: mayDo(attributes) } };
    },
  };
}

test("who may do everything lacks nothing, and every verb is asked once", async () => {
  const admin = user(() => true);
  expect(await missingRules(admin, neededRules, "karma-shop")).toEqual([]);
  const verbs = neededRules.reduce((sum, rule) => sum + rule.verbs.length, 0);
  expect(admin.asked).toHaveLength(verbs);
  expect(new Set(admin.asked.map((one) => JSON.stringify(one))).size).toBe(verbs);
});

test("exactly the verbs that lack are told, in the words of a Role", async () => {
  const reader = user(({ verb, resource }) => ["get", "list", "watch"].includes(verb) && resource !== "nodes");
  const missing = await missingRules(reader, [...neededRules, ...nodeRules], "karma-shop");
  const { message, problems, code } = accessDenied("prod", "karma-shop", missing);
  expect(code).toBe("TOOL_FAILED");
  expect(message).toContain("prod");
  expect(problems).toContainEqual({
    path: "Role in karma-shop",
    message: 'apiGroups: ["apps"], resources: ["deployments"], verbs: ["create","patch","delete"]',
  });
  expect(problems).toContainEqual({
    path: "ClusterRole",
    message: 'apiGroups: [""], resources: ["nodes"], verbs: ["list"]',
  });
  expect(problems.map(({ message: rule }) => rule).join()).not.toContain('"get"');
});

test("monitoring has a namespace of its own, and rights in it are told so", async () => {
  const nobody = user(() => false);
  const missing = await missingRules(nobody, rulesOf(["monitoring"]), "karma-shop");
  const { problems } = accessDenied("prod", "karma-shop", missing);
  expect(new Set(problems.map(({ path }) => path))).toEqual(
    new Set(["ClusterRole", "Role in karma-shop", "Role in karma-monitoring"]),
  );
  const maps = nobody.asked.filter(({ resource }) => resource === "configmaps");
  expect(new Set(maps.map(({ namespace }) => namespace))).toEqual(new Set(["karma-monitoring"]));
});

test("rights in the namespace are asked for there, others for the whole cluster", async () => {
  const admin = user(() => true);
  await missingRules(admin, neededRules, "karma-shop");
  const namespaced = admin.asked.filter(({ resource }) => resource === "deployments");
  expect(new Set(namespaced.map(({ namespace }) => namespace))).toEqual(new Set(["karma-shop"]));
  await missingRules(admin, rulesOf(["create-namespace"]), "karma-shop");
  expect(admin.asked.find(({ resource, verb }) => resource === "namespaces" && verb === "create")).not.toHaveProperty(
    "namespace",
  );
  expect(admin.asked).toContainEqual(expect.objectContaining({ resource: "pods", subresource: "log" }));
});

test.each<[Need, string, string]>([
  ["scale", "deployments/scale", "update"],
  ["resize", "pods/resize", "patch"],
  ["load", "jobs", "create"],
  ["faults", "pods", "delete"],
  ["faults", "configmaps", "patch"],
  ["heal", "jobs", "deletecollection"],
  ["hpa", "horizontalpodautoscalers", "create"],
  ["metrics-server", "clusterroles", "escalate"],
  ["monitoring", "namespaces", "delete"],
])("%s takes the right on %s to %s, asked for before anything changes", async (need, resource, lacking) => {
  used.server.routes.set("GET /apis", () => ({ groups: [] }));
  const [name, subresource] = resource.split("/");
  const most = user((one) => one.resource !== name || one.subresource !== subresource || one.verb !== lacking);
  const asked = requireAccess({ api: { authorization: most }, caller: used.caller }, [need], "karma-shop");
  await expect(asked).rejects.toMatchObject({
    code: "TOOL_FAILED",
    problems: [{ message: expect.stringContaining(`resources: ["${resource}"], verbs: ["${lacking}"]`) }],
  });
});

test("rules of KEDA and of VPAs are asked for only where the API server has them", async () => {
  const most = user(({ group }) => group !== "keda.sh");
  const ask = () => requireAccess({ api: { authorization: most }, caller: used.caller }, ["up"], "karma-shop");
  used.server.routes.set("GET /apis", () => ({ groups: [{ name: "apps" }] }));
  await expect(ask()).resolves.toBeUndefined();
  used.server.routes.set("GET /apis", () => ({ groups: [{ name: "keda.sh" }] }));
  await expect(ask()).rejects.toMatchObject({
    problems: [{ message: expect.stringContaining("scaledobjects") }],
  });
});

test("several needs ask for each right once", () => {
  const rules = rulesOf(["up", "scale", "load", "faults", "hpa"]);
  const keys = rules.map(({ apiGroup, resource, namespace }) => [apiGroup, resource, namespace].join(" "));
  expect(new Set(keys).size).toBe(keys.length);
  expect(rules.every(({ verbs }) => new Set(verbs).size === verbs.length)).toBe(true);
});
