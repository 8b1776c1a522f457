import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseTopology } from "../../../src/system/topology/parse.ts";
import { karmaChained, topologyOf } from "./fixtures.ts";

const plain = { cpu: 500, computation_throughput: 100 };

describe("KARMA's own files load unchanged", () => {
  test("the chained services: lower-case names, callers first, work = cpu / throughput, arrivals from INPUT", () => {
    const topology = topologyOf(karmaChained);
    expect(topology.services.map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
    expect(topology.services.map(({ endpoints }) => endpoints[0]!.workMs.mean)).toEqual([5, 5, 4, 700 / 300]);
    expect(topology.entries).toEqual([{ service: "a", endpoint: "default", share: 1 }]);
    expect(topology.arrivalsPerS).toBe(200);
    expect(topology.services[1]).toMatchObject({ cpuMilli: 400, memoryMiB: 512, minReplicas: 1, maxReplicas: 3 });
    expect(topology.services[1]!.image).toBe("service-b-image:v1.0");
    expect(topology.services[0]!.incidents).toEqual({ warning: 0.01, error: 0.001, degraded: 0.001, failure: 0.0001 });
  });

  test("calls of a service come one after another in file order", () => {
    const [a] = topologyOf(karmaChained).services;
    const call = { endpoint: "default", probability: 1, times: 1, timeoutMs: 2_000, retries: 0 };
    expect(a!.endpoints[0]!.calls).toEqual([[{ service: "b", ...call }], [{ service: "c", ...call }]]);
  });

  test("two services without INPUT: the one that nobody calls is the entry, and the defaults are filled in", () => {
    const services = {
      service1: { ...plain, ram: 256 },
      service2: { cpu: 1000, ram: 512, computation_throughput: 50 },
    };
    const topology = topologyOf({ services, connections: [{ source: "service1", destination: "service2" }] });
    expect(topology.entries).toEqual([{ service: "service1", endpoint: "default", share: 1 }]);
    expect(topology.arrivalsPerS).toBeUndefined();
    expect(topology.objective).toEqual({ p95Ms: 200, availability: 0.99 });
    expect(topology.services[1]).toMatchObject({
      minReplicas: 1,
      maxReplicas: 10,
      concurrency: 32,
      queueLimit: 100,
      startupMs: { kind: "constant", mean: 5_000 },
    });
  });
});

test.each(["karma-two-services", "karma-chained", "chained-wide", "ledger"])(
  "the shipped topology %s has no problem",
  (name) => {
    const decoded = parseTopology(readFileSync(`topologies/${name}.json`, "utf8"), `${name}.json`);
    expect(decoded).toMatchObject({ ok: true, warnings: [], value: { name } });
  },
);

test("chained-wide has the capacities and the latencies without waiting that it promises", () => {
  const { services } = topologyOf(readFileSync("topologies/chained-wide.json", "utf8"));
  const latencyMs = services.map(({ endpoints: [e] }) => e!.workMs.mean + e!.addedLatencyMs.mean);
  const capacityPerS = services.map(({ cpuMilli, endpoints: [e] }) => Math.round(cpuMilli / e!.workMs.mean));
  expect(latencyMs).toEqual([12, 18, 22, 15]);
  expect(capacityPerS).toEqual([100, 80, 50, 75]);
});

test("JSON with comments and trailing commas, and YAML, mean the same as JSON", () => {
  const json = topologyOf({ services: { a: plain } });
  const commented = `{ // one service\n"services": {"a": {"cpu": 500, /* per replica */ "computation_throughput": 100,}},}`;
  const yaml = "services:\n  a:\n    cpu: 500 # millicores\n    computation_throughput: 100\n";
  for (const [text, file] of [
    [commented, "test.jsonc"],
    [yaml, "test.yaml"],
    [commented, "test"],
    [yaml, "test"],
    [`\uFEFF${commented}`, "test.json"],
  ] as const) {
    expect(parseTopology(text, file)).toEqual({ ok: true, warnings: [], value: json });
  }
});

test("comment signs inside strings stay", () => {
  expect(
    topologyOf(`{"services": {"a": {"cpu": 5, "computation_throughput": 1, "image": "reg//x:1"}}} // end`),
  ).toMatchObject({ services: [{ image: "reg//x:1" }] });
});

test("shares of several entries follow the rates on INPUT; without rates all share alike", () => {
  const services = { a: plain, b: plain };
  const rated = topologyOf({ services, connections: [inlet("a", 30), inlet("b", 10)] });
  expect(rated.entries.map(({ share }) => share)).toEqual([0.75, 0.25]);
  expect(rated.arrivalsPerS).toBe(40);
  expect(topologyOf({ services, connections: [inlet("a"), inlet("b", -1)] }).entries.map(({ share }) => share)).toEqual(
    [0.5, 0.5],
  );
});

test("an entry without a named endpoint spreads over all endpoints of its service", () => {
  const endpoints = { list: { work_ms: 1 }, get: { work_ms: 2 } };
  expect(topologyOf({ services: { a: { cpu: 100, endpoints } } }).entries).toEqual([
    { service: "a", endpoint: "list", share: 0.5 },
    { service: "a", endpoint: "get", share: 0.5 },
  ]);
});

test("every optional field reaches the topology", () => {
  const topology = topologyOf({
    name: "Shop",
    objective: { p95_ms: 300, availability: 0.95 },
    services: {
      web: {
        cpu: 250,
        ram: 128,
        concurrency: 8,
        queue: 3,
        startup_s: { mean: 25, sd: 8, min: 8, max: 60 },
        endpoints: {
          home: {
            work_ms: { distribution: "lognormal", mean: 4, cv: 0.5 },
            error_rate: 0.01,
            added_latency_ms: { distribution: "exponential", mean: 2 },
            calls: [
              {
                parallel: [
                  { service: "db", endpoint: "read", times: 2 },
                  { service: "db", endpoint: "write" },
                ],
              },
              { service: "db", endpoint: "read", probability: 0.5, timeout_ms: 100, retries: 1 },
            ],
          },
        },
      },
      db: { cpu: 100, endpoints: { read: { work_ms: 1 }, write: { work_ms: 2 } } },
    },
  });
  const call = { service: "db", endpoint: "read", probability: 1, times: 1, timeoutMs: 2_000, retries: 0 };
  expect(topology.name).toBe("shop");
  expect(topology.objective).toEqual({ p95Ms: 300, availability: 0.95 });
  expect(topology.services[0]).toEqual({
    name: "web",
    cpuMilli: 250,
    memoryMiB: 128,
    minReplicas: 1,
    maxReplicas: 10,
    concurrency: 8,
    queueLimit: 3,
    startupMs: { kind: "normal", mean: 25_000, sd: 8_000, min: 8_000, max: 60_000 },
    incidents: { warning: 0, error: 0, degraded: 0, failure: 0 },
    endpoints: [
      {
        name: "home",
        workMs: { kind: "lognormal", mean: 4, cv: 0.5 },
        errorRate: 0.01,
        addedLatencyMs: { kind: "exponential", mean: 2 },
        calls: [
          [
            { ...call, times: 2 },
            { ...call, endpoint: "write" },
          ],
          [{ ...call, probability: 0.5, timeoutMs: 100, retries: 1 }],
        ],
      },
    ],
  });
});

test("a connection carries probability, times, timeout and retries to its call", () => {
  const tries = { timeout_ms: 50, retries: 2, backoff_ms: 20, retry_budget: 0.1 };
  const edge = { source: "a", destination: "b", probability: 0.5, times: 3, ...tries };
  const [a] = topologyOf({ services: { a: plain, b: plain }, connections: [edge] }).services;
  expect(a!.endpoints[0]!.calls).toEqual([
    [
      {
        service: "b",
        endpoint: "default",
        probability: 0.5,
        times: 3,
        timeoutMs: 50,
        retries: 2,
        backoffMs: 20,
        retryBudget: 0.1,
      },
    ],
  ]);
});

test("callers stand before callees whatever the order of the file, and equals keep the file's order", () => {
  const services = { d: plain, c: plain, b: plain, a: plain };
  const connections = [
    ["a", "b"],
    ["a", "c"],
    ["b", "d"],
    ["c", "d"],
  ].map(([source, destination]) => ({ source, destination }));
  const names = topologyOf({ services, connections }).services.map(({ name }) => name);
  expect(names).toEqual(["a", "b", "c", "d"]);
  expect(topologyOf({ services: { z: plain, y: plain, x: plain } }).services.map(({ name }) => name)).toEqual([
    "z",
    "y",
    "x",
  ]);
});

test("names that objects have of their own are names like any other", () => {
  const services = { constructor: plain, tostring: plain, valueof: plain };
  const connections = [
    { source: "constructor", destination: "tostring" },
    { source: "tostring", destination: "valueof" },
  ];
  expect(topologyOf({ services, connections }).services.map(({ name }) => name)).toEqual([
    "constructor",
    "tostring",
    "valueof",
  ]);
  expect(({} as Record<string, unknown>)["cpu"]).toBeUndefined();
});

test.each([
  [
    "a rate inside the graph",
    { services: { a: plain, b: plain }, connections: [{ source: "a", destination: "b", throughput: 50 }] },
    "connections[0].throughput: not enforced: only a connection from INPUT has a rate, 50 requests/s here limits nothing",
  ],
  [
    "a rate beside an INPUT without one",
    {
      services: { a: plain, b: plain },
      connections: [
        { source: "INPUT", destination: "a", throughput: 50 },
        { source: "INPUT", destination: "b" },
      ],
    },
    "connections[0].throughput: not used: not every connection from INPUT has a rate, so all share alike",
  ],
  [
    "memory that a full replica does not have",
    { services: { a: { ...plain, memory: { per_request_mib: 10 } } } },
    "services.a.memory: a replica with all its requests in work takes 420 MiB of 256 and is killed",
  ],
  [
    "a base below the mock's own",
    { services: { a: { ...plain, memory: { base_mib: 20 } } } },
    "services.a.memory.base_mib: the mock takes about 100 MiB by itself, found 20",
  ],
  [
    "a wait before retries that are not made",
    { services: { a: plain, b: plain }, connections: [{ source: "a", destination: "b", backoff_ms: 50 }] },
    "connections[0].backoff_ms: not used: without retries the call is not tried again",
  ],
  [
    "a throughput that nothing needs",
    { services: { a: { ...plain, endpoints: { x: { work_ms: 1 } } } } },
    "services.a.computation_throughput: not used: every endpoint gives its work_ms",
  ],
  [
    "an endpoint that nobody calls",
    {
      services: {
        a: { cpu: 1, endpoints: { x: { work_ms: 1, calls: [{ service: "b", endpoint: "y" }] } } },
        b: { cpu: 1, endpoints: { y: { work_ms: 1 }, z: { work_ms: 1 } } },
      },
    },
    "services.b.endpoints.z: no request reaches this endpoint",
  ],
])("%s is a warning", (_title, file, warning) => {
  const decoded = parseTopology(JSON.stringify(file), "test.json");
  expect(decoded.ok && decoded.warnings.map(({ path, message }) => `${path}: ${message}`)).toEqual([warning]);
});

test("a file full of problems tells the first hundred and how many more there are", () => {
  const services = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`s${index}`, { ...plain, ram: -1 }]));
  const decoded = parseTopology(JSON.stringify({ services }), "test.json");
  expect(decoded.ok ? [] : decoded.problems).toHaveLength(101);
  expect(decoded.ok ? "" : decoded.problems.at(-1)!.message).toBe(
    "expected fewer problems, found 50 more of them; fix these first",
  );
});

function inlet(destination: string, throughput?: number): object {
  return { source: "INPUT", destination, throughput };
}

test("hostile files are refused in seconds", () => {
  for (const text of [
    `{"services":{},"connections":[${repeated('{"source":5},')}]}`,
    `{"services":{${repeated('"a":1,')}}}`,
    repeated("- "),
    repeated('{"a":'),
    repeated("a: [b, c]\n"),
  ]) {
    expect(parseTopology(text, "test").ok).toBe(false);
  }
}, 60_000);

function repeated(text: string): string {
  return text.repeat(400_000 / text.length);
}
