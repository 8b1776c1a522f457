import { assert, constantFrom, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { type Rng, createRng } from "../../../src/core/rng.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { usualEdgeNoise } from "../../../src/twin/fluid/edge-noise.ts";
import type { FluidTwin } from "../../../src/twin/fluid/fluid-twin.ts";
import { call, declared, service, topologyOf } from "../fixtures.ts";

const growing = { workGrowth: Array.from({ length: 32 }, (_, inWork) => 1 + inWork / 40) };

/** Every command of the station kernels: growth, both kinds of cold starts, memory that runs out, calls tried again. */
const topology = topologyOf([
  service("front", 5, [
    [call("time", 0.8)],
    [call("count", 1, { retries: 2, backoffMs: 10 })],
    [call("plain", 0.5), call("count", 0.3)],
  ]),
  service("time", 8, [[call("plain", 1, { retries: 1 })]], { ...growing, coldStart: { factor: 1.5, ms: 20_000 } }),
  service("count", 3, [], { coldStart: { factor: 3, requests: 40 }, concurrency: 4, queueLimit: 0 }),
  service("plain", 12, [], {
    ...growing,
    cpuMilli: 1_500,
    memory: { baseMiB: 60, perRequestMiB: 2.5, retainedMiB: 0.02 },
  }),
]);
const services = topology.services.length;

/** What columns of stations may hold, the ends of it above all; the rest is drawn between. */
const ends: Readonly<Record<string, readonly number[]>> = {
  queued: [0, 0, 0, 1, 7_000],
  lost: [0, 0, 0.5, 300],
  steadyFactor: [1, 1, 0.01, 4],
  capacityFactor: [1, 1, 0.01, 4],
  workGrowth: [1, 1, 3],
  holdMs: [0, 0, 1e-3, 30_000, Infinity],
  served: [0, 0, 5, 4_000],
  cpuMs: [5, 5, 0, 900],
  cpuVariance: [25, 0, 1e6],
  cpuThird: [0, 1e3],
  moreTries: [0, 0, 2],
};
const rates = [0, 0, 0.3, 80, 2_000, 1e7];

type Pair = readonly [FluidTwin, FluidTwin];

/** The same twice: by kernels, and in plain loops. */
function pairOf(environments: number, isCounted: boolean): Pair {
  const make = (isPlain: boolean): FluidTwin =>
    createFluidTwin(topology, declared(topology), {
      environments,
      tickMs: 1_000,
      edgeNoise: usualEdgeNoise(1),
      isCounted,
      isPlain,
    });
  return [make(false), make(true)];
}

function pick(values: readonly number[], rng: Rng): number {
  return values[rng.integer(values.length)]!;
}

/** Begins anew in any state at all. */
function begin(twin: FluidTwin, seed: number): void {
  const rng = createRng(seed);
  for (let e = 0; e < twin.environments; e++)
    twin.reset(e, {
      ratePerS: Float64Array.of(pick(rates, rng)),
      stepMs: 1_000,
      rng: rng.split(e),
      initialReplicas: Float64Array.from({ length: services }, () => pick([0, 1, 2, 5, 24], rng)),
    });
  const columns = new Map(Object.entries(twin.stations));
  for (const [name, values] of Object.entries(ends)) {
    const column = columns.get(name) as Float64Array;
    for (let k = 0; k < column.length; k++)
      column[k] = pick(values, rng) * (rng.uniform() < 0.5 ? 1 : rng.between(0.3, 1));
  }
}

function columnsOf(twin: FluidTwin): (readonly [string, Float64Array])[] {
  return [twin, twin.stations, twin.outcome, twin.observe()].flatMap((part) =>
    Object.entries(part).filter((entry): entry is [string, Float64Array] => entry[1] instanceof Float64Array),
  );
}

/** The first number that is not the same in both, to the bit. */
function firstDifference([twin, plain]: Pair): string | undefined {
  const found = columnsOf(twin);
  for (const [i, [name, column]] of columnsOf(plain).entries()) {
    const k = column.findIndex((value, at) => !Object.is(value, found[i]![1][at]));
    if (k >= 0) return `${name}[${k}] is ${found[i]![1][k]}, plain ${column[k]}`;
  }
  return undefined;
}

/** Other sizes, and a scrape of everything. */
function live(twin: FluidTwin, seed: number): void {
  const rng = createRng(seed);
  twin.advance(1);
  for (let k = 0; k < twin.desired.length; k++) twin.desired[k] = pick([0, 1, 3, 4, 8, 24], rng);
  twin.advance(20);
}

test.each([2, 6, 32])("whatever state %i environments are in, kernels make of it what plain loops do", (width) => {
  const counted = pairOf(width, true);
  const fluid = pairOf(width, false);
  assert(
    property(integer({ min: 0, max: 1e9 }), constantFrom(counted, fluid), (seed, pair) => {
      for (const twin of pair) begin(twin, seed);
      for (const twin of pair) live(twin, seed);
      expect(firstDifference(pair)).toBeUndefined();
    }),
    { numRuns: 20 },
  );
});

test("while a gate and a slow core call for plain loops, and after them, all is what it is in plain loops", () => {
  const pair = pairOf(4, true);
  for (const twin of pair) {
    begin(twin, 7);
    twin.gates.limit(0, 0, 3);
    twin.faults.setSpeed(1, 0.4);
    live(twin, 7);
    twin.gates.limit(0, 0, Infinity);
    twin.faults.setSpeed(1, 1);
    twin.advance(20);
  }
  expect(firstDifference(pair)).toBeUndefined();
});
