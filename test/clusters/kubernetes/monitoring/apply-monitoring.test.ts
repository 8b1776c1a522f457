import { afterEach, beforeEach, expect, test } from "vitest";
import { createApiCaller } from "../../../../src/clusters/kubernetes/cluster/api-caller.ts";
import type { ApiCaller } from "../../../../src/clusters/kubernetes/cluster/api-request.ts";
import { applyMonitoring, removeMonitoring } from "../../../../src/clusters/kubernetes/monitoring/apply-monitoring.ts";
import { monitoringObjects } from "../../../../src/system/compile/monitoring/monitoring.ts";
import { objectPath, type Manifest } from "../../../../src/clusters/kubernetes/up/apply.ts";
import { karmaChained, topologyOf } from "../../../system/topology/fixtures.ts";
import { type FakeApiServer, fail, startFakeApiServer } from "../cluster/fake-api-server.ts";

const topology = { ...topologyOf(karmaChained), name: "chain" };
const base = "/api/v1/namespaces/karma-monitoring";
const deployments = "/apis/apps/v1/namespaces/karma-monitoring/deployments";

let server: FakeApiServer;
let api: ApiCaller;

beforeEach(async () => {
  server = await startFakeApiServer();
  api = createApiCaller(server.api);
  for (const object of monitoringObjects(topology)) {
    server.routes.set(`PATCH ${objectPath(object as Manifest)}`, ({ body }) => JSON.parse(body) as unknown);
  }
  server.routes.set(`GET ${deployments}`, () => ({ items: [] }));
  server.routes.set(`GET ${base}/pods`, () => ({ items: [] }));
});
afterEach(async () => {
  await api.close();
  await server.close();
});

function watched(...namespaces: readonly string[]): void {
  const items = namespaces.flatMap((namespace) =>
    ["rules-of", "dashboards-of"].map((what) => ({
      metadata: { name: `${what}-${namespace}`, labels: { "karma-sim/watches": namespace } },
    })),
  );
  server.routes.set(`GET ${base}/configmaps`, () => ({ items }));
}

test("what watches other topologies goes on watching them", async () => {
  watched("karma-chain", "karma-shop");
  await applyMonitoring(api, topology, {}, new AbortController().signal);
  const state = server.seen.find(({ method, url }) => method === "PATCH" && url.pathname === `${deployments}/state`);
  expect(state?.body).toContain('"karma-chain,karma-shop"');
});

test("with one of two topologies go its rules and its dashboard alone", async () => {
  watched("karma-chain", "karma-shop");
  for (const name of ["rules-of-karma-shop", "dashboards-of-karma-shop"]) {
    server.routes.set(`DELETE ${base}/configmaps/${name}`, () => ({}));
  }
  await removeMonitoring(api, "karma-shop");
  expect(deleted()).toEqual([`${base}/configmaps/rules-of-karma-shop`, `${base}/configmaps/dashboards-of-karma-shop`]);
});

test("with the last topology goes all of it", async () => {
  watched("karma-shop");
  server.routes.set(`DELETE ${base}`, () => ({}));
  await removeMonitoring(api, "karma-shop");
  expect(deleted()).toEqual([base]);
});

test("where nothing watches, or only others, nothing is deleted", async () => {
  watched("karma-chain");
  await removeMonitoring(api, "karma-shop");
  watched();
  await removeMonitoring(api, "karma-shop");
  expect(deleted()).toEqual([]);
});

test("who may not look into the monitoring's namespace can still take a topology away", async () => {
  server.routes.set(`GET ${base}/configmaps`, fail(403, "you may not"));
  await removeMonitoring(api, "karma-shop");
  expect(deleted()).toEqual([]);
});

test("what may not be applied is said by its name", async () => {
  watched();
  const role = "/apis/rbac.authorization.k8s.io/v1/namespaces/karma-chain/roles/karma-state";
  server.routes.set(`PATCH ${role}`, fail(403, "you may not"));
  await expect(applyMonitoring(api, topology, {}, new AbortController().signal)).rejects.toThrow(
    "apply Role karma-state",
  );
});

function deleted(): readonly string[] {
  return server.seen.filter(({ method }) => method === "DELETE").map(({ url }) => url.pathname);
}
