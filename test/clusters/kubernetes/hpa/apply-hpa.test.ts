import { afterEach, beforeEach, expect, test } from "vitest";
import { createApiCaller } from "../../../../src/clusters/kubernetes/cluster/api-caller.ts";
import type { ApiCaller } from "../../../../src/clusters/kubernetes/cluster/api-request.ts";
import { applyHpa, removeHpa } from "../../../../src/clusters/kubernetes/hpa/apply-hpa.ts";
import { findAutoscalers } from "../../../../src/clusters/kubernetes/hpa/find-autoscalers.ts";
import { kubernetesHpaConfig } from "../../../../src/clusters/kubernetes/hpa/hpa-spec-text.ts";
import { topologyOf } from "../../../system/topology/fixtures.ts";
import { type FakeApiServer, fail, startFakeApiServer } from "../cluster/fake-api-server.ts";

const topology = topologyOf({
  name: "shop",
  services: {
    gate: { cpu: 400, computation_throughput: 10 },
    store: { cpu: 200, computation_throughput: 10 },
  },
  connections: [{ source: "gate", destination: "store" }],
});
const HPAS = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers";
const SCALED = "/apis/keda.sh/v1alpha1/namespaces/shop/scaledobjects";
const VPAS = "/apis/autoscaling.k8s.io/v1/namespaces/shop/verticalpodautoscalers";

let server: FakeApiServer;
let api: ApiCaller;
let groups: string[];

beforeEach(async () => {
  groups = ["autoscaling"];
  server = await startFakeApiServer();
  api = createApiCaller(server.api);
  server.routes.set("GET /apis", () => ({ groups: groups.map((name) => ({ name })) }));
  have(HPAS, []);
  for (const name of ["gate", "store"]) {
    server.routes.set(`GET /apis/apps/v1/namespaces/shop/deployments/${name}`, () => deployment);
    server.routes.set(`PATCH ${HPAS}/${name}`, ({ body }) => JSON.parse(body) as unknown);
  }
});
afterEach(async () => {
  await api.close();
  await server.close();
});

const resources = { requests: { cpu: "100m" }, limits: { cpu: "0.4" } };
const deployment = { spec: { template: { spec: { containers: [{ resources }] } } } };

function have(path: string, items: readonly object[]): void {
  server.routes.set(`GET ${path}`, () => ({ items }));
}

function scaler(name: string, target: object, more: object = {}, spec: object = {}): object {
  return { metadata: { name, ...more }, spec: { scaleTargetRef: target, ...spec } };
}

const ours = { labels: { "app.kubernetes.io/managed-by": "karma-sim" } };
const onGate = { kind: "Deployment", name: "gate" };

function apply(spec = "kubernetes-hpa:60"): ReturnType<typeof applyHpa> {
  return applyHpa(api, "shop", topology, kubernetesHpaConfig(spec, 2));
}

function written(): readonly string[] {
  return server.seen.filter(({ method }) => method !== "GET").map(({ method, url }) => `${method} ${url.pathname}`);
}

test("every Deployment gets an HPA, its target counted from what it really requests", async () => {
  const objects = await apply();
  expect(written()).toEqual([`PATCH ${HPAS}/gate`, `PATCH ${HPAS}/store`]);
  expect(objects[0]!.spec.metrics[0]).toMatchObject({ resource: { target: { averageUtilization: 240 } } });
  expect(server.seen.at(-1)!.url.search).toBe("?fieldManager=karma&force=true&fieldValidation=Strict");
});

test.each([
  [
    "an HPA",
    "autoscaling",
    HPAS,
    scaler("hers", onGate),
    "HorizontalPodAutoscaler hers already scales Deployment gate",
  ],
  ["KEDA", "keda.sh", SCALED, scaler("hers", { name: "gate" }), "ScaledObject hers already scales Deployment gate"],
  [
    "a VPA",
    "autoscaling.k8s.io",
    VPAS,
    { metadata: { name: "hers" }, spec: { targetRef: onGate } },
    "VerticalPodAutoscaler hers already scales Deployment gate",
  ],
])("%s that somebody else made is refused before anything changes", async (_what, group, path, object, message) => {
  groups.push(group);
  have(path, [object]);
  await expect(apply()).rejects.toMatchObject({
    code: "NOT_READY",
    message: `in namespace shop ${message}`,
    hint: expect.stringContaining("kubectl -n shop delete") as string,
  });
  expect(written()).toEqual([]);
});

