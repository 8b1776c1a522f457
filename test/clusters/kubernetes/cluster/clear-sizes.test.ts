import { expect, test } from "vitest";
import { clearSizes } from "../../../../src/clusters/kubernetes/cluster/clear-sizes.ts";
import { contractTopology } from "../../../contract/cluster-contract.ts";
import { useApiServer } from "./api-server.ts";
import { podObject } from "./pod-object.ts";

const DEPLOYMENTS = "/apis/apps/v1/namespaces/ns/deployments";
const PODS = "/api/v1/namespaces/ns/pods";
const used = useApiServer();

function deployments(annotations: Readonly<Record<string, string>>): void {
  const items = ["front", "back"].map((name) => ({
    metadata: { name, ...(name === "back" ? { annotations } : {}) },
    spec: { replicas: 1 },
  }));
  used.server.routes.set(`GET ${DEPLOYMENTS}`, () => ({ items }));
}

function written(): readonly { readonly path: string; readonly body: unknown }[] {
  return used.server.seen
    .filter(({ method }) => method === "PATCH")
    .map(({ url, body }) => ({ path: url.pathname, body: JSON.parse(body) as unknown }));
}

test("what an old resize wanted is forgotten, and its pods have the size of the topology again", async () => {
  deployments({ "karma-sim/cpu-milli": "300" });
  const pods = [
    podObject({ name: "b", service: "back", wanted: "300m" }),
    podObject({ name: "same", service: "back" }),
    podObject({ name: "f", service: "front", wanted: "300m" }),
  ];
  used.server.routes.set(`GET ${PODS}`, () => ({ items: pods }));
  for (const path of [`${DEPLOYMENTS}/back`, `${PODS}/b/resize`]) used.server.routes.set(`PATCH ${path}`, () => ({}));
  await clearSizes(used.caller, "ns", contractTopology);
  expect(written()).toMatchObject([
    { path: `${DEPLOYMENTS}/back`, body: { metadata: { annotations: { "karma-sim/cpu-milli": null } } } },
    { path: `${PODS}/b/resize`, body: { spec: { containers: [{ resources: { limits: { cpu: "200m" } } }] } } },
  ]);
});

test("where nothing was resized nothing is written", async () => {
  deployments({});
  await clearSizes(used.caller, "ns", contractTopology);
  expect(written()).toEqual([]);
});
