import { expect, test } from "vitest";
import { ownEntries } from "../../../../src/clusters/kubernetes/cluster/own-entries.ts";
import { useApiServer } from "./api-server.ts";
import { fail } from "./fake-api-server.ts";

const used = useApiServer();
const NODES = "GET /api/v1/nodes";

function nodeAt(address: string): object {
  return {
    items: [
      {
        status: {
          addresses: [
            { type: "Hostname", address: "node-1" },
            { type: "InternalIP", address },
          ],
        },
      },
    ],
  };
}

async function urlFor(url: string): Promise<string> {
  const [entry] = await ownEntries(used.caller, [{ service: "front", endpoint: "work", share: 1, url }]);
  return entry!.url;
}

test.each(["http://127.0.0.1:30001/work", "http://localhost/work", "http://[::1]:80/work"])(
  "%s is this machine, and nobody is asked",
  async (url) => {
    expect(await urlFor(url)).toBe(url);
    expect(used.server.seen).toEqual([]);
  },
);

test.each(["http://10.1.2.3:30001/work", "http://node-1:30001/work"])("%s is a node's", async (url) => {
  used.server.routes.set(NODES, () => nodeAt("10.1.2.3"));
  expect(await urlFor(url)).toBe(url);
});

test.each(["http://example.com/work", "http://127.0.0.1@example.com/work", "http://127.0.0.1.example.com/work"])(
  "%s gets no load: the Service's own address takes its place",
  async (url) => {
    used.server.routes.set(NODES, () => nodeAt("10.1.2.3"));
    expect(await urlFor(url)).toBe("http://front:8080/work");
  },
);

test("where nodes may not be listed only this machine is known", async () => {
  used.server.routes.set(NODES, fail(403, "no nodes for you"));
  expect(await urlFor("http://10.1.2.3:30001/work")).toBe("http://front:8080/work");
});
