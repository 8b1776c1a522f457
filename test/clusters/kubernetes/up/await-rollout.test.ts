import { expect, test } from "vitest";
import { awaitMetrics } from "../../../../src/clusters/kubernetes/up/await-metrics.ts";
import { awaitRollout } from "../../../../src/clusters/kubernetes/up/await-rollout.ts";
import { metricsState } from "../../../../src/clusters/kubernetes/up/metrics-server.ts";
import { useApiServer } from "../cluster/api-server.ts";
import { fail } from "../cluster/fake-api-server.ts";

const used = useApiServer();
const never = new AbortController().signal;
const scope = { namespace: "karma-shop", selector: "app.kubernetes.io/instance=shop" };
const base = "/api/v1/namespaces/karma-shop";
const route = (path: string, value: unknown): void => void used.server.routes.set(`GET ${path}`, () => value);

type Counts = { readonly updated?: number; readonly ready?: number; readonly all?: number; readonly observed?: number };

function deployment({ updated = 2, ready = 2, all = 2, observed = 1 }: Counts): object {
  return {
    metadata: { name: "cart", generation: 1 },
    spec: { replicas: 2 },
    status: { observedGeneration: observed, replicas: all, updatedReplicas: updated, readyReplicas: ready },
  };
}

function cluster(counts: Counts, pods: readonly object[] = [], events: readonly object[] = []): void {
  route("/apis/apps/v1/namespaces/karma-shop/deployments", { items: [deployment(counts)] });
  route(`${base}/pods`, { items: pods });
  route(`${base}/events`, { items: events });
}

const wait = { scope, patienceMs: 60_000, troubleMs: 0, onProgress: (): void => {} };

test("pods that are ready are waited for no longer", async () => {
  cluster({});
  const { services } = await awaitRollout(used.caller, wait, never);
  expect(services).toEqual([{ name: "cart", desired: 2, ready: 2 }]);
});

test.each<[string, Counts]>([
  ["pods of the version before are still there", { all: 3 }],
  ["pods of the version before are still meant", { updated: 1 }],
  ["the Deployment has not been looked at yet", { observed: 0 }],
  ["one pod is not ready", { ready: 1 }],
])("while %s, it is not done", async (_what, counts) => {
  cluster(counts);
  const seen: [number, number][] = [];
  const waiting = awaitRollout(
    used.caller,
    { ...wait, patienceMs: 10, onProgress: (...both) => seen.push(both) },
    never,
  );
  await expect(waiting).rejects.toMatchObject({ code: "NOT_READY", problems: expect.any(Array) });
  expect(seen[0]).toEqual([counts.ready ?? 2, 2]);
});

const imageless = {
  metadata: { name: "cart-1" },
  status: {
    containerStatuses: [
      { image: "nosuch:1", ready: false, restartCount: 0, state: { waiting: { reason: "ImagePullBackOff" } } },
    ],
  },
};

test("a trouble that lasts ends the wait, and is told with what to do", async () => {
  cluster({ ready: 0 }, [imageless]);
  await expect(awaitRollout(used.caller, wait, never)).rejects.toMatchObject({
    message: "0 of 2 pods of namespace karma-shop run; the others:",
    hint: expect.stringContaining("--registry"),
    problems: [{ path: "cart-1", message: expect.stringContaining("no image nosuch:1") }],
  });
});

test("a container that ends again and again is told with its last words", async () => {
  const crashing = {
    metadata: { name: "cart-1" },
    status: {
      containerStatuses: [
        {
          image: "x:1",
          ready: false,
          restartCount: 3,
          state: { waiting: { reason: "CrashLoopBackOff" } },
          lastState: { terminated: { exitCode: 7 } },
        },
      ],
    },
  };
  cluster({ ready: 0 }, [crashing]);
  used.server.routes.set(`GET ${base}/pods/cart-1/log`, (_request, response) => void response.end("out of paper\n"));
  await expect(awaitRollout(used.caller, wait, never)).rejects.toMatchObject({
    problems: [{ message: expect.stringMatching(/3 times, last with exit code 7.*\n {2}out of paper/s) }],
  });
});

test("a pod that is being deleted has no trouble", async () => {
  const leaving = { ...imageless, metadata: { name: "cart-1", deletionTimestamp: "2026-01-01T00:00:00Z" } };
  cluster({ ready: 1 }, [leaving]);
  const waiting = awaitRollout(used.caller, { ...wait, patienceMs: 10 }, never);
  await expect(waiting).rejects.toMatchObject({
    problems: [{ path: "cart", message: expect.stringContaining("1 of 2") }],
  });
});

test("a refusal by the API server ends the wait at once", async () => {
  used.server.routes.set("GET /apis/apps/v1/namespaces/karma-shop/deployments", fail(403, "not yours"));
  await expect(awaitRollout(used.caller, wait, never)).rejects.toThrow("not yours");
});

test("an interruption ends the wait", async () => {
  cluster({ ready: 0 });
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("stopped")), 50);
  await expect(awaitRollout(used.caller, { ...wait, troubleMs: 60_000 }, stop.signal)).rejects.toThrow("stopped");
});

const apiService = "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io";
const available = (status: string, message = ""): object => ({
  metadata: { labels: {} },
  status: { conditions: [{ type: "Available", status, message }] },
});

test("metrics are absent, waiting or available", async () => {
  expect(await metricsState(used.caller)).toMatchObject({ kind: "absent" });
  route(apiService, available("False", "no endpoints"));
  expect(await metricsState(used.caller)).toEqual({ kind: "waiting", isOwn: false, why: "no endpoints" });
  route(apiService, available("True"));
  expect(await metricsState(used.caller)).toMatchObject({ kind: "available" });
  await expect(awaitMetrics(used.caller, never)).resolves.toBeUndefined();
});

test("metrics that do not come are told with the server's reason, and how to go without", async () => {
  route(apiService, available("False", "no endpoints"));
  await expect(awaitMetrics(used.caller, never, 0)).rejects.toMatchObject({
    code: "NOT_READY",
    message: expect.stringContaining("no endpoints"),
    hint: expect.stringContaining("--no-metrics-server"),
  });
});
