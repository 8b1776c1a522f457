import { expect, test } from "vitest";
import { refuseForeignAutoscalers } from "../../../../src/clusters/kubernetes/up/foreign-autoscalers.ts";
import { freeNodes, nodeAddress } from "../../../../src/clusters/kubernetes/up/free-nodes.ts";
import { deleteNamespace, isNamespaceThere, ownNamespaces } from "../../../../src/clusters/kubernetes/up/namespace.ts";
import { metricsState } from "../../../../src/clusters/kubernetes/up/metrics-server.ts";
import { keptNodePorts, usedNodePorts } from "../../../../src/clusters/kubernetes/up/node-ports.ts";
import { requireServerVersion } from "../../../../src/clusters/kubernetes/up/server-version.ts";
import { fail } from "../cluster/fake-api-server.ts";
import { useApiServer } from "../cluster/api-server.ts";

const used = useApiServer();
const never = new AbortController().signal;
const route = (path: string, value: unknown): void => void used.server.routes.set(`GET ${path}`, () => value);

const ready = { conditions: [{ type: "Ready", status: "True" }], allocatable: { cpu: "2", memory: "4Gi" } };
const container = (cpu: string, memory: string): object => ({ resources: { requests: { cpu, memory } } });

test("what pods of others request is taken from what nodes have; nodes that take no pods do not count", async () => {
  route("/api/v1/nodes", {
    items: [
      { metadata: { name: "a" }, status: ready },
      { metadata: { name: "tainted" }, spec: { taints: [{ effect: "NoSchedule" }] }, status: ready },
      { metadata: { name: "closed" }, spec: { unschedulable: true }, status: ready },
      { metadata: { name: "down" }, status: { ...ready, conditions: [{ type: "Ready", status: "Unknown" }] } },
    ],
  });
  route("/api/v1/pods", {
    items: [
      {
        metadata: { namespace: "x" },
        spec: { nodeName: "a", containers: [container("250m", "1Gi"), container("50m", "0")] },
      },
      { metadata: { namespace: "mine" }, spec: { nodeName: "a", containers: [container("1", "1Gi")] } },
      { metadata: { namespace: "x" }, spec: { containers: [container("1", "1Gi")] } },
      { metadata: { namespace: "x" }, spec: { nodeName: "a", containers: [{}] } },
    ],
  });
  expect(await freeNodes(used.caller, "mine")).toEqual([{ name: "a", cpuMilli: 1_700, memoryMiB: 3_072 }]);
});

test("an address from outside goes before one from inside", async () => {
  const inside = { type: "InternalIP", address: "10.0.0.1" };
  route("/api/v1/nodes", { items: [{ status: { addresses: [inside] } }] });
  expect(await nodeAddress(used.caller)).toBe("10.0.0.1");
  const outside = { type: "ExternalIP", address: "203.0.113.9" };
  route("/api/v1/nodes", { items: [{ status: { addresses: [inside, outside] } }] });
  expect(await nodeAddress(used.caller)).toBe("203.0.113.9");
});

const service = (namespace: string, nodePort?: number): object => ({
  metadata: { namespace },
  spec: { ports: [nodePort === undefined ? {} : { nodePort }] },
});

test("node ports are told apart by whose they are", async () => {
  route("/api/v1/services", {
    items: [service("mine", 30_001), service("mine", 30_000), service("x", 30_005), service("x")],
  });
  expect(await usedNodePorts(used.caller, "mine")).toEqual({ own: [30_000, 30_001], others: new Set([30_005]) });
});

test("a port that the API server keeps is found by asking for it, without making anything; no right to ask is no answer", async () => {
  const path = "POST /api/v1/namespaces/default/services";
  used.server.routes.set(path, (asked, response) => {
    expect(asked.url.searchParams.get("dryRun")).toBe("All");
    const { spec } = JSON.parse(asked.body) as { spec: { ports: { nodePort: number }[] } };
    if (spec.ports[0]!.nodePort === 30_001) return fail(422, "provided port is already allocated")(asked, response);
    return {};
  });
  expect(await keptNodePorts(used.caller, [30_000, 30_001])).toEqual(new Set([30_001]));
  used.server.routes.set(path, fail(403, "no"));
  expect(await keptNodePorts(used.caller, [30_000, 30_001])).toEqual(new Set());
});

