import { expect, test } from "vitest";
import { nodeCoresOf } from "../../../../src/clusters/kubernetes/cluster/node-cores.ts";
import { useApiServer } from "./api-server.ts";
import { fail } from "./fake-api-server.ts";

const used = useApiServer();
const NODES = "GET /api/v1/nodes";

const node = (cpu: string): object => ({ status: { capacity: { cpu, memory: "8Gi" } } });

test.each([
  { cpus: ["2"], cores: 2 },
  { cpus: ["1500m"], cores: 1.5 },
  { cpus: ["2", "4"], cores: undefined },
  { cpus: [], cores: undefined },
])("nodes of $cpus have $cores cores for all", async ({ cpus, cores }) => {
  used.server.routes.set(NODES, () => ({ items: cpus.map(node) }));
  expect(await nodeCoresOf(used.caller)).toBe(cores);
});

test("whoever may not list nodes does not know", async () => {
  used.server.routes.set(NODES, fail(403, "nodes is forbidden"));
  expect(await nodeCoresOf(used.caller)).toBeUndefined();
});
