import { afterEach, beforeEach, expect, test } from "vitest";
import { holdNamespace } from "../../../../src/clusters/kubernetes/hpa/scaler-lease.ts";
import { type FakeApiServer, fail, startFakeApiServer } from "../cluster/fake-api-server.ts";

const LEASES = "/apis/coordination.k8s.io/v1/namespaces/shop/leases";
let server: FakeApiServer;
let lease: { spec: { renewTime: string } } | undefined;

beforeEach(async () => {
  server = await startFakeApiServer();
  lease = undefined;
  server.routes.set(`POST ${LEASES}`, (request, response) => {
    if (lease !== undefined) return fail(409, "already exists")(request, response);
    return (lease = JSON.parse(request.body) as typeof lease);
  });
  server.routes.set(`GET ${LEASES}/karma-scaler`, (request, response) => lease ?? fail(404, "none")(request, response));
  server.routes.set(`PUT ${LEASES}/karma-scaler`, ({ body }) => (lease = JSON.parse(body) as typeof lease));
  server.routes.set(`DELETE ${LEASES}/karma-scaler`, () => {
    lease = undefined;
    return {};
  });
});
afterEach(() => server.close());

function hold<T>(what: string, work: () => Promise<T>): Promise<T> {
  return holdNamespace({ access: server.api, namespace: "shop", what }, new AbortController().signal, work);
}

test("a second one that would scale is refused by name; nothing is left after the first", async () => {
  await hold("karma transfer", async () => {
    await expect(hold("karma evaluate", async () => {})).rejects.toThrow(
      /^karma transfer on .* scales in namespace shop/,
    );
    expect(lease).toBeDefined();
  });
  expect(lease).toBeUndefined();
});

test("a Lease that nobody has renewed for a minute is taken over", async () => {
  await hold("karma transfer", async () => {
    lease = { ...lease!, spec: { ...lease!.spec, renewTime: "2026-01-01T00:00:00.000000Z" } };
    expect(await hold("karma evaluate", async () => "done")).toBe("done");
  });
});
