import { expect, test } from "vitest";
import type { RawEndpoint } from "../../../../src/system/topology/raw.ts";
import { imported, importedOrThrow } from "./imported.ts";

/** A work model whose service `s0` calls these groups; s1 to s4 do nothing but compute. */
function model(groups: unknown, internal: unknown = pi(100), more: object = {}): string {
  const others = ["s1", "s2", "s3", "s4"].map((name) => [name, { external_services: [], internal_service: pi(10) }]);
  return JSON.stringify({
    s0: { external_services: groups, internal_service: internal, ...more },
    ...Object.fromEntries(others),
  });
}

function pi(low: number, high = low): object {
  return { compute_pi: { range_complexity: [low, high] } };
}

function entryOf(text: string): RawEndpoint {
  return importedOrThrow("mubench", text).document.services!["s0"]!.endpoints!["default"]!;
}

test("one group is called one after another", () => {
  expect(entryOf(model([{ seq_len: 100, services: ["s1", "s2"] }])).calls).toEqual([
    { service: "s1" },
    { service: "s2" },
  ]);
});

test("groups of one call each are called side by side", () => {
  const groups = ["s1", "s2", "s3"].map((service) => ({ seq_len: 1, services: [service] }));
  expect(entryOf(model(groups)).calls).toEqual([
    { parallel: [{ service: "s1" }, { service: "s2" }, { service: "s3" }] },
  ]);
});

test("several groups of several calls keep step, and that is listed", () => {
  const text = model([
    { seq_len: 9, services: ["s1", "s2"] },
    { seq_len: 9, services: ["s3"] },
  ]);
  expect(entryOf(text).calls).toEqual([{ parallel: [{ service: "s1" }, { service: "s3" }] }, { service: "s2" }]);
  expect(importedOrThrow("mubench", text).notes.map(({ what }) => what)).toContain(
    "groups of several calls keep step: the second calls begin when all first ones ended",
  );
});

test("a random subset becomes the probability that a call is in it, times its own", () => {
  const group = { seq_len: 1, services: ["s1", "s2"], probabilities: { s1: 0.5, s2: 0 } };
  expect(entryOf(model([group])).calls).toEqual([{ service: "s1", probability: 0.25 }]);
});

test.each([
  ["digits of pi", pi(100), 0.425, undefined],
  ["a range of digits", pi(50, 150), 0.4501, undefined],
  [
    "trials and threads",
    loader({ run: true, range_complexity: [100, 100], trials: 10, thread_pool_size: 2 }),
    8.5,
    undefined,
  ],
  ["sleep, which runs unless told otherwise", { loader: {} }, 1, 10],
  ["no sleep and no CPU", { loader: { sleep_stress: { run: false } } }, 1, undefined],
])("work from %s", (_, internal, workMs, sleepMs) => {
  const { work_ms: work, added_latency_ms: added } = entryOf(model([], internal));
  expect(work).toBeCloseTo(workMs, 3);
  expect(added).toBe(sleepMs);
});

function loader(cpu: object): object {
  return { loader: { cpu_stress: cpu, sleep_stress: { run: false } } };
}

test("limits, workers, threads and replicas become karma's", () => {
  const limits = { "cpu-requests": "200m", "cpu-limits": "500m", "memory-limits": "256Mi", workers: 2, threads: 16 };
  const { document, notes } = importedOrThrow("mubench", model([], pi(1), { ...limits, replicas: 12 }));
  expect(document.services!["s0"]).toMatchObject({
    cpu: 500,
    ram: 256,
    concurrency: 32,
    min_replicas: 1,
    max_replicas: 12,
  });
  expect(notes.map(({ what }) => what)).toContain("cpu requests below the limit are left out: the limit is requested");
});

test.each([
  ["memory work", model([], { loader: { memory_stress: { run: true } } }), "memory stress is left out"],
  [
    "alternative behaviours",
    model([], pi(1), { alternative_behaviors: {} }),
    "alternative behaviours are left out: every request behaves alike",
  ],
  ["gRPC", model([], pi(1), { request_method: "gRPC" }), "gRPC becomes HTTP"],
  ["the user's Python", model([], { mine: {} }), "what the user's own Python does is not known"],
  ["a second function", model([], { ...pi(1), loader: {} }), "muBench runs only the first function of a service"],
  [
    "a probability of an unlisted service",
    model([{ seq_len: 1, services: ["s1"], probabilities: { s2: 1 } }]),
    "muBench never calls a service that its group does not list",
  ],
])("%s is listed", (_, text, what) => {
  expect(importedOrThrow("mubench", text).notes.map((note) => note.what)).toContain(what);
});

test.each([
  [
    "a call of nobody",
    model([{ seq_len: 1, services: ["s9"] }]),
    's0: expected calls of services of the file, found "s9"',
  ],
  [
    "a probability of 2",
    model([{ seq_len: 1, services: ["s1"], probabilities: { s1: 2 } }]),
    "s0.external_services[0].probabilities.s1: expected a number from 0 to 1, found 2",
  ],
  [
    "a strange quantity",
    model([], pi(1), { "cpu-limits": "much" }),
    's0.cpu-limits: expected a quantity such as "250m" or "256Mi", found "much"',
  ],
  [
    "digits that are no numbers",
    model([], { compute_pi: { range_complexity: ["a", "b"] } }),
    "s0.internal_service.compute_pi.range_complexity[0]: expected a number from 0 to 100000",
  ],
  [
    "a service that is no object",
    JSON.stringify({ s0: { external_services: [] }, s1: 3 }),
    "s1: expected an object, found 3",
  ],
])("%s is a problem with its place", (_, text, problem) => {
  expect(imported("mubench", text)).toContain(problem);
});