test("who may not look at the whole cluster is told less, and not refused", async () => {
  for (const path of ["/api/v1/nodes", "/api/v1/services"]) used.server.routes.set(`GET ${path}`, fail(403, "no"));
  used.server.routes.set("GET /apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io", fail(403, "no"));
  route("/api/v1/namespaces/mine/services", { items: [service("mine", 30_001)] });
  expect(await nodeAddress(used.caller)).toBeUndefined();
  expect(await usedNodePorts(used.caller, "mine")).toEqual({ own: [30_001], others: new Set() });
  expect(await metricsState(used.caller)).toMatchObject({ kind: "unknown", isOwn: false });
});

test.each([
  ["1", "34", true],
  ["1", "30+", true],
  ["1", "29", false],
  ["2", "0", true],
])("Kubernetes %s.%s is new enough: %s", async (major, minor, isNew) => {
  route("/version", { major, minor, gitVersion: `v${major}.${minor}.1` });
  const asked = requireServerVersion(used.caller, never);
  if (isNew) expect(await asked).toBe(`v${major}.${minor}.1`);
  else await expect(asked).rejects.toMatchObject({ code: "NOT_READY", message: expect.stringContaining("v1.29.1") });
});

const path = "/api/v1/namespaces/karma-shop";
const karmas = { "app.kubernetes.io/managed-by": "karma-sim" };

test("a namespace is there, not there, or another's, which is refused", async () => {
  expect(await isNamespaceThere(used.caller, "karma-shop", never)).toBe(false);
  route(path, { metadata: { labels: karmas }, status: { phase: "Active" } });
  expect(await isNamespaceThere(used.caller, "karma-shop", never)).toBe(true);
  route(path, { metadata: { labels: {} }, status: { phase: "Active" } });
  await expect(isNamespaceThere(used.caller, "karma-shop", never)).rejects.toThrow("found one that others made");
});

test("a namespace on its way out is waited for", async () => {
  let asked = 0;
  used.server.routes.set(`GET ${path}`, (_request, response) => {
    if (++asked > 1) response.statusCode = 404;
    return { metadata: { labels: karmas }, status: { phase: "Terminating" } };
  });
  expect(await isNamespaceThere(used.caller, "karma-shop", never)).toBe(false);
  expect(asked).toBe(2);
});

test("a namespace is deleted when it is gone, not when that is promised", async () => {
  let left = 2;
  used.server.routes.set(`DELETE ${path}`, () => ({}));
  used.server.routes.set(`GET ${path}`, (_request, response) => {
    if (left-- === 0) response.statusCode = 404;
    return {};
  });
  await deleteNamespace(used.caller, "karma-shop");
  expect(left).toBe(-1);
});

test("karma's namespaces are found by their label", async () => {
  route("/api/v1/namespaces", { items: [{ metadata: { name: "karma-a" } }] });
  expect(await ownNamespaces(used.caller)).toEqual(["karma-a"]);
  expect(used.server.seen[0]!.url.searchParams.get("labelSelector")).toBe("app.kubernetes.io/managed-by=karma-sim");
});

const autoscalers = (group: string, plural: string): string => `/apis/${group}/namespaces/karma-shop/${plural}`;
const scaler = (name: string, labels: object): object => ({
  metadata: { name, labels },
  spec: {
    scaleTargetRef: { kind: "Deployment", name: "cart" },
    targetRef: { kind: "Deployment", name: "cart" },
  },
});

test("an autoscaler of karma's is none of others; another's is refused with what deletes it, KEDA's and VPAs too", async () => {
  route("/apis", { groups: [{ name: "autoscaling" }, { name: "keda.sh" }, { name: "autoscaling.k8s.io" }] });
  const [hpas, objects, vpas] = [
    autoscalers("autoscaling/v2", "horizontalpodautoscalers"),
    autoscalers("keda.sh/v1alpha1", "scaledobjects"),
    autoscalers("autoscaling.k8s.io/v1", "verticalpodautoscalers"),
  ];
  route(hpas, { items: [scaler("cart", karmas)] });
  route(objects, { items: [] });
  route(vpas, { items: [] });
  await expect(refuseForeignAutoscalers(used.caller, "karma-shop")).resolves.toBeUndefined();
  route(hpas, { items: [scaler("cart", karmas), scaler("theirs", {})] });
  route(objects, { items: [scaler("keda", {})] });
  route(vpas, { items: [scaler("tall", {})] });
  await expect(refuseForeignAutoscalers(used.caller, "karma-shop")).rejects.toMatchObject({
    code: "NOT_READY",
    hint: "kubectl --context fake -n karma-shop delete hpa/theirs scaledobject/keda vpa/tall",
    problems: [{ path: "hpa/theirs", message: "scales Deployment cart" }, {}, {}],
  });
});
