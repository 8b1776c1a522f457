import { assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { type Rng, createRng } from "../../../src/core/rng.ts";
import type { Call, Endpoint } from "../../../src/system/topology/topology.ts";
import { type BackEnd, measuringBackEnd, plainBackEnd, wasmBackEnd } from "../../../src/twin/fluid/back-end.ts";
import { ENTRY_FIELDS } from "../../../src/twin/fluid/entry-metrics.ts";
import { createEntryState } from "../../../src/twin/fluid/entry.ts";
import { createOutcome } from "../../../src/twin/fluid/outcome.ts";
import { createPipeline } from "../../../src/twin/fluid/pipeline.ts";
import { planFluid } from "../../../src/twin/fluid/plan.ts";
import { likeNodes } from "../../../src/twin/fluid/same-nodes.ts";
import { type Stations, createStations } from "../../../src/twin/fluid/stations.ts";
import { createUsersPass } from "../../../src/twin/fluid/users-pass.ts";
import { call, declared, service, topologyOf } from "../fixtures.ts";

const ENVIRONMENTS = 6;

function endpoint(name: string, calls: Call[][], errorRate = 0): Endpoint {
  const [plain] = service(name, 5).endpoints;
  return { ...plain!, name, calls, errorRate };
}

/** Every kind of call; a whole core and parts of one, down to one that mostly stands still; endpoints that are alike, and steps that begin alike. */
const front = service("front", 5, [], {
  endpoints: [
    endpoint("default", [
      [call("left", 0.9, { retries: 2, backoffMs: 20, retryBudget: 0.2 }), call("right", 1, { times: 2 })],
      [call("left", 1), call("right", 0.4), call("store", 1, { timeoutMs: 80, endpoint: "put" })],
      [call("store", 0.5, { timeoutMs: 60 })],
      [call("store", 1)],
    ]),
    endpoint("other", [[call("left", 1), call("right", 0.4), call("store", 1, { timeoutMs: 80, endpoint: "get" })]]),
    endpoint("same", [[call("left", 1), call("right", 0.4), call("store", 1, { timeoutMs: 80, endpoint: "put" })]]),
  ],
});
const store = service("store", 6, [], {
  cpuMilli: 1_500,
  endpoints: [endpoint("default", [], 0.1), endpoint("get", []), endpoint("put", [])],
});
const topology = {
  ...topologyOf([
    front,
    service("left", 8, [[call("store", 1)]], { cpuMilli: 60 }),
    service("right", 4, [[call("store", 1, { timeoutMs: 60, retries: 1 }), call("left", 1)]]),
    store,
  ]),
  entries: ["default", "other", "same"].map((name, i) => ({ service: "front", endpoint: name, share: 0.2 + 0.2 * i })),
};
const plan = planFluid(topology, declared(topology));
const services = plan.services.length;

/** The pass over what users meet, and everything that it writes. */
type Pass = {
  readonly stations: Stations;
  readonly arrived: Float64Array;
  readonly run: () => void;
  readonly written: Readonly<Record<string, Float64Array>>;
};

function passOn(backEnd: BackEnd): Pass {
  const { arena } = backEnd;
  const stations = createStations(services, ENVIRONMENTS, 1_000, plan.retries, arena);
  const entry = createEntryState(ENVIRONMENTS, arena);
  const outcome = createOutcome(services, ENVIRONMENTS, arena);
  const entryPipeline = createPipeline(ENVIRONMENTS, ENTRY_FIELDS, { period: 15, scrapesPerWindow: 2, lag: 1 }, arena);
  const { holdMs, moreTries } = stations;
  return {
    stations,
    arrived: entry.arrived,
    run: createUsersPass({ plan, stations, entry, entryPipeline, outcome, latency: undefined }, backEnd),
    written: { ...entry, ...outcome, counters: entryPipeline.counters, holdMs, moreTries },
  };
}

function memoryBytes(): number {
  const measuring = measuringBackEnd();
  passOn(measuring);
  return measuring.arena.takenBytes();
}

/** Mostly up to a number, now and then nothing. */
function upTo(rng: Rng, most: number): number {
  return rng.uniform() < 0.15 ? 0 : most * rng.uniform() ** 3;
}

/** Services may be idle, busy, far beyond saturation, beside neighbours; all of them may be without any variance. */
function putState({ stations, arrived }: Pass, seed: number): void {
  const rng = createRng(seed);
  const wild = rng.uniform() < 0.1 ? 0 : 1;
  for (let e = 0; e < ENVIRONMENTS; e++) {
    stations.speed[e] = rng.uniform() < 0.2 ? 0.4 : 1;
    arrived[e] = upTo(rng, 500);
  }
  for (let k = 0; k < services * ENVIRONMENTS; k++) {
    const backlogMs = upTo(rng, 3_000);
    stations.busy[k] = 0.999 * rng.uniform();
    stations.capacityFactor[k] = 0.5 + 0.5 * rng.uniform();
    stations.dropShare[k] = rng.uniform() < 0.1 ? 1 : upTo(rng, 1);
    stations.blameWeight[k] = upTo(rng, 3);
    stations.cpuMs[k] = 4 + upTo(rng, 500);
    stations.cpuVariance[k] = wild * upTo(rng, 1e5);
    stations.cpuThird[k] = wild * upTo(rng, 1e7);
    stations.sojournMs[k] = stations.cpuMs[k]! + backlogMs;
    stations.sojournVariance[k] = stations.cpuVariance[k]! + wild * 0.04 * backlogMs * backlogMs;
    stations.sojournThird[k] = stations.cpuThird[k]!;
  }
}

test("endpoints that are alike are computed once, those that fail or call otherwise are not", () => {
  const like = likeNodes(plan.nodes);
  const [first, other, same, left, right, stored, get, put] = like;
  expect([first, other, same]).toEqual([0, 2, 2]);
  expect([left, right, stored]).toEqual([3, 4, 5]);
  expect(get).toBe(put);
});

test("kernels find what users meet to the bit as plain loops do, whatever services are like", () => {
  const plain = passOn(plainBackEnd());
  const kernels = passOn(wasmBackEnd(memoryBytes()));
  assert(
    property(integer(), (seed) => {
      for (const pass of [plain, kernels]) {
        putState(pass, seed);
        pass.run();
      }
      expect(kernels.written).toEqual(plain.written);
    }),
    { numRuns: 300 },
  );
});
