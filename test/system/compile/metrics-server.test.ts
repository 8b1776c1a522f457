import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { metricsServerObjects } from "../../../src/system/compile/metrics-server.ts";
import { recordAt, type KubernetesObject, listAt } from "./objects.ts";
import { strictProblems, type Validate } from "./strict.ts";

const schemas: Readonly<Record<string, string>> = {
  ServiceAccount: "IoK8sApiCoreV1ServiceAccount",
  ClusterRole: "IoK8sApiRbacV1ClusterRole",
  ClusterRoleBinding: "IoK8sApiRbacV1ClusterRoleBinding",
  RoleBinding: "IoK8sApiRbacV1RoleBinding",
  Service: "IoK8sApiCoreV1Service",
  Deployment: "IoK8sApiAppsV1Deployment",
  APIService: "IoK8sKubeAggregatorPkgApisApiregistrationV1APIService",
};

const objects = metricsServerObjects({ trustsAnyKubelet: false }) as readonly KubernetesObject[];
const isInstalled = readFileSync("package.json", "utf8").includes('"kubernetes-models"');

test.skipIf(!isInstalled).each(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object] as const))(
  "%s of metrics-server is what Kubernetes' OpenAPI describes, and says that karma put it there",
  async (_name, object) => {
    const module: unknown = await import(`kubernetes-models/_schemas/${schemas[object.kind]}`);
    const { validate } = module as { readonly validate: Validate };
    expect(strictProblems(validate, object)).toEqual([]);
    expect(object.metadata.labels).toMatchObject({ "app.kubernetes.io/managed-by": "karma-sim" });
  },
);

function argsOf(trustsAnyKubelet: boolean): readonly unknown[] {
  const all = metricsServerObjects({ trustsAnyKubelet }) as readonly KubernetesObject[];
  const deployment = all.find(({ kind }) => kind === "Deployment");
  const [container] = listAt(deployment, "spec.template.spec.containers");
  return listAt(container, "args");
}

test("kubelets' certificates are trusted unseen on kind alone", () => {
  expect(argsOf(true)).toContain("--kubelet-insecure-tls");
  expect(argsOf(false)).not.toContain("--kubelet-insecure-tls");
});

test("its image is pinned, and its Service finds its pods", () => {
  const deployment = objects.find(({ kind }) => kind === "Deployment");
  const service = objects.find(({ kind }) => kind === "Service");
  expect(JSON.stringify(deployment)).toMatch(
    /"image":"registry\.k8s\.io\/metrics-server\/metrics-server:v\d+\.\d+\.\d+"/,
  );
  expect(recordAt(deployment, "spec.template.metadata.labels")).toMatchObject(recordAt(service, "spec.selector"));
});
