import { beforeEach, expect, test } from "vitest";
import { type PodRegistry, createPodRegistry } from "../../../../src/clusters/kubernetes/cluster/pod-registry.ts";
import { createResize } from "../../../../src/clusters/kubernetes/cluster/resize-pods.ts";
import type { Resize } from "../../../../src/control/loop/cluster.ts";
import { useApiServer } from "./api-server.ts";
import { podState } from "./pod-object.ts";

const used = useApiServer();
const DEPLOYMENT = "PATCH /apis/apps/v1/namespaces/karma-shop/deployments/cart";

let registry: PodRegistry;
let wanted: Map<string, number>;
let resize: (service: string, cpuMilli: number) => Promise<Resize>;
function onFailure(error: unknown): void {
  expect.unreachable(String(error));
}

beforeEach(() => {
  registry = createPodRegistry(
    new Set(["cart"]),
    () => 0,
    () => 0,
  );
  registry.replaceAll([podState({ name: "a" })]);
  wanted = new Map();
  resize = createResize({ caller: used.caller, namespace: "karma-shop", registry, wanted, onFailure });
  used.server.routes.set("GET /api/v1", () => ({ resources: [{ name: "pods" }, { name: "pods/resize" }] }));
  used.server.routes.set(DEPLOYMENT, () => ({}));
});

/** Nodes that give every size, or refuse those above one. */
function nodes(mostMilli: number): void {
  for (const name of ["a", "b"]) {
    used.server.routes.set(`PATCH /api/v1/namespaces/karma-shop/pods/${name}/resize`, ({ body }) => {
      const milli = Number(/"limits":\{"cpu":"(\d+)m"/.exec(body)![1]);
      const cpu = `${milli}m`;
      const given = milli > mostMilli ? { wanted: cpu, has: "200m", refused: "not enough capacity" } : { wanted: cpu };
      setTimeout(() => registry.put(podState({ name, ...given })), 5);
      return {};
    });
  }
}

function patched(): readonly string[] {
  return used.server.seen.flatMap(({ method, url }) =>
    method === "PATCH" ? [url.pathname.split("/").slice(-2).join("/")] : [],
  );
}

test("pods are changed as they run, requests keep their share, and the Deployment remembers it", async () => {
  nodes(1_000);
  expect(await resize("cart", 300)).toEqual({ how: "in-place" });
  expect(patched()).toEqual(["a/resize", "deployments/cart"]);
  const [, change, note] = used.server.seen.map(({ body }) => body);
  expect(JSON.parse(change!)).toMatchObject({
    spec: { containers: [{ name: "mock", resources: { limits: { cpu: "300m" }, requests: { cpu: "75m" } } }] },
  });
  expect(JSON.parse(note!)).toEqual({ metadata: { annotations: { "karma-sim/cpu-milli": "300" } } });
});

test("a pod that comes later gets the size too, once", async () => {
  nodes(1_000);
  await resize("cart", 300);
  registry.put(podState({ name: "b" }));
  registry.put(podState({ name: "b", isReady: false }));
  await expect.poll(() => patched().filter((one) => one === "b/resize"), { timeout: 10_000 }).toHaveLength(1);
  await expect
    .poll(() => registry.of("cart").map(({ limitMilli }) => limitMilli), { timeout: 10_000 })
    .toEqual([300, 300]);
});

test("a size that a node refuses is taken back and said to be refused", async () => {
  nodes(500);
  await expect(resize("cart", 64_000)).rejects.toMatchObject({
    code: "NOT_READY",
    message: expect.stringContaining("not enough capacity") as string,
  });
  expect(patched()).toEqual(["a/resize", "a/resize"]);
  expect(registry.of("cart")[0]).toMatchObject({ wantedMilli: 200, refusedSize: "" });
  expect(wanted.size).toBe(0);
});

test("an API server without pods/resize has its pods replaced, and that is said", async () => {
  used.server.routes.set("GET /api/v1", () => ({ resources: [{ name: "pods" }] }));
  used.server.routes.set("GET /version", () => ({ gitVersion: "v1.31.2" }));
  expect(await resize("cart", 300)).toEqual({
    how: "replaced",
    why: "Kubernetes v1.31.2 has no pods/resize, which comes with 1.33",
  });
  expect(patched()).toEqual(["deployments/cart"]);
  expect(used.server.seen.at(-1)!.body).toContain('"template":{"spec":{"containers":[{"name":"mock"');
});
