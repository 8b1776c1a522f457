import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generateArtifacts } from "../../../src/system/compile/generate.ts";
import { topologyOf } from "../topology/fixtures.ts";
import { type KubernetesObject, objectsIn } from "./objects.ts";
import { type Validate, strictProblems } from "./strict.ts";

/** Validators made from the OpenAPI of Kubernetes. */
const schemas: Readonly<Record<string, string>> = {
  "v1 Namespace": "IoK8sApiCoreV1Namespace",
  "v1 ConfigMap": "IoK8sApiCoreV1ConfigMap",
  "v1 Service": "IoK8sApiCoreV1Service",
  "v1 ServiceAccount": "IoK8sApiCoreV1ServiceAccount",
  "rbac.authorization.k8s.io/v1 Role": "IoK8sApiRbacV1Role",
  "rbac.authorization.k8s.io/v1 RoleBinding": "IoK8sApiRbacV1RoleBinding",
  "apps/v1 Deployment": "IoK8sApiAppsV1Deployment",
  "autoscaling/v2 HorizontalPodAutoscaler": "IoK8sApiAutoscalingV2HorizontalPodAutoscaler",
  "networking.k8s.io/v1 NetworkPolicy": "IoK8sApiNetworkingV1NetworkPolicy",
};

const isInstalled = readFileSync("package.json", "utf8").includes('"kubernetes-models"');
const validators = new Map<string, Validate>();
if (isInstalled) {
  for (const [kind, schema] of Object.entries(schemas)) {
    const module = (await import(`kubernetes-models/_schemas/${schema}`)) as { readonly validate: Validate };
    validators.set(kind, module.validate);
  }
}

const kubernetes = { hpa: { cpuTargetPercent: 60 }, hasNetworkPolicy: true };

function objectsOf(topology: string): readonly KubernetesObject[] {
  const declared = topologyOf(readFileSync(`topologies/${topology}.json`, "utf8"));
  const artifacts = generateArtifacts(declared, { kubernetes, monitoring: {} });
  return [...objectsIn(artifacts), ...objectsIn(artifacts, /^monitoring\/[\w]+\.yaml$/)];
}

function problemsOf(object: KubernetesObject): readonly string[] {
  const validate = validators.get(`${object.apiVersion} ${object.kind}`);
  return validate === undefined ? [`no schema for ${object.kind}`] : strictProblems(validate, object);
}

test.skipIf(!isInstalled).each(["karma-two-services", "karma-chained", "chained-wide"])(
  "every object of %s is one that Kubernetes' OpenAPI describes, with no field that it does not know",
  (topology) => {
    for (const object of objectsOf(topology)) expect(problemsOf(object), object.metadata.name).toEqual([]);
  },
);

/** Each changes one thing of a Deployment, as text. */
const planted = [
  ["an unknown field", '"replicas"', '"replica"', "/spec/replica: unknown field"],
  ["an unknown field deep inside", '"fieldPath"', '"fieldPaths"', "fieldPaths: unknown field"],
  ["a text instead of a number", '"containerPort":8080', '"containerPort":"8080"', "containerPort: "],
  ["a missing selector", '"selector"', '"selectors"', '"missingProperty":"selector"'],
  ["a word that is none of those allowed", '"IfNotPresent"', '"Sometimes"', "/imagePullPolicy: "],
] as const;

test.skipIf(!isInstalled).each(planted)("%s is found", (_what, from, to, found) => {
  const artifacts = generateArtifacts(topologyOf(readFileSync("topologies/karma-chained.json", "utf8")));
  const deployment = objectsIn(artifacts).find(({ kind }) => kind === "Deployment")!;
  const text = JSON.stringify(deployment);
  expect(text).toContain(from);
  const broken = JSON.parse(text.replace(from, to)) as KubernetesObject;
  expect(problemsOf(broken).join("\n")).toContain(found);
});
