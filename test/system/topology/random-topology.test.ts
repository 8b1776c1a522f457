import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { bottleneckRatePerS } from "../../../src/system/topology/bottleneck.ts";
import { parseTopology } from "../../../src/system/topology/parse.ts";
import { formatRandomTopology, randomTopology } from "../../../src/system/topology/random-topology.ts";
import type { Topology } from "../../../src/system/topology/topology.ts";
import { visitRatios } from "../../../src/system/topology/visit-ratios.ts";

function textOf(services: number, seed: number): string {
  return formatRandomTopology(randomTopology(services, createRng(seed)));
}

function parsed(services: number, seed: number): Topology {
  const decoded = parseTopology(textOf(services, seed), "random.json");
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems.slice(0, 5)));
  return decoded.value;
}

test("any size and seed gives a topology that validates, with so many services", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (services, seed) => {
      expect(parsed(services, seed).services).toHaveLength(services);
    }),
    { numRuns: 12 },
  );
}, 60_000);

test("the same seed gives the same bytes, another seed another topology", () => {
  expect(textOf(40, 3)).toBe(textOf(40, 3));
  expect(textOf(40, 3)).not.toBe(textOf(40, 4));
});

test.each([10, 100])("%i services at their maximum serve 200 requests/s", (services) => {
  const ratePerS = bottleneckRatePerS(parsed(services, 1));
  expect(ratePerS).toBeGreaterThan(190);
  expect(ratePerS).toBeLessThan(250);
});

test("a thousand services validate, and a request meets a few of them", () => {
  const topology = parsed(1_000, 1);
  expect(topology.services).toHaveLength(1_000);
  const met = visitRatios(topology).reduce((sum, visits) => sum + visits, 0);
  expect(met).toBeGreaterThan(10);
  expect(met).toBeLessThan(60);
  expect(textOf(1_000, 1).length).toBeLessThan(600_000);
}, 60_000);

test("the file grows in proportion to the services", () => {
  const ratio = textOf(800, 1).length / textOf(200, 1).length;
  expect(ratio).toBeGreaterThan(3.6);
  expect(ratio).toBeLessThan(4.4);
});
