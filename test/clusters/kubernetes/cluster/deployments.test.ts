import { expect, test } from "vitest";
import { limitOf, readSizes, scaleDeployment } from "../../../../src/clusters/kubernetes/cluster/deployments.ts";
import { contractTopology } from "../../../contract/cluster-contract.ts";
import { podObject } from "./pod-object.ts";
import { useApiServer } from "./api-server.ts";
import { fail } from "./fake-api-server.ts";

const LIST = "/apis/apps/v1/namespaces/karma-shop/deployments";
const SCALE = `${LIST}/front/scale`;

const used = useApiServer();

/** A scale whose version others raise `conflicts` times between reading and writing. */
function contested(conflicts: number): { replicas: number } {
  const kept = { replicas: 2, version: 1 };
  let left = conflicts;
  used.server.routes.set(`GET ${SCALE}`, () => ({
    metadata: { resourceVersion: String(kept.version) },
    spec: { replicas: kept.replicas },
  }));
  used.server.routes.set(`PUT ${SCALE}`, (request, response) => {
    const { metadata, spec } = JSON.parse(request.body) as {
      metadata: { resourceVersion: string };
      spec: { replicas: number };
    };
    if (left-- > 0) kept.version++;
    if (metadata.resourceVersion !== String(kept.version))
      return fail(409, "the object has been modified")(request, response);
    kept.replicas = spec.replicas;
    return {};
  });
  return kept;
}

test("a scale that others are at too is read again, and not written over", async () => {
  const kept = contested(3);
  await scaleDeployment(used.caller, "karma-shop", "front", 5);
  expect(kept.replicas).toBe(5);
  expect(used.server.seen.filter(({ method }) => method === "PUT")).toHaveLength(4);
});

test("whoever never gets through says so", async () => {
  contested(1_000);
  const refused = { code: "TOOL_FAILED", message: expect.stringContaining("has been modified") as string };
  await expect(scaleDeployment(used.caller, "karma-shop", "front", 5)).rejects.toMatchObject(refused);
});

test("the size that is there already is not written", async () => {
  contested(0);
  await scaleDeployment(used.caller, "karma-shop", "front", 2);
  expect(used.server.seen.map(({ method }) => method)).toEqual(["GET"]);
});

test("sizes are those of the Deployments, with what a resize left on them", async () => {
  const annotated = { name: "front", annotations: { "karma-sim/cpu-milli": "300" } };
  used.server.routes.set(`GET ${LIST}`, () => ({
    items: [
      { metadata: { name: "back" }, spec: { replicas: 3, template: podObject({ wanted: "1.5" }) } },
      { metadata: annotated, spec: {} },
    ],
  }));
  expect([...(await readSizes(used.caller, "karma-shop", contractTopology))]).toEqual([
    ["front", { replicas: 1, cpuMilli: 300 }],
    ["back", { replicas: 3, cpuMilli: undefined, templateMilli: 1_500 }],
  ]);
});

test("pods have the limit that a resize left, or that of the template, or the declared one", () => {
  const replicas = 1;
  expect(limitOf({ replicas, cpuMilli: 300, templateMilli: 400 }, 200)).toBe(300);
  expect(limitOf({ replicas, cpuMilli: undefined, templateMilli: 400 }, 200)).toBe(400);
  expect(limitOf({ replicas, cpuMilli: undefined, templateMilli: undefined }, 200)).toBe(200);
});

test("a service whose Deployment is gone is named", async () => {
  used.server.routes.set(`GET ${LIST}`, () => ({ items: [{ metadata: { name: "back" }, spec: { replicas: 3 } }] }));
  await expect(readSizes(used.caller, "karma-shop", contractTopology)).rejects.toMatchObject({
    code: "NOT_READY",
    message: expect.stringContaining("no Deployment front") as string,
  });
});
