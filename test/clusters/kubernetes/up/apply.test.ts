import { expect, test } from "vitest";
import { applyObjects, deleteObject, objectPath } from "../../../../src/clusters/kubernetes/up/apply.ts";
import { pruneObjects } from "../../../../src/clusters/kubernetes/up/prune.ts";
import { metricsServerObjects } from "../../../../src/system/compile/metrics-server.ts";
import { manifestObjects } from "../../../../src/system/compile/manifests.ts";
import { chain } from "../../../evaluate/chain.ts";
import { useApiServer } from "../cluster/api-server.ts";
import { fail } from "../cluster/fake-api-server.ts";

const used = useApiServer();
const never = new AbortController().signal;
const objects = [
  ...manifestObjects(chain, { hpa: { cpuTargetPercent: 60 }, hasNetworkPolicy: true }),
  ...metricsServerObjects({ trustsAnyKubelet: true }),
];
type Any = { apiVersion: string; kind: string; metadata: { name: string; namespace?: string } };

test("everything that is generated is applied on the server's side, in order, as karma's", async () => {
  for (const object of objects) used.server.routes.set(`PATCH ${objectPath(object as Any)}`, () => ({}));
  const done: number[] = [];
  await applyObjects(used.caller, objects, (count) => done.push(count), never);
  expect(done.at(-1)).toBe(objects.length);
  expect(used.server.seen.map(({ body }) => JSON.parse(body) as object)).toEqual(objects);
  for (const { url } of used.server.seen) {
    expect(url.search).toBe("?fieldManager=karma&force=true&fieldValidation=Strict");
  }
  expect(used.server.seen[0]!.url.pathname).toBe(`/api/v1/namespaces/karma-${chain.name}`);
});

test("what the server refuses names the object, and nothing after it is applied", async () => {
  const [space, second] = objects as Any[];
  used.server.routes.set(`PATCH ${objectPath(space!)}`, () => ({}));
  used.server.routes.set(`PATCH ${objectPath(second!)}`, fail(422, "provided port is already allocated"));
  await expect(applyObjects(used.caller, objects, () => {}, never)).rejects.toMatchObject({
    code: "TOOL_FAILED",
    message: expect.stringMatching(`cannot apply ${second!.kind} ${second!.metadata.name}.*already allocated`),
  });
  expect(used.server.seen).toHaveLength(2);
});

test("an interruption stops between two objects", async () => {
  const stop = new AbortController();
  stop.abort(new Error("stopped"));
  await expect(applyObjects(used.caller, objects, () => {}, stop.signal)).rejects.toThrow("stopped");
  expect(used.server.seen).toEqual([]);
});

test("what is gone already is as good as deleted; a refusal is not", async () => {
  const object = objects[0] as Any;
  await deleteObject(used.caller, object);
  used.server.routes.set(`DELETE ${objectPath(object)}`, fail(403, "no"));
  await expect(deleteObject(used.caller, object)).rejects.toThrow("cannot delete Namespace");
});

const list =
  (...names: string[]) =>
  (): object => ({ items: names.map((name) => ({ metadata: { name } })) });

test("objects that a topology has no more are deleted, others stay", async () => {
  const namespace = `karma-${chain.name}`;
  const { routes, seen } = used.server;
  routes.set(`GET /apis/apps/v1/namespaces/${namespace}/deployments`, list("old", chain.services[0]!.name));
  routes.set(`GET /api/v1/namespaces/${namespace}/services`, list(chain.services[0]!.name));
  routes.set(`GET /api/v1/namespaces/${namespace}/configmaps`, list("old-config"));
  routes.set(`GET /apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`, list());
  const deleted = await pruneObjects(used.caller, namespace, chain.name, objects);
  expect(deleted).toEqual(["Deployment old", "ConfigMap old-config"]);
  const selectors = seen.map(({ url }) => url.searchParams.get("labelSelector")).filter((one) => one !== null);
  expect(new Set(selectors)).toEqual(
    new Set([`app.kubernetes.io/managed-by=karma-sim,app.kubernetes.io/instance=${chain.name}`]),
  );
});
