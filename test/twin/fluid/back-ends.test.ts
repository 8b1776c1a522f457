import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { bottleneckRatePerS } from "../../../src/system/topology/bottleneck.ts";
import { parseTopology } from "../../../src/system/topology/parse.ts";
import type { Topology } from "../../../src/system/topology/topology.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { usualEdgeNoise } from "../../../src/twin/fluid/edge-noise.ts";
import type { FluidTwin } from "../../../src/twin/fluid/fluid-twin.ts";
import { call, declared, service, topologyOf } from "../fixtures.ts";

/** All that a service can say of itself and the twin computes, two kinds of each in turn. */
const EVERYTHING = [
  {
    cold_start: { factor: 1.5, seconds: 30 },
    memory: { base_mib: 20, per_request_mib: 0.2, retained_mib: 0.0001 },
    work_growth: { curve: "linear", factor: 1.2 },
  },
  {
    cold_start: { factor: 2, requests: 500 },
    memory: { base_mib: 60, per_request_mib: 2.5, retained_mib: 0.004 },
    work_growth: { curve: "linear", factor: 2 },
  },
];

function decode(topology: unknown): Topology {
  const decoded = parseTopology(JSON.stringify(topology), "topology.json");
  if (!decoded.ok) throw new Error(JSON.stringify(decoded));
  return decoded.value;
}

function shipped(file: string): { readonly services: Readonly<Record<string, object>> } {
  return JSON.parse(readFileSync(file, "utf8")) as { readonly services: Readonly<Record<string, object>> };
}

function withEverything(file: string): Topology {
  const { services, ...rest } = shipped(file);
  const full = Object.entries(services).map(([name, own], i) => [name, { ...own, ...EVERYTHING[i % 2] }]);
  return decode({ ...rest, services: Object.fromEntries(full) });
}

/** Calls of all kinds: tried again after a while, made several times, some side by side, short timeouts; one whole core. */
const calling: Topology = topologyOf([
  service("front", 5, [
    [call("left", 0.9, { retries: 2, backoffMs: 20, retryBudget: 0.2 }), call("right", 1, { times: 2 })],
    [call("store", 0.5, { timeoutMs: 60 })],
    [call("store", 1, { timeoutMs: 90, retries: 1 })],
  ]),
  service("left", 8, [[call("store", 1)]], { coldStart: { factor: 2, requests: 200 } }),
  service("right", 4, [[call("store", 1, { timeoutMs: 60 })]], {
    workGrowth: Array.from({ length: 32 }, (_, inWork) => 1 + inWork / 40),
    incidents: { warning: 0, error: 0.1, degraded: 0.1, failure: 0.02 },
  }),
  service("store", 6, [], { cpuMilli: 1_500, startupMs: { kind: "lognormal", mean: 20_000, cv: 0.4 } }),
]);

/** Lets something else happen in each environment. */
function trouble(twin: FluidTwin, step: number): void {
  const { faults, gates, services } = twin;
  for (let e = 0; e < twin.environments; e++) {
    const one = (e + step) % services;
    const what = (e + step) % 7;
    if (what === 0) faults.setSpeed(e, 0.3 + 0.1 * (e % 5));
    if (what === 1) faults.setWork(e, one, 1.7);
    if (what === 2) faults.kill(e, one, 1);
    if (what === 3) gates.limit(e, 0, step === 4 ? 20 + e : Infinity);
    if (what === 4) twin.evict(e, one);
    if (what === 5) faults.withhold(e, one, 1, 15 * step + 40, e % 2 === 0);
    if (what === 6) faults.blind(e, one, 15 * step + 50);
  }
}

type Seen = { readonly what: string; readonly column: Float64Array };

function columnsOf(step: number, twin: FluidTwin): Seen[] {
  const shown = { twin, readings: twin.observe(), outcome: twin.outcome, stations: twin.stations };
  return Object.entries(shown).flatMap(([name, one]) =>
    Object.entries(one).flatMap(([column, values]: [string, unknown]) =>
      values instanceof Float64Array ? [{ what: `step ${step}: ${name}.${column}`, column: values.slice() }] : [],
    ),
  );
}

/** Everything that a twin shows in a short life of load far below and above what it can do, and of faults. */
function play(topology: Topology, environments: number, isPlain: boolean): Seen[] {
  const options = { environments, tickMs: 1_000, edgeNoise: usualEdgeNoise(1), isPlain };
  const twin = createFluidTwin(topology, declared(topology), options);
  const mean = 0.7 * bottleneckRatePerS(topology);
  for (let e = 0; e < environments; e++)
    twin.reset(e, {
      ratePerS: Float64Array.from({ length: 200 }, (_, s) => mean * (1 + 0.9 * Math.sin(s / 20 + e))),
      stepMs: 1_000,
      rng: createRng(e),
      initialReplicas: Float64Array.from(topology.services, ({ maxReplicas }) =>
        Math.ceil(maxReplicas * (0.2 + 0.1 * (e % 6))),
      ),
    });
  const seen: Seen[] = [];
  for (let step = 0; step < 10; step++) {
    if (step % 3 === 1) trouble(twin, step);
    twin.desired.forEach((_, k) => (twin.desired[k] = 1 + ((k + step) % 4)));
    twin.advance(step % 2 === 0 ? 1 : 15);
    seen.push(...columnsOf(step, twin));
  }
  return seen;
}

/** The first number that is not the same in both, to the bit. */
function firstDifference(topology: Topology, environments: number): string | undefined {
  const plain = play(topology, environments, true);
  const other = play(topology, environments, false);
  expect(other.length).toBe(plain.length);
  for (const [i, { what, column }] of plain.entries()) {
    const found = other[i]!.column;
    const k = column.findIndex((value, at) => !Object.is(value, found[at]));
    if (k >= 0) return `${what}[${k}] is ${found[k]}, plain ${column[k]}`;
  }
  return undefined;
}

const shippedFiles = globSync("topologies/*.json")
  .filter((file) => !/schema|scenario/.test(file))
  .toSorted();

test("there are topologies to play", () => expect(shippedFiles.length).toBeGreaterThan(4));

test.each(shippedFiles.map((file) => basename(file, ".json")))(
  "kernels play %s as plain loops do, to the bit",
  { timeout: 60_000 },
  (name) => {
    expect(firstDifference(decode(shipped(`topologies/${name}.json`)), 4)).toBeUndefined();
    expect(firstDifference(withEverything(`topologies/${name}.json`), 2)).toBeUndefined();
  },
);

test.each([1, 2, 3, 34, 39])(
  "kernels play calls of all kinds in %i environments as plain loops do, to the bit",
  { timeout: 60_000 },
  (count) => {
    expect(firstDifference(calling, count)).toBeUndefined();
  },
);
