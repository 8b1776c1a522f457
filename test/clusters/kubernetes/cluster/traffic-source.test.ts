import { beforeEach, expect, test } from "vitest";
import type { SampleWay } from "../../../../src/clusters/kubernetes/cluster/sample-way.ts";
import { createTrafficSource } from "../../../../src/clusters/kubernetes/cluster/traffic-source.ts";
import { useApiServer } from "./api-server.ts";
import { fail } from "./fake-api-server.ts";
import { podState } from "./pod-object.ts";

const QUERY = "GET /api/v1/namespaces/karma-monitoring/services/prometheus:9090/proxy/api/v1/query";
const used = useApiServer();
const pods = [podState({ name: "cart-1-a" }), podState({ name: "cart-1-b", isReady: false })];

let nowMs = 0;
let way: SampleWay;
beforeEach(() => {
  nowMs = 1_000_000;
  way = {
    caller: used.caller,
    namespace: "karma-shop",
    service: "cart",
    nowMs: () => nowMs,
    periodMs: 15_000,
    isEntry: (endpoint) => endpoint === "buy",
  };
  for (const name of ["cart-1-a", "cart-1-b"]) serve(name, "process_cpu_seconds_total 5\n");
});

function serve(pod: string, metrics: string): void {
  const path = `GET /api/v1/namespaces/karma-shop/pods/${pod}:8080/proxy/metrics`;
  used.server.routes.set(path, (_request, response) => void response.end(metrics));
}

type Row = readonly [name: string, labels: Readonly<Record<string, string>>, value: number];

/** Prometheus took these of a pod so long ago, for the second time. */
function prometheus(ageS: number, rows: readonly Row[], pod = "cart-1-a"): void {
  used.server.routes.set(QUERY, ({ url }) => {
    const atS = Date.now() / 1_000 - ageS;
    const isCount = url.searchParams.get("query")!.startsWith("count_over_time");
    const count = { metric: { namespace: "karma-shop", pod }, value: [atS, "2"] };
    const result = rows.map(([name, labels, value]) => ({
      metric: { __name__: name, namespace: "karma-shop", pod, ...labels },
      values: [
        [atS - 15, "0"],
        [atS, String(value)],
      ],
    }));
    return { status: "success", data: { result: isCount ? [count] : result } };
  });
}

const cpu = (value: number): Row => ["process_cpu_seconds_total", {}, value];

test("without a Prometheus every pod is asked itself, and Prometheus not again", async () => {
  const source = createTrafficSource(way);
  const scraped = await source.collect(pods);
  await source.collect(pods);
  expect(source.name()).toBe("pods");
  expect(scraped.map(({ incarnation, isReady }) => [incarnation, isReady])).toEqual([
    ["cart-1-a/0", true],
    ["cart-1-b/0", false],
  ]);
  expect(used.server.seen.filter(({ url }) => url.pathname.includes("prometheus"))).toHaveLength(1);
});

test("pods that do not answer, or with an error, are missing", async () => {
  used.server.routes.set("GET /api/v1/namespaces/karma-shop/pods/cart-1-a:8080/proxy/metrics", fail(503, "no"));
  const scraped = await createTrafficSource(way).collect(pods);
  expect(scraped.map(({ incarnation }) => incarnation)).toEqual(["cart-1-b/0"]);
});

test("a Prometheus that knows the ready pods is asked for their last samples, which keep their own time", async () => {
  prometheus(7, [cpu(12), ["mock_requests_queued", {}, 3]]);
  const source = createTrafficSource(way);
  const [sample, ...others] = await source.collect(pods);
  expect(source.name()).toBe("prometheus");
  expect(others).toEqual([]);
  expect(sample).toMatchObject({ isReady: true, sample: { cpuS: 12, inside: 3 } });
  expect(nowMs - sample!.atMs).toBeGreaterThan(6_500);
  expect(nowMs - sample!.atMs).toBeLessThan(9_000);
});

test("it is asked for the namespace and the pods of this service alone", async () => {
  prometheus(1, [cpu(1)]);
  await createTrafficSource(way).collect(pods);
  const queries = used.server.seen.map(({ url }) => url.searchParams.get("query")!);
  expect(queries[0]).toMatch(/^count_over_time\(process_cpu_seconds_total\{.*\}\[33000ms\]\) > 1$/);
  expect(queries[1]).toContain('namespace="karma-shop",pod=~"cart-[a-z0-9]+-[a-z0-9]+"}[45000ms]');
});

test("an endpoint that Prometheus moved aside for a label of its own is still found", async () => {
  const labels = { endpoint: "http", exported_endpoint: "buy", code: "200" };
  prometheus(1, [cpu(1), ["http_requests_total", labels, 40]]);
  const [sample] = await createTrafficSource(way).collect(pods);
  expect(sample!.sample.counters).toMatchObject({ answered: 40, entryAnswered: 40 });
});

test("a Prometheus that does not scrape a ready pod once a round is not used", async () => {
  prometheus(1, [cpu(1)], "cart-1-other");
  const source = createTrafficSource(way);
  expect(await source.collect(pods)).toHaveLength(2);
  expect(source.name()).toBe("pods");
});

test("a pod whose counters fell has been started again", async () => {
  const source = createTrafficSource(way);
  const incarnations: string[] = [];
  for (const cpuS of [10, 11, 2, 3]) {
    prometheus(1, [cpu(cpuS)]);
    incarnations.push(...(await source.collect(pods)).map(({ incarnation }) => incarnation));
  }
  expect(incarnations).toEqual(["cart-1-a/0", "cart-1-a/0", "cart-1-a/1", "cart-1-a/1"]);
});

test("a Prometheus that falls silent is given up after two rounds, and the pods are asked from then on", async () => {
  prometheus(1, [cpu(1)]);
  const source = createTrafficSource(way);
  await source.collect(pods);
  used.server.routes.set(QUERY, fail(503, "no endpoints available"));
  expect(await source.collect(pods)).toEqual([]);
  expect(source.name()).toBe("prometheus");
  expect(await source.collect(pods)).toHaveLength(2);
  expect(source.name()).toBe("pods");
});
