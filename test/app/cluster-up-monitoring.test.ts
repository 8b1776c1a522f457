import { beforeEach, expect, test } from "vitest";
import { watch } from "../../src/app/cluster-up-monitoring.ts";
import type { UpRun } from "../../src/app/cluster-up-run.ts";
import { objectPath, type Manifest } from "../../src/clusters/kubernetes/up/apply.ts";
import { monitoringObjects } from "../../src/system/compile/monitoring/monitoring.ts";
import { useApiServer } from "../clusters/kubernetes/cluster/api-server.ts";
import { karmaChained, topologyOf } from "../system/topology/fixtures.ts";

const topology = { ...topologyOf(karmaChained), name: "chain" };
const base = "/api/v1/namespaces/karma-monitoring";
const used = useApiServer();

beforeEach(() => {
  const { routes } = used.server;
  for (const object of monitoringObjects(topology)) {
    routes.set(`PATCH ${objectPath(object as Manifest)}`, ({ body }) => JSON.parse(body) as unknown);
  }
  routes.set("GET /apis/apps/v1/namespaces/karma-monitoring/deployments", () => ({ items: [] }));
  routes.set(`GET ${base}/pods`, () => ({ items: [] }));
});

/** What a failure after the monitoring would take back. */
async function undoneAfter(watched: readonly string[]): Promise<readonly string[]> {
  const items = watched.map((namespace) => ({
    metadata: { name: `rules-of-${namespace}`, labels: { "karma-sim/watches": namespace } },
  }));
  used.server.routes.set(`GET ${base}/configmaps`, () => ({ items }));
  const undone: string[] = [];
  const plan = { topology, namespace: "karma-chain", context: "fake", cluster: undefined, image: "karma-mock:1" };
  const undo = { add: (title: string) => void undone.push(title) };
  const run = { plan, undo, host: { signal: new AbortController().signal } } as unknown as UpRun;
  await watch(run, { api: used.server.api as never, caller: used.caller }, () => {});
  return undone;
}

test("a failure takes the monitoring away that this run put there, and none that was there before", async () => {
  expect(await undoneAfter(["karma-shop"])).toEqual(["take the monitoring away"]);
  expect(await undoneAfter(["karma-shop", "karma-chain"])).toEqual([]);
});
