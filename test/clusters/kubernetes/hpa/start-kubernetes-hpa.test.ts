import { afterEach, beforeEach, expect, test } from "vitest";
import { startKubernetesHpa } from "../../../../src/clusters/kubernetes/hpa/start-kubernetes-hpa.ts";
import type { Decision } from "../../../../src/control/loop/autoscaler.ts";
import type { Clock } from "../../../../src/core/clock.ts";
import { topologyOf } from "../../../system/topology/fixtures.ts";
import { type FakeApiServer, fail, startFakeApiServer } from "../cluster/fake-api-server.ts";

const HPAS = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers";
const DEPLOYMENTS = "/apis/apps/v1/namespaces/shop/deployments";
const topology = topologyOf({
  name: "shop",
  services: { cart: { cpu: 100, computation_throughput: 10 } },
  connections: [{ source: "INPUT", destination: "cart" }],
});

let server: FakeApiServer;
let replicas: number;
let hpas: object[];
let events: object[];

beforeEach(async () => {
  server = await startFakeApiServer();
  replicas = 2;
  hpas = [];
  events = [];
  const containers = [{ resources: { requests: { cpu: "100m" }, limits: { cpu: "100m" } } }];
  const deployment = { metadata: { name: "cart" }, spec: { template: { spec: { containers } } } };
  server.routes.set("GET /apis", () => ({ groups: [{ name: "autoscaling" }] }));
  server.routes.set("GET /apis/metrics.k8s.io/v1beta1", () => ({}));
  server.routes.set(`GET ${HPAS}`, () => ({ items: hpas }));
  server.routes.set(`GET ${DEPLOYMENTS}/cart`, () => deployment);
  server.routes.set(`GET ${DEPLOYMENTS}`, () => ({
    items: [{ ...deployment, spec: { ...deployment.spec, replicas } }],
  }));
  server.routes.set("GET /api/v1/namespaces/shop/events", () => ({ items: events }));
  server.routes.set(`PATCH ${HPAS}/cart`, ({ body }) => {
    const object = JSON.parse(body) as object;
    hpas = [object];
    return object;
  });
  server.routes.set(`DELETE ${HPAS}/cart`, () => {
    hpas = [];
    return {};
  });
});
afterEach(() => server.close());

/** A clock that stands until it is told to go on. */
function createHandClock(): Clock & { advance(ms: number): void } {
  let nowMs = 0;
  let waiting: { readonly atMs: number; readonly go: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    sleepUntil: (atMs, signal) =>
      new Promise((go, stop) => {
        if (signal?.aborted === true) return stop(signal.reason as Error);
        waiting.push({ atMs, go });
        signal?.addEventListener("abort", () => stop(signal.reason as Error));
      }),
    advance(ms) {
      nowMs += ms;
      const due = waiting.filter(({ atMs }) => atMs <= nowMs);
      waiting = waiting.filter(({ atMs }) => atMs > nowMs);
      for (const { go } of due) go();
    },
  };
}

function scaled(to: number): void {
  replicas = to;
  const message = `New size: ${to}; reason: cpu resource utilization (percentage of request) above target`;
  events.push({ involvedObject: { name: "cart" }, message, lastTimestamp: "2026-01-01T00:00:00Z" });
}

test("what Kubernetes changes is told as decisions, until the HPAs are taken away again", async () => {
  const clock = createHandClock();
  const told: Decision[] = [];
  const spec = "kubernetes-hpa:70";
  const hpa = await startKubernetesHpa(server.api, "shop", topology, {
    spec,
    clock,
    onDecision: (decision) => told.push(decision),
  });
  expect(hpas).toHaveLength(1);
  scaled(5);
  clock.advance(1_000);
  await expect.poll(() => told).toHaveLength(1);
  expect(told[0]).toMatchObject({ atMs: 1_000, service: "cart", from: 2, applied: 5 });
  expect(told[0]!.reasons).toEqual(["cpu resource utilization (percentage of request) above target"]);
  // Between the last look and the end.
  scaled(7);
  await hpa.stop();
  expect(hpa.decisions().map(({ applied }) => applied)).toEqual([5, 7]);
  expect(hpas).toEqual([]);
});

test("looks that fail in passing are made again, and the log goes on", async () => {
  const clock = createHandClock();
  const told: Decision[] = [];
  const onDecision = (decision: Decision): void => void told.push(decision);
  const hpa = await startKubernetesHpa(server.api, "shop", topology, { spec: "kubernetes-hpa", clock, onDecision });
  const answer = server.routes.get("GET /api/v1/namespaces/shop/events")!;
  server.routes.set("GET /api/v1/namespaces/shop/events", fail(503, "not now"));
  const looks = server.seen.length;
  clock.advance(1_000);
  await expect.poll(() => server.seen.length).toBeGreaterThan(looks + 1);
  server.routes.set("GET /api/v1/namespaces/shop/events", answer);
  scaled(5);
  await expect
    .poll(() => {
      clock.advance(1_000);
      return told.length;
    })
    .toBe(1);
  await hpa.stop();
  expect(hpa.decisions().map(({ applied }) => applied)).toEqual([5]);
});

test("a look that fails is told at the end, and the HPAs go all the same", async () => {
  const clock = createHandClock();
  const hpa = await startKubernetesHpa(server.api, "shop", topology, { spec: "kubernetes-hpa", clock });
  server.routes.set("GET /api/v1/namespaces/shop/events", fail(403, "you cannot list events"));
  const looks = server.seen.length;
  clock.advance(1_000);
  await expect.poll(() => server.seen.length).toBeGreaterThan(looks + 1);
  await expect(hpa.stop()).rejects.toThrow("you cannot list events");
  expect(hpas).toEqual([]);
});
