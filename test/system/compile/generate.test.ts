import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { MockConfig } from "../../../mocks/src/config.ts";
import { checkConfig } from "../../../mocks/src/check-config.ts";
import { generateArtifacts } from "../../../src/system/compile/generate.ts";
import { mockConfig } from "../../../src/system/compile/mock-config.ts";
import { karmaChained, topologyOf } from "../topology/fixtures.ts";

const karma = topologyOf(karmaChained);
const local = { addressOf: (name: string) => `http://127.0.0.1/${name}`, emulateCpuLimit: true, timeScale: 10 };

test("a service's configuration holds what its replicas need, in the order of the contract", () => {
  const call = { endpoint: "default", probability: 1, times: 1, timeoutMs: 2_000, retries: 0 };
  const config = mockConfig(karma, "a", local);
  expect(config).toEqual({
    service: "a",
    cpuLimitMilli: 500,
    emulateCpuLimit: true,
    concurrency: 32,
    queueLimit: 200,
    endpoints: [
      {
        name: "default",
        workMs: { kind: "constant", mean: 5 },
        errorRate: 0,
        addedLatencyMs: { kind: "constant", mean: 0 },
        calls: [[{ service: "b", ...call }], [{ service: "c", ...call }]],
      },
    ],
    upstreams: { b: "http://127.0.0.1/b", c: "http://127.0.0.1/c" },
    incidents: { warning: 0.01, error: 0.001, degraded: 0.001, failure: 0.0001 },
    connectionLifeMs: 1_000,
    timeScale: 10,
  });
  expect(Object.keys(config).slice(0, 3)).toEqual(["service", "cpuLimitMilli", "emulateCpuLimit"]);
});

test("what a topology does not use stands in no configuration, and what it uses reaches the mock", () => {
  const plain = { cpu: 500, computation_throughput: 100, concurrency: 3 };
  const growing = { ...plain, work_growth: { curve: "linear", factor: 2 } };
  const config = mockConfig(topologyOf({ services: { a: growing } }), "a", local);
  expect(config.workGrowth).toEqual([1, 1.5, 2]);
  expect(checkConfig(config)).toBe(config);
  expect(Object.keys(mockConfig(topologyOf({ services: { a: plain } }), "a", local))).not.toContain("workGrowth");
});

test("the memory limit is told to mocks that no kernel watches, and to the kernel of the others", () => {
  const memory = { base_mib: 120, per_request_mib: 2 };
  const topology = topologyOf({ services: { a: { cpu: 500, computation_throughput: 100, ram: 200, memory } } });
  const told = { baseMiB: 120, perRequestMiB: 2, retainedMiB: 0 };
  expect(mockConfig(topology, "a", local).memory).toEqual({ ...told, limitMiB: 200 });
  expect(mockConfig(topology, "a", { ...local, emulateCpuLimit: false }).memory).toEqual(told);
  const manifests = generateArtifacts(topology).filter(({ path }) => path.includes("manifests"));
  expect(manifests.map(({ content }) => content).join("\n")).toContain('memory: "200Mi"');
});

test("sizes of bodies reach the mock that sends them: answers the callee, requests the caller", () => {
  const endpoints = { default: { work_ms: 1, request_kib: 2, response_kib: 0.5 } };
  const services = { a: { cpu: 500, computation_throughput: 100 }, b: { cpu: 500, endpoints } };
  const topology = topologyOf({ services, connections: [{ source: "a", destination: "b" }] });
  const [caller, callee] = ["a", "b"].map((name) => mockConfig(topology, name, local).endpoints[0]!);
  expect(caller!.calls[0]![0]!.requestBytes).toBe(2_048);
  expect(callee!.responseBytes).toBe(512);
  expect([caller!.responseBytes, callee!.calls]).toEqual([undefined, []]);
});

const coldConfig = (cold_start: object): MockConfig =>
  mockConfig(topologyOf({ services: { a: { cpu: 500, computation_throughput: 100, cold_start } } }), "a", local);

test("a cold start reaches the mock, its time in the mock's time", () => {
  expect(coldConfig({ factor: 3, requests: 50 }).coldStart).toEqual({ factor: 3, requests: 50 });
  expect(coldConfig({ factor: 3, seconds: 30 }).coldStart).toEqual({ factor: 3, forMs: 3_000 });
});

test("waits and budgets of retries reach the mock", () => {
  const tries = { retries: 2, backoff_ms: 20, retry_budget: 0.1 };
  const services = { a: { cpu: 500, computation_throughput: 100 }, b: { cpu: 500, computation_throughput: 100 } };
  const connections = [{ source: "a", destination: "b", ...tries }];
  const config = mockConfig(topologyOf({ services, connections }), "a", local);
  expect(config.endpoints[0]!.calls[0]![0]).toMatchObject({ retries: 2, backoffMs: 20, retryBudget: 0.1 });
  expect(checkConfig(config)).toBe(config);
});

test("a service that is not there is a bug of the caller", () => {
  expect(() => mockConfig(karma, "x", local)).toThrow("no service x");
});

test("every service becomes a configuration, twice the same bytes, and the mock accepts each", () => {
  const topologies = [karma, topologyOf(readFileSync("topologies/chained-wide.json", "utf8"))];
  for (const topology of topologies) {
    const artifacts = generateArtifacts(topology);
    expect(generateArtifacts(topology)).toEqual(artifacts);
    const configs = artifacts.filter(({ path }) => path.startsWith("mocks/"));
    expect(configs.map(({ path }) => path)).toEqual(["a", "b", "c", "d"].map((name) => `mocks/${name}.json`));
    for (const [index, { content }] of configs.entries()) {
      expect(content.endsWith("}\n")).toBe(true);
      expect(checkConfig(JSON.parse(content))).toMatchObject({ service: topology.services[index]!.name });
    }
  }
});

test("the order of a service's fields in the topology file does not change a byte", () => {
  const edges = [{ source: "a", destination: "b" }];
  const one = topologyOf({
    services: { a: { cpu: 500, ram: 1, computation_throughput: 50 }, b: { cpu: 1, computation_throughput: 1 } },
    connections: edges,
  });
  const other = topologyOf({
    connections: edges,
    services: { b: { computation_throughput: 1, cpu: 1 }, a: { computation_throughput: 50, ram: 1, cpu: 500 } },
  });
  expect(generateArtifacts(other)).toEqual(generateArtifacts(one));
});

test("beside the configurations stand manifests, the image's Dockerfile and a cluster for kind", () => {
  const paths = generateArtifacts(karma).map(({ path }) => path);
  expect(paths.filter((path) => !path.startsWith("mocks/"))).toEqual([
    "manifests/00-namespace.yaml",
    "manifests/service-a.yaml",
    "manifests/service-b.yaml",
    "manifests/service-c.yaml",
    "manifests/service-d.yaml",
    "Dockerfile",
    "Dockerfile.dockerignore",
    "kind.yaml",
  ]);
});
