import { expect, test } from "vitest";
import { askNodes } from "../../../../src/clusters/kubernetes/cluster/node-facts.ts";
import { useApiServer } from "./api-server.ts";
import { fail } from "./fake-api-server.ts";

const used = useApiServer();
const NODES = "GET /api/v1/nodes";

const node = (cpu: string, kernelVersion = "6.12.9-amd64"): object => ({
  status: { capacity: { cpu, memory: "8Gi" }, nodeInfo: { kernelVersion } },
});

test.each([
  { cpus: ["2"], cores: 2 },
  { cpus: ["1500m"], cores: 1.5 },
  { cpus: ["2", "4"], cores: undefined },
  { cpus: [], cores: undefined },
])("nodes of $cpus have $cores cores for all", async ({ cpus, cores }) => {
  used.server.routes.set(NODES, () => ({ items: cpus.map((cpu) => node(cpu)) }));
  expect((await askNodes(used.caller)).nodeCores).toBe(cores);
});

test.each([
  { versions: ["6.3.13-200.fc38"], groups: 1 },
  { versions: ["5.15.0-1071-azure"], groups: 1 },
  { versions: ["6.4.0"], groups: 2 },
  { versions: ["6.18.44"], groups: 2 },
  { versions: ["7.0.1"], groups: 2 },
  { versions: ["somebody's own"], groups: 2 },
  { versions: ["5.15.0", "6.12.0"], groups: 2 },
])("where the kernel is $versions a limit is kept by $groups groups", async ({ versions, groups }) => {
  used.server.routes.set(NODES, () => ({ items: versions.map((version) => node("2", version)) }));
  expect((await askNodes(used.caller)).cpuQuota).toEqual({ groups });
});

test("whoever may not list nodes knows that limits are the kernel's, and no more", async () => {
  used.server.routes.set(NODES, fail(403, "nodes is forbidden"));
  expect(await askNodes(used.caller)).toEqual({ cpuQuota: { groups: 2 } });
});
