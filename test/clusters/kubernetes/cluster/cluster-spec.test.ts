import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readClusterSpec, writeClusterSpec } from "../../../../src/clusters/kubernetes/cluster/cluster-spec.ts";
import { kubernetesTiming } from "../../../../src/control/loop/timing.ts";
import { contractTopology } from "../../../contract/cluster-contract.ts";
import { type FakeApiServer, accessTo, fail, startFakeApiServer } from "./fake-api-server.ts";

const PATH = "/api/v1/namespaces/karma-shop/configmaps/karma-cluster";
const spec = {
  topology: contractTopology,
  timing: kubernetesTiming,
  entries: [{ service: "front", endpoint: "work", share: 1, url: "http://127.0.0.1:30001/work" }],
};

let server: FakeApiServer;
beforeEach(async () => {
  server = await startFakeApiServer();
});
afterEach(() => server.close());

/** What the API server keeps, and gives back. */
function keep(data: () => unknown): void {
  server.routes.set(`GET ${PATH}`, () => ({ metadata: { creationTimestamp: "2026-01-02T03:04:05Z" }, data: data() }));
}

test("what is written is what is read, with the moment at which the cluster began", async () => {
  let data: unknown;
  server.routes.set(`PATCH ${PATH}`, ({ body }) => (({ data } = JSON.parse(body) as { data: unknown }), {}));
  keep(() => data);
  await writeClusterSpec(server.api, "karma-shop", spec);
  const { createdMs, readMs, ...read } = (await readClusterSpec(server.api, "karma-shop"))!;
  expect(read).toEqual({ version: 1, ...spec });
  expect(createdMs).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
  expect(readMs).toBeGreaterThan(createdMs);
});

test("it is applied by the server, under karma's own name", async () => {
  server.routes.set(`PATCH ${PATH}`, () => ({}));
  await writeClusterSpec(server.api, "karma-shop", spec);
  expect(server.seen[0]!.url.search).toBe("?fieldManager=karma&force=true");
});

test("a namespace without a cluster has no spec", async () => {
  expect(await readClusterSpec(server.api, "karma-shop")).toBeUndefined();
});

test.each([
  ["no text", undefined],
  ["no JSON", "{"],
  ["another version", JSON.stringify({ version: 2, ...spec })],
  ["no services", JSON.stringify({ version: 1, ...spec, topology: { ...contractTopology, services: [] } })],
  [
    "a timing that is no number",
    JSON.stringify({ version: 1, ...spec, timing: { ...kubernetesTiming, windowMs: "1" } }),
  ],
  ["a time scale of none", JSON.stringify({ version: 1, ...spec, timing: { ...kubernetesTiming, timeScale: 0 } })],
  [
    "no time between scrapes",
    JSON.stringify({ version: 1, ...spec, timing: { ...kubernetesTiming, scrapePeriodMs: 0 } }),
  ],
  [
    "an address that is none",
    JSON.stringify({ version: 1, ...spec, entries: [{ ...spec.entries[0], url: "file:///x" }] }),
  ],
])("a spec with %s is refused with a hint", async (_title, text) => {
  keep(() => ({ "cluster.json": text }));
  await expect(readClusterSpec(server.api, "karma-shop")).rejects.toMatchObject({ code: "INPUT_INVALID" });
});

test.each([
  [403, "TOOL_FAILED"],
  [503, "NOT_READY"],
])("status %s of the API server becomes %s and says what it said", async (status, code) => {
  server.routes.set(`GET ${PATH}`, fail(status, "because"));
  await expect(readClusterSpec(server.api, "karma-shop")).rejects.toMatchObject({
    code,
    message: expect.stringContaining("because") as string,
  });
});

test("an API server that is gone is not ready, and named", async () => {
  await expect(readClusterSpec(accessTo("http://127.0.0.1:9"), "karma-shop")).rejects.toMatchObject({
    code: "NOT_READY",
    message: expect.stringContaining("http://127.0.0.1:9") as string,
  });
});

test("a kubeconfig that cannot sign in says that, not that nobody answers", async () => {
  const { api } = server;
  vi.spyOn(api.config, "applySecurityAuthentication").mockRejectedValue(new Error("no such plugin"));
  await expect(readClusterSpec(api, "karma-shop")).rejects.toMatchObject({
    code: "TOOL_FAILED",
    message: expect.stringMatching(/cannot sign in .*: no such plugin/) as string,
  });
});
