import { beforeEach, expect, test } from "vitest";
import { type PodRegistry, createPodRegistry } from "../../../../src/clusters/kubernetes/cluster/pod-registry.ts";
import { type Restarts, createRestarts } from "../../../../src/clusters/kubernetes/cluster/restart-pod.ts";
import { useApiServer } from "./api-server.ts";
import { fail } from "./fake-api-server.ts";
import { podState } from "./pod-object.ts";

const used = useApiServer();
const old = { name: "old", created: "2026-01-02T03:00:00Z" };

let registry: PodRegistry;
let restarts: Restarts;
beforeEach(() => {
  registry = createPodRegistry(
    new Set(["cart"]),
    () => 0,
    () => 0,
  );
  registry.replaceAll([podState(old), podState({ name: "other" })]);
  restarts = createRestarts({
    caller: used.caller,
    namespace: "karma-shop",
    registry,
    ageMs: () => 60_500,
    onFailure: (error) => expect.unreachable(String(error)),
  });
  for (const method of ["PATCH", "DELETE"])
    used.server.routes.set(`${method} /api/v1/namespaces/karma-shop/pods/old`, () => ({}));
});

function deleted(): readonly string[] {
  return used.server.seen.flatMap(({ method, url }) => (method === "DELETE" ? [url.pathname.split("/").at(-1)!] : []));
}

test("the oldest ready pod leaves its ReplicaSet, and would end by itself if this process did", async () => {
  await restarts.restart("cart", 2);
  expect(JSON.parse(used.server.seen[0]!.body)).toEqual({
    metadata: { uid: "uid of old", labels: { "pod-template-hash": null, "karma-sim/retiring": "true" } },
    spec: { activeDeadlineSeconds: 361 },
  });
});

test("it goes when as many others are ready as are desired, not before", async () => {
  await restarts.restart("cart", 2);
  registry.put(podState({ ...old, isRetiring: true }));
  registry.put(podState({ name: "new", isReady: false }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(deleted()).toEqual([]);
  registry.put(podState({ name: "new" }));
  await expect.poll(deleted, { timeout: 10_000 }).toEqual(["old"]);
});

test.each([
  ["fewer", 1, []],
  ["more", 3, ["new", "newer"]],
])("%s pods that are desired meanwhile are what it waits for", async (_title, desired, coming) => {
  await restarts.restart("cart", 2);
  registry.put(podState({ ...old, isRetiring: true }));
  restarts.resized("cart", desired);
  for (const name of coming) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(deleted()).toEqual([]);
    registry.put(podState({ name }));
  }
  await expect.poll(deleted, { timeout: 10_000 }).toEqual(["old"]);
});

test("two restarts at once replace two pods", async () => {
  used.server.routes.set("PATCH /api/v1/namespaces/karma-shop/pods/other", () => ({}));
  await Promise.all([restarts.restart("cart", 2), restarts.restart("cart", 2)]);
  const patched = used.server.seen.map(({ url }) => url.pathname.split("/").at(-1)!);
  expect(patched.toSorted()).toEqual(["old", "other"]);
});

test("a pod whose retirement fails is the next one's choice again", async () => {
  used.server.routes.set("PATCH /api/v1/namespaces/karma-shop/pods/old", fail(503, "etcd"));
  await expect(restarts.restart("cart", 2)).rejects.toThrow("etcd");
  used.server.routes.set("PATCH /api/v1/namespaces/karma-shop/pods/old", () => ({}));
  await restarts.restart("cart", 2);
  expect(used.server.seen.map(({ url }) => url.pathname.split("/").at(-1))).toEqual(["old", "old"]);
});

test("a pod that ended because nobody took it away is taken away", async () => {
  registry.put(podState({ name: "left", isRetiring: true, isReady: false, phase: "Failed" }));
  used.server.routes.set("DELETE /api/v1/namespaces/karma-shop/pods/left", () => ({}));
  await restarts.restart("cart", 2);
  expect(deleted()).toEqual(["left"]);
});

test("whoever stops waiting leaves no pod behind", async () => {
  await restarts.restart("cart", 2);
  await restarts.finish();
  expect(deleted()).toEqual(["old"]);
  await restarts.finish();
  expect(deleted()).toEqual(["old"]);
});

test("a service without a ready pod has nothing to replace", async () => {
  registry.replaceAll([podState({ isReady: false })]);
  await restarts.restart("cart", 1);
  expect(used.server.seen).toEqual([]);
});
