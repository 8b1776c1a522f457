import { expect, test } from "vitest";
import {
  accessDenied,
  missingRules,
  monitoringRules,
  neededRules,
  nodeRules,
} from "../../../../src/clusters/kubernetes/up/access.ts";

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
    message: 'apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["update"]',
  });
  expect(problems).toContainEqual({
    path: "ClusterRole",
    message: 'apiGroups: [""], resources: ["nodes"], verbs: ["list"]',
  });
  expect(problems.map(({ message: rule }) => rule).join()).not.toContain('"get"');
});

test("monitoring has a namespace of its own, and rights in it are told so", async () => {
  const nobody = user(() => false);
  const missing = await missingRules(nobody, monitoringRules, "karma-shop");
  const { problems } = accessDenied("prod", "karma-shop", missing);
  expect(new Set(problems.map(({ path }) => path))).toEqual(
    new Set(["Role in karma-shop", "Role in karma-monitoring"]),
  );
  const maps = nobody.asked.filter(({ resource }) => resource === "configmaps");
  expect(new Set(maps.map(({ namespace }) => namespace))).toEqual(new Set(["karma-monitoring"]));
});

test("rights in the namespace are asked for there, others for the whole cluster", async () => {
  const admin = user(() => true);
  await missingRules(admin, neededRules, "karma-shop");
  const namespaced = admin.asked.filter(({ resource }) => resource === "deployments");
  expect(new Set(namespaced.map(({ namespace }) => namespace))).toEqual(new Set(["karma-shop"]));
  expect(admin.asked.find(({ resource }) => resource === "namespaces")).not.toHaveProperty("namespace");
  expect(admin.asked).toContainEqual(expect.objectContaining({ resource: "pods", subresource: "log" }));
});
