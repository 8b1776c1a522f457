import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { freeNodePort, portsInUse, refuseTakenPorts } from "../../../../src/clusters/kubernetes/up/host-ports.ts";

const mapped = [30_000, 30_001, 30_002, 30_010, 30_011].map((nodePort) => ({ nodePort, hostPort: nodePort }));

test.each([
  ["the topology's own where it is mapped and free", [], 30_010, 1, 30_010],
  ["the first free one where another has it", [30_010], 30_010, 1, 30_000],
  ["as many in a row as there are entries", [30_000], 31_000, 2, 30_001],
  ["none where no row is long enough", [30_001], 31_000, 3, undefined],
])("a shared cluster gives %s", (_what, taken, wanted, count, expected) => {
  expect(freeNodePort(mapped, new Set(taken), wanted, count)).toBe(expected);
});

test("a port on which somebody listens is found and named, with what to do", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  expect(await portsInUse([port])).toEqual([port]);
  await expect(refuseTakenPorts([port])).rejects.toMatchObject({
    code: "NOT_READY",
    message: expect.stringContaining(`127.0.0.1:${port}`),
    hint: expect.stringContaining("--node-port"),
  });
  server.close();
  await once(server, "close");
  await expect(refuseTakenPorts([port])).resolves.toBeUndefined();
});
