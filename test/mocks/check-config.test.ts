import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { checkConfig } from "../../mocks/src/check-config.ts";
import { callOf, configOf, endpointOf } from "./valid-config.ts";

const schema: Record<string, unknown> = JSON.parse(readFileSync("mocks/config.schema.json", "utf8"));
const isValidBySchema = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

const normal = { kind: "normal", mean: 5, sd: 1, min: 0, max: 9 } as const;
const lognormal = { kind: "lognormal", mean: 5, cv: 0.5 } as const;

test.each([
  ["the plainest", configOf()],
  [
    "calls in steps",
    configOf({
      endpoints: [endpointOf({ calls: [[callOf()], [callOf(), callOf()]] })],
      upstreams: { next: "http://next:80" },
    }),
  ],
  ["other distributions", configOf({ endpoints: [endpointOf({ workMs: normal, addedLatencyMs: lognormal })] })],
  [
    "retries with a wait and a budget",
    configOf({
      endpoints: [endpointOf({ calls: [[callOf({ retries: 2, backoffMs: 10, retryBudget: 0.1 })]] })],
      upstreams: { next: "http://next:80" },
    }),
  ],
  ["memory", configOf({ memory: { baseMiB: 100, perRequestMiB: 1, retainedMiB: 0, limitMiB: 200 } })],
  ["a cold start by requests", configOf({ coldStart: { factor: 3, requests: 100 } })],
  ["a cold start by time", configOf({ coldStart: { factor: 3, forMs: 5_000 } })],
  [
    "bodies",
    configOf({
      endpoints: [endpointOf({ responseBytes: 1_024, calls: [[callOf({ requestBytes: 10 })]] })],
      upstreams: { next: "http://next:80" },
    }),
  ],
  ["work that grows", configOf({ workGrowth: [1, 1.5, 2] })],
  ["a path of several parts", configOf({ endpoints: [endpointOf({ name: "v1/cart.items" })] })],
])("a valid config passes check and schema: %s", (_title, config) => {
  expect(checkConfig(config)).toBe(config);
  expect(isValidBySchema(config), JSON.stringify(isValidBySchema.errors)).toBe(true);
});

const withEndpoint = (fields: object) => ({ ...configOf(), endpoints: [{ ...endpointOf(), ...fields }] });
const withCall = (fields: object) => ({
  ...withEndpoint({ calls: [[{ ...callOf(), ...fields }]] }),
  upstreams: { next: "http://next:80" },
});

