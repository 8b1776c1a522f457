import { expect, test } from "vitest";
import { imported, importedOrThrow } from "./imported.ts";

const gateway = `
defaults: {requestSize: 1 KB, responseSize: 2 KB, numReplicas: 1}
services:
- name: gateway
  isEntrypoint: true
  numReplicas: 20
  script:
  - sleep: 5ms
  - - call: auth
    - call: {service: search, size: 4 KB, probability: 80}
  - call: cart
- {name: auth, responseSize: 256}
- {name: search, errorRate: 2%, script: [{sleep: 20ms}]}
- {name: cart, script: [{call: auth}]}
`;

test("steps, side-by-side calls, probabilities, sleeps, errors and replicas become karma's", () => {
  const { format, document } = importedOrThrow("isotope", gateway);
  expect(format).toBe("isotope");
  expect(document).toEqual({
    services: {
      gateway: {
        cpu: 1_000,
        min_replicas: 1,
        max_replicas: 20,
        endpoints: {
          default: {
            work_ms: 1,
            added_latency_ms: 5,
            response_kib: 2,
            calls: [{ parallel: [{ service: "auth" }, { service: "search", probability: 0.8 }] }, { service: "cart" }],
          },
        },
      },
      auth: { cpu: 1_000, endpoints: { default: { work_ms: 1, response_kib: 0.25 } } },
      search: {
        cpu: 1_000,
        endpoints: { default: { work_ms: 1, error_rate: 0.02, added_latency_ms: 20, response_kib: 2 } },
      },
      cart: { cpu: 1_000, endpoints: { default: { work_ms: 1, response_kib: 2, calls: [{ service: "auth" }] } } },
    },
    connections: [{ source: "INPUT", destination: "gateway" }],
  });
});

test("what is not the same is listed, the same remark once with all its places", () => {
  const { notes } = importedOrThrow("isotope", gateway);
  const sizes = notes.find(({ what }) => what.startsWith("sizes"));
  expect(sizes?.paths).toEqual(["defaults.requestSize", "services[0].script[1][1].call.size"]);
  expect(notes.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      "isotope knows no CPU work: 1 ms of 1,000 millicores assumed",
      "isotope's calls never time out; karma's do after 2 s",
      "errors come at random and after the sleep, not at every n-th request and before it",
    ]),
  );
});

const one = (fields: string): string => `services:\n- {name: a, isEntrypoint: true, ${fields}}\n- {name: b}\n`;
const both = (script: string): string => one(`script: ${script}`);

test.each([
  ["a sleep beside calls", both("[[{call: b}, {sleep: 5ms}]]"), "a sleep beside calls is left out"],
  ["a sleep between calls", both("[{call: b}, {sleep: 5ms}]"), "sleeps between calls come before the first call"],
  ["gRPC", one("type: grpc, script: [{call: b}]"), "gRPC becomes HTTP"],
  [
    "a cluster",
    one("cluster: east, script: [{call: b}]"),
    "placement is left out: everything runs in one namespace of one cluster",
  ],
  ["a huge answer", one("responseSize: 1 GB, script: [{call: b}]"), "answers of more than 64 MiB have 64 MiB"],
  ["a field that does nothing", one("memoryUsage: 1, script: [{call: b}]"), "no effect, as in isotope itself"],
  ["a field nobody knows", one("constructor: 1, script: [{call: b}]"), "unknown to isotope too: left out"],
  ["headers", both("[{call: {service: b, extra-header: {x: y}}}]"), "headers are left out"],
  [
    "a service without requests",
    "services:\n- {name: a, isEntrypoint: true}\n- {name: b}\n",
    "no request reaches this service: left out",
  ],
  ["no entry", "services:\n- {name: a}\n", 'the file names no entry: "a", which nobody calls, assumed'],
  [
    "a name that is no label",
    "services:\n- {name: A.b, isEntrypoint: true}\n",
    "names that are no DNS labels are changed",
  ],
])("%s is listed", (_, text, what) => {
  expect(importedOrThrow("isotope", text).notes.map((note) => note.what)).toContain(what);
});

test("a probability of 0 is always, as in isotope", () => {
  const { document } = importedOrThrow("isotope", both("[{call: {service: b, probability: 0}}]"));
  expect(document.services?.["a"]?.endpoints?.["default"]?.calls).toEqual([{ service: "b" }]);
});

test("names that fall together stay apart", () => {
  const text = "services:\n- {name: a.b, isEntrypoint: true, script: [{call: a_b}]}\n- {name: a_b}\n";
  const { document } = importedOrThrow("isotope", text);
  expect(Object.keys(document.services ?? {})).toEqual(["a-b", "a-b-2"]);
  expect(document.services?.["a-b"]?.endpoints?.["default"]?.calls).toEqual([{ service: "a-b-2" }]);
});

test.each([
  ["a call of nobody", both("[{call: c}]"), 'a: expected calls of services of the file, found "c"'],
  [
    "a list in a list in a list",
    both("[[[{call: b}]]]"),
    "services[0].script[0][0]: expected a sleep or a call, found an array",
  ],
  [
    "a duration without a unit",
    both("[{sleep: '5'}]"),
    'services[0].script[0].sleep: expected a duration such as "5ms", found "5"',
  ],
  [
    "an error rate of 200 %",
    one("errorRate: 200%"),
    'services[0].errorRate: expected a share such as "2%" or 0.02, found "200%"',
  ],
  [
    "a service without a name",
    "services:\n- {isEntrypoint: true}\n",
    "services[0].name: expected the name of the service, found nothing",
  ],
  ["a name twice", "services:\n- {name: a}\n- {name: a}\n", 'services: expected every service once, found "a" again'],
  ["no services", "services: []\n", ": expected at least one service, found none"],
  [
    "a circle",
    both("[{call: b}]").replace("{name: b}", "{name: b, script: [{call: a}]}"),
    "expected no cycle, found a → b → a",
  ],
  ["neither format", "hello: 1\n", "expected a list of services (isotope)"],
])("%s is a problem with its place", (_, text, problem) => {
  expect(imported("isotope", text)).toContain(problem);
});

test("the entry can be named, and what it does not reach is left out", () => {
  const { topology } = importedOrThrow("isotope", gateway, { entry: "cart" });
  expect(topology.services.map(({ name }) => name)).toEqual(["cart", "auth"]);
  expect(imported("isotope", gateway, { entry: "card" })).toContain('found "card"; did you mean "cart"?');
});
