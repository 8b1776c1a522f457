import { afterEach, describe, expect, test } from "vitest";
import { createApiCaller } from "../../../../src/clusters/kubernetes/cluster/api-caller.ts";
import type { ApiCaller } from "../../../../src/clusters/kubernetes/cluster/api-request.ts";
import { createPodRegistry } from "../../../../src/clusters/kubernetes/cluster/pod-registry.ts";
import { ensureControlToken, readControlToken } from "../../../../src/clusters/kubernetes/faults/control-token.ts";
import { neighbourJob } from "../../../../src/clusters/kubernetes/faults/neighbour-job.ts";
import { createKubernetesFaults } from "../../../../src/clusters/kubernetes/faults/kubernetes-faults.ts";
import { startNeighbour } from "../../../../src/clusters/kubernetes/faults/neighbours.ts";
import { changeStanding } from "../../../../src/clusters/kubernetes/faults/standing-faults.ts";
import { tellPod } from "../../../../src/clusters/kubernetes/faults/tell-pod.ts";
import { contractTopology } from "../../../contract/cluster-contract.ts";
import { podState } from "../cluster/pod-object.ts";
import { type FakeApiServer, type FakeRoute, fail, startFakeApiServer } from "../cluster/fake-api-server.ts";

let server: FakeApiServer | undefined;
let caller: ApiCaller;
afterEach(async () => {
  await caller.close();
  await server?.close();
});

async function serve(routes: Readonly<Record<string, FakeRoute>>): Promise<FakeApiServer> {
  server = await startFakeApiServer(routes);
  caller = createApiCaller(server.api);
  return server;
}

const secrets = "/api/v1/namespaces/ns/secrets";

describe("the control token", () => {
  test("is made once, and one that is there stays", async () => {
    const { seen, routes } = await serve({ [`POST ${secrets}`]: () => ({}) });
    await ensureControlToken(caller, "ns");
    const made = JSON.parse(seen[0]!.body) as { stringData: { token: string }; immutable: boolean };
    expect(made.stringData.token).toMatch(/^[0-9a-f]{48}$/);
    expect(made.immutable).toBe(true);
    routes.set(`POST ${secrets}`, fail(409, "there is one"));
    await ensureControlToken(caller, "ns");
  });

  test("is gone without where Secrets may not be made; any other refusal is told", async () => {
    const { routes } = await serve({ [`POST ${secrets}`]: fail(403, "no") });
    await ensureControlToken(caller, "ns");
    routes.set(`POST ${secrets}`, fail(422, "odd"));
    await expect(ensureControlToken(caller, "ns")).rejects.toMatchObject({ code: "TOOL_FAILED" });
  });

  test("is read as it was written", async () => {
    const data = { token: Buffer.from("0123456789abcdef").toString("base64") };
    await serve({ [`GET ${secrets}/karma-control`]: () => ({ data }) });
    expect(await readControlToken(caller, "ns")).toBe("0123456789abcdef");
    expect(await readControlToken(caller, "other")).toBeUndefined();
  });
});

describe("what pods find when they start", () => {
  const path = "/api/v1/namespaces/ns/configmaps/back-config";
  const generated = `${JSON.stringify({ service: "back", timeScale: 1 }, null, 2)}\n`;

  test("is changed by one change at a time, and without faults is what was generated, byte by byte", async () => {
    let [text, version, conflicts] = [generated, 1, 2];
    await serve({
      [`GET ${path}`]: () => ({ metadata: { resourceVersion: String(version) }, data: { "config.json": text } }),
      [`PATCH ${path}`]: (request, response) => {
        const body = JSON.parse(request.body) as {
          metadata: { resourceVersion: string };
          data: Readonly<Record<string, string>>;
        };
        if (conflicts-- > 0) version++;
        if (body.metadata.resourceVersion !== String(version)) return fail(409, "changed")(request, response);
        text = body.data["config.json"]!;
        return {};
      },
    });
    const fault = { kind: "work", factor: 3, untilEpochMs: 5 } as const;
    await changeStanding(caller, "ns", "back", (faults) => [...faults, fault]);
    expect(JSON.parse(text)).toEqual({ service: "back", timeScale: 1, faults: [fault] });
    await changeStanding(caller, "ns", "back", () => []);
    expect(text).toBe(generated);
  });
});

function tell(isReady = true): Promise<void> {
  return tellPod({ caller, namespace: "ns", token: "secret", isReady: () => isReady }, "p", { kind: "heal" });
}