test.each([
  ["", [], "expected an object, got []"],
  ["", null, "expected an object, got null"],
  ["service", { ...configOf(), service: "" }, `expected a non-empty name, got ""`],
  ["cpuLimitMilli", { ...configOf(), cpuLimitMilli: 0 }, "expected a number > 0, got 0"],
  ["emulateCpuLimit", { ...configOf(), emulateCpuLimit: "yes" }, `expected true or false, got "yes"`],
  ["concurrency", { ...configOf(), concurrency: 1.5 }, "expected a whole number >= 1, got 1.5"],
  ["queueLimit", { ...configOf(), queueLimit: -1 }, "expected a whole number >= 0, got -1"],
  ["endpoints", { ...configOf(), endpoints: [] }, "expected a list of at least 1, got []"],
  [
    "memory.limitMiB",
    { ...configOf(), memory: { baseMiB: 100, perRequestMiB: 1, retainedMiB: 0, limitMiB: 0 } },
    "expected a number > 0, got 0",
  ],
  ["coldStart.factor", { ...configOf(), coldStart: { factor: 0.5, requests: 10 } }, "expected a number >= 1, got 0.5"],
  ["coldStart.forMs", { ...configOf(), coldStart: { factor: 2 } }, "expected a number > 0, got nothing"],
  ["endpoints[0].responseBytes", withEndpoint({ responseBytes: 0.5 }), "expected a whole number >= 0, got 0.5"],
  ["memory.perRequestMiB", { ...configOf(), memory: { baseMiB: 100, retainedMiB: 0 } }, "got nothing"],
  ["workGrowth", { ...configOf(), workGrowth: [] }, "expected a list of at least 1, got []"],
  ["workGrowth[1]", { ...configOf(), workGrowth: [1, 0] }, "expected a number > 0, got 0"],
  ["timeScale", { ...configOf(), timeScale: 0.5 }, "expected a number >= 1, got 0.5"],
  ["connectionLifeMs", { ...configOf(), connectionLifeMs: undefined }, "expected a number > 0, got nothing"],
  [
    "upstreams.next",
    { ...configOf(), upstreams: { next: "next:80" } },
    `expected a URL that starts with http://, got "next:80"`,
  ],
  [
    "incidents.failure",
    { ...configOf(), incidents: { ...configOf().incidents, failure: 2 } },
    "expected a number from 0 to 1, got 2",
  ],
  ["colour", { ...configOf(), colour: "red" }, "unknown field; known are service, "],
  ["endpoints[0].name", withEndpoint({ name: "/work" }), "expected a path without leading slash"],
  ["endpoints[0].name", withEndpoint({ name: "metrics" }), "none of metrics, healthz, readyz"],
  ["endpoints[0].workMs", withEndpoint({ workMs: 5 }), "expected a distribution whose kind is one of constant, "],
  ["endpoints[0].workMs", withEndpoint({ workMs: { kind: "pareto", mean: 5 } }), "expected a distribution whose kind"],
  [
    "endpoints[0].workMs.mean",
    withEndpoint({ workMs: { kind: "constant", mean: -1 } }),
    "expected a number >= 0, got -1",
  ],
  [
    "endpoints[0].workMs.cv",
    withEndpoint({ workMs: { kind: "lognormal", mean: 1 } }),
    "expected a number >= 0, got nothing",
  ],
  ["endpoints[0].calls[0]", withEndpoint({ calls: [[]] }), "expected a list of at least 1, got []"],
  ["endpoints[0].calls[0][0].times", withCall({ times: 0 }), "expected a whole number >= 1, got 0"],
  ["endpoints[0].calls[0][0].backoffMs", withCall({ backoffMs: -1 }), "expected a number >= 0, got -1"],
  ["endpoints[0].calls[0][0].retryBudget", withCall({ retryBudget: 0 }), "expected a number > 0, at most 1, got 0"],
  ["endpoints[0].calls[0][0].timeoutMs", withCall({ timeoutMs: 0 }), "expected a number > 0, got 0"],
])("a broken config is refused by check and schema: %s", (path, config, message) => {
  expect(checkConfig(config)).toMatchObject([{ path, message: expect.stringContaining(message) }]);
  expect(isValidBySchema(JSON.parse(JSON.stringify(config)))).toBe(false);
});

test("names that must be unique or known are checked beyond the schema", () => {
  const twice = configOf({ endpoints: [endpointOf(), endpointOf()] });
  expect(checkConfig(twice)).toEqual([{ path: "endpoints[1].name", message: `expected a name used once, got "work"` }]);
  const dangling = configOf({ endpoints: [endpointOf({ calls: [[callOf()]] })] });
  expect(checkConfig(dangling)).toMatchObject([{ path: "endpoints[0].calls[0][0].service" }]);
});

test("all problems are reported at once", () => {
  expect(checkConfig({ ...configOf(), service: 1, concurrency: 0, colour: "red" })).toHaveLength(3);
});

test("every field of the schema says what it is", () => {
  const fields = JSON.stringify(schema).match(/"(?:type|\$ref|const|oneOf)":/g)!.length;
  const nameless: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      if (path.endsWith("/properties") && !("description" in child)) nameless.push(`${path}/${key}`);
      visit(child, `${path}/${key}`);
    }
  };
  visit(schema, "");
  expect(fields).toBeGreaterThan(30);
  expect(nameless).toEqual([]);
});
