import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { entryCount, entryUrls, innerEntryUrls } from "../../src/app/cluster-up-entries.ts";
import { planUp } from "../../src/app/cluster-up-plan.ts";
import type { KubernetesUpRequest } from "../../src/app/cluster-up-request.ts";
import { readPackageFile } from "../../src/host/package-files.ts";
import { createFolder } from "../host/folder.ts";

function planOf(changes: Partial<KubernetesUpRequest>): ReturnType<typeof planUp> {
  const cwd = createFolder();
  writeFileSync(join(cwd, "shop.json"), readPackageFile("topologies/karma-two-services.json"));
  const kept = { scale: 1, timeScale: 1, seed: 1, requestShare: 1, isKept: false } as const;
  const request = { cwd, topology: "shop.json", where: { kind: "kind" }, ...kept, ...changes };
  return planUp(request as KubernetesUpRequest, cwd);
}

test("a topology has a cluster, a namespace and an image of its own, and the image's name says what is in it", () => {
  const plan = planOf({});
  expect(plan).toMatchObject({ cluster: `karma-${plan.topology.name}`, namespace: `karma-${plan.topology.name}` });
  expect(plan.context).toBe(`kind-${plan.cluster}`);
  expect(plan.image).toMatch(/^karma-mock:[0-9a-f]{12}$/);
  expect(planOf({ baseImage: "node:24-alpine" }).image).not.toBe(plan.image);
  expect(planOf({ scale: 0.5 }).image).toBe(plan.image);
});

test("scale, maxima and time scale reach the topology, its timing and the mocks", () => {
  const plain = planOf({});
  const plan = planOf({ scale: 0.5, maxReplicas: 2, timeScale: 10, requestShare: 0.25, seed: 7 });
  expect(plan.topology.services[0]!.cpuMilli).toBe(plain.topology.services[0]!.cpuMilli / 2);
  expect(Math.max(...plan.topology.services.map(({ maxReplicas }) => maxReplicas))).toBe(2);
  expect(plan.timing).toMatchObject({ timeScale: 10, syncPeriodMs: plain.timing.syncPeriodMs / 10 });
  expect(plan.options).toMatchObject({ timeScale: 10, requestShare: 0.25, seed: 7 });
});

test("a context's nodes open a port for the entry only where it is asked for; kind's always do", () => {
  const where = { kind: "context", context: "prod" } as const;
  expect(planOf({}).options.nodePort).toBeGreaterThan(0);
  expect(planOf({ where, image: "x:1" }).options.nodePort).toBeUndefined();
  expect(planOf({ where, image: "x:1", nodePort: 30_123 }).options.nodePort).toBe(30_123);
  expect(planOf({ where, image: "x:1", entryHost: "a.example" }).options.nodePort).toBe(planOf({}).options.nodePort);
  const { topology } = planOf({});
  const [{ service, endpoint }] = topology.entries as [(typeof topology.entries)[number]];
  expect(innerEntryUrls(topology)[0]!.url).toBe(`http://${service}.karma-${topology.name}.svc:8080/${endpoint}`);
});

test("a context needs an image that its nodes can get", () => {
  const where = { kind: "context", context: "prod" } as const;
  expect(() => planOf({ where })).toThrow("expected an image that the nodes of prod can pull");
  expect(planOf({ where, image: "x:1" })).toMatchObject({ context: "prod", cluster: undefined, image: "x:1" });
  expect(planOf({ where, registry: "ghcr.io/me/" }).image).toMatch(/^ghcr\.io\/me\/karma-mock:[0-9a-f]{12}$/);
});

test.each(["../x", "Shop", "a b"])("%j is no name of a cluster", (cluster) => {
  expect(() => planOf({ cluster })).toThrow("for the cluster");
});

test("a request share outside (0, 1] is refused before anything is done", () => {
  expect(() => planOf({ requestShare: 2 })).toThrow("expected a request share in (0, 1], found 2");
});

test("entries answer where their port is mapped, else at a node", () => {
  const { topology } = planOf({});
  expect(entryCount(topology)).toBe(1);
  const { service, endpoint, share } = topology.entries[0]!;
  const mapped = [{ nodePort: 30_500, hostPort: 8_080 }];
  expect(entryUrls(topology, 30_500, mapped, "127.0.0.1")).toEqual([
    { service, endpoint, share, url: `http://127.0.0.1:8080/${endpoint}` },
  ]);
  expect(entryUrls(topology, 30_500, undefined, "10.0.0.1")[0]!.url).toBe(`http://10.0.0.1:30500/${endpoint}`);
  expect(entryUrls(topology, 30_500, undefined, "fd00::1")[0]!.url).toBe(`http://[fd00::1]:30500/${endpoint}`);
});