describe("orders to a pod", () => {
  const path = "/api/v1/namespaces/ns/pods/p:8080/proxy/-/fault";

  test("go through the API server's proxy", async () => {
    const { seen } = await serve({ [`POST ${path}`]: () => ({}) });
    await tell();
    expect(JSON.parse(seen[0]!.body)).toEqual({ kind: "heal" });
  });

  test("a ready pod that cannot be told is a failure; one that does not listen yet is none", async () => {
    await serve({ [`POST ${path}`]: fail(503, "no endpoints") });
    await Promise.all([
      expect(tell(true)).rejects.toMatchObject({ code: "NOT_READY" }),
      expect(tell(false)).resolves.toBeUndefined(),
    ]);
  });

  test("what stands in between may answer for a pod that goes; the API server's own refusal is told at once", async () => {
    const { routes } = await serve({
      [`POST ${path}`]: (_, response) => {
        response.statusCode = 403;
        response.end("denied destination");
      },
    });
    await Promise.all([
      expect(tell(false)).resolves.toBeUndefined(),
      expect(tell(true)).rejects.toThrow("tell pod p what is wrong with it"),
    ]);
    routes.set(`POST ${path}`, fail(403, "no rights"));
    await expect(tell(false)).rejects.toThrow("no rights");
  }, 20_000);

  test("a pod that is gone needs none; one without a token says what to do", async () => {
    const { routes } = await serve({});
    await tell();
    routes.set(`POST ${path}`, (_, response) => {
      response.statusCode = 404;
      response.end("Cannot POST /-/fault");
    });
    await expect(tell()).rejects.toMatchObject({
      code: "NOT_READY",
      hint: expect.stringContaining("rollout") as string,
    });
  });
});

describe("a neighbour", () => {
  const jobs = "/apis/batch/v1/namespaces/ns/jobs";
  const container = { name: "mock", image: "i:1" };
  const template = { spec: { containers: [container] } };
  const fault = { kind: "contention", service: "back", atMs: 0, durationMs: 300, cores: 9, memoryMiB: 0 } as const;

  function serveJob(podStatus: object): Promise<FakeApiServer> {
    return serve({
      "GET /apis/apps/v1/namespaces/ns/deployments/back": () => ({ spec: { template } }),
      [`POST ${jobs}`]: () => ({ metadata: { name: "n-1" } }),
      "GET /api/v1/namespaces/ns/pods": () => ({ items: [{ metadata: { name: "n-1-a" }, status: podStatus }] }),
      [`DELETE ${jobs}/n-1`]: () => ({}),
    });
  }

  test("has started when its pod runs", async () => {
    const { seen } = await serveJob({ phase: "Running" });
    await startNeighbour(caller, "ns", "shop", fault);
    expect(seen.at(-1)!.url.searchParams.get("labelSelector")).toBe("job-name=n-1");
    expect(seen.some(({ method }) => method === "DELETE")).toBe(false);
  });

  test("that finds no room is taken back, and the scheduler's words are told", async () => {
    const message = "0/1 nodes are available: 1 Insufficient cpu.";
    const unscheduled = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
    const { seen } = await serveJob({ phase: "Pending", conditions: [unscheduled] });
    await expect(startNeighbour(caller, "ns", "shop", fault)).rejects.toMatchObject({
      code: "NOT_READY",
      message: expect.stringContaining("Insufficient cpu") as string,
    });
    expect(seen.at(-1)).toMatchObject({ method: "DELETE", url: { pathname: `${jobs}/n-1` } });
  });
});

test("healing does every part, whatever becomes of the others, and tells the first failure", async () => {
  const token = Buffer.from("0123456789abcdef").toString("base64");
  const config = { metadata: { resourceVersion: "1" }, data: { "config.json": '{"faults":[1]}' } };
  const told = "/api/v1/namespaces/ns/pods/cart-1-a:8080/proxy/-/fault";
  const front = "/api/v1/namespaces/ns/configmaps/front-config";
  const back = "/api/v1/namespaces/ns/configmaps/back-config";
  const { seen } = await serve({
    "DELETE /apis/batch/v1/namespaces/ns/jobs": fail(403, "no jobs for you"),
    [`GET ${front}`]: fail(500, "etcd"),
    [`GET ${back}`]: () => config,
    [`PATCH ${back}`]: () => ({}),
    [`GET ${secrets}/karma-control`]: () => ({ data: { token } }),
    [`POST ${told}`]: () => ({}),
  });
  const registry = createPodRegistry(
    new Set(["front"]),
    () => 0,
    () => 0,
  );
  registry.replaceAll([podState({ service: "front" })]);
  const spec = { topology: contractTopology };
  const faults = createKubernetesFaults({ caller, namespace: "ns", registry, spec, onFailure: () => undefined });
  await expect(faults.heal()).rejects.toThrow("no jobs for you");
  const done = seen.map(({ method, url }) => `${method} ${url.pathname}`);
  expect(done).toContain(`PATCH ${back}`);
  expect(done.at(-1)).toBe(`POST ${told}`);
});

test("a neighbour ends by itself, leaves nothing, and may do nothing that a mock may not", () => {
  const spec = { cores: 2, memoryMiB: 100, durationMs: 1_500, service: "back", instance: "shop", image: "i:1" };
  expect(neighbourJob(spec)).toMatchObject({
    spec: {
      activeDeadlineSeconds: 2,
      ttlSecondsAfterFinished: 0,
      backoffLimit: 0,
      template: {
        spec: {
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true },
          containers: [
            {
              command: ["node", "src/neighbour.ts", "2", "100", "2"],
              resources: { requests: { cpu: "200m", memory: "196Mi" }, limits: { cpu: "2000m" } },
              securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
            },
          ],
        },
      },
    },
  });
});