test("what decides no size of ours is let be: other targets, a VPA that is off, KEDA's own HPA a second time", async () => {
  groups.push("autoscaling.k8s.io", "keda.sh");
  have(HPAS, [
    scaler("other", { kind: "Deployment", name: "elsewhere" }),
    scaler("set", { kind: "StatefulSet", name: "gate" }),
    scaler("keda-hpa-x", onGate, { ownerReferences: [{ kind: "ScaledObject" }] }),
    scaler("gate", onGate, ours),
  ]);
  server.routes.set(`GET ${HPAS}/gate`, () => scaler("gate", onGate, ours));
  have(VPAS, [{ metadata: { name: "v" }, spec: { targetRef: onGate, updatePolicy: { updateMode: "Off" } } }]);
  expect((await findAutoscalers(api, "shop")).map(({ name, isKarmas }) => [name, isKarmas])).toEqual([
    ["other", false],
    ["gate", true],
  ]);
  await apply();
});

test("kinds that may not be listed are no silent none", async () => {
  server.routes.set(`GET ${HPAS}`, fail(403, "you cannot list resource horizontalpodautoscalers"));
  await expect(apply()).rejects.toMatchObject({ code: "TOOL_FAILED" });
  expect(written()).toEqual([]);
});

test("where the second cannot be made the first goes again", async () => {
  server.routes.set(`PATCH ${HPAS}/store`, fail(403, "not here"));
  server.routes.set(`PATCH ${HPAS}/gate`, ({ body }) => {
    have(HPAS, [scaler("gate", onGate, ours)]);
    return JSON.parse(body) as unknown;
  });
  server.routes.set(`DELETE ${HPAS}/gate`, () => ({}));
  await expect(apply()).rejects.toThrow("create HPA store");
  expect(written().at(-1)).toBe(`DELETE ${HPAS}/gate`);
});

test("a cluster that drops the tolerance is refused, and no HPA stays", async () => {
  server.routes.set(`PATCH ${HPAS}/gate`, ({ body }) => {
    have(HPAS, [scaler("gate", onGate, ours)]);
    return JSON.parse(body.replaceAll(/,"tolerance":"\d+m"/g, "")) as unknown;
  });
  server.routes.set(`DELETE ${HPAS}/gate`, () => ({}));
  await expect(apply("kubernetes-hpa:60,tolerance=0.05")).rejects.toThrow("found one that drops it");
  expect(written().at(-1)).toBe(`DELETE ${HPAS}/gate`);
});

test("requests per second need an API that tells them", async () => {
  await expect(apply("kubernetes-hpa:rps=50")).rejects.toThrow("expected an API of external metrics");
  server.routes.set("GET /apis/external.metrics.k8s.io/v1beta1", () => ({}));
  await apply("kubernetes-hpa:rps=50");
});

test("only karma's own HPAs of this topology are removed", async () => {
  have(HPAS, [scaler("gate", onGate, ours), scaler("hers", onGate), scaler("cart", onGate, ours)]);
  server.routes.set(`DELETE ${HPAS}/gate`, () => ({}));
  await removeHpa(api, "shop", topology);
  expect(written()).toEqual([`DELETE ${HPAS}/gate`]);
});

test("where one cannot be made, those of an earlier run come back as they were, and the first failure is told", async () => {
  const earlier = scaler("gate", onGate, ours, { minReplicas: 7 });
  have(HPAS, [earlier]);
  server.routes.set(`GET ${HPAS}/gate`, () => earlier);
  server.routes.set(`PATCH ${HPAS}/store`, fail(403, "not here"));
  server.routes.set(`DELETE ${HPAS}/gate`, () => ({}));
  await expect(apply()).rejects.toThrow("create HPA store");
  const last = server.seen.findLast(({ method }) => method === "PATCH")!;
  expect(last.url.pathname).toBe(`${HPAS}/gate`);
  expect(JSON.parse(last.body)).toMatchObject({
    metadata: { name: "gate", namespace: "shop" },
    spec: { minReplicas: 7 },
  });
});
