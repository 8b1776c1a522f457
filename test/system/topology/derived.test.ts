import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bottleneckRatePerS, cpuMsPerEntryRequest } from "../../../src/system/topology/bottleneck.ts";
import { scaleTopology } from "../../../src/system/topology/scale.ts";
import { visitRatios } from "../../../src/system/topology/visit-ratios.ts";
import { readFileSync } from "node:fs";
import { karmaChained, topologyOf } from "./fixtures.ts";

const wide = topologyOf(readFileSync("topologies/chained-wide.json", "utf8"));

test("visits multiply along a way and add up where ways meet", () => {
  expect([...visitRatios(topologyOf(karmaChained))]).toEqual([1, 1, 1, 2]);
  const [a, b, c, d] = visitRatios(wide);
  expect([a, b, c]).toEqual([1, 0.7, 0.5]);
  expect(d).toBeCloseTo(0.7 * 0.8 + 0.5 * 0.6, 12);
});

test("times multiply visits, retries do not count", () => {
  const plain = { cpu: 500, computation_throughput: 100 };
  const edge = { source: "a", destination: "b", times: 3, probability: 0.5, retries: 5 };
  expect([...visitRatios(topologyOf({ services: { a: plain, b: plain }, connections: [edge] }))]).toEqual([1, 1.5]);
});

test("the bottleneck is the service that runs out of CPU first at its maximum", () => {
  // b: 3 replicas of 80 requests/s, each visited once.
  expect(bottleneckRatePerS(topologyOf(karmaChained))).toBeCloseTo(240, 9);
  // d: 24 replicas of 75 requests/s, visited .86 times.
  expect(bottleneckRatePerS(wide)).toBeCloseTo((24 * 500) / 6.667 / 0.86, 6);
});

test("CPU per entry request weighs endpoints by their visits", () => {
  const endpoints = { list: { work_ms: 1 }, get: { work_ms: 3 } };
  expect([...cpuMsPerEntryRequest(topologyOf({ services: { a: { cpu: 100, endpoints } } }))]).toEqual([2]);
});

test("scaling changes work and limit alike, so the bottleneck stays where it is", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 4, noNaN: true }), (scale) => {
      const { topology } = scaleTopology(wide, scale);
      expect(bottleneckRatePerS(topology)).toBeCloseTo(bottleneckRatePerS(wide), 6);
      expect(topology.services[0]!.cpuMilli).toBeCloseTo(500 * scale, 9);
      expect(topology.services[0]!.endpoints[0]!.addedLatencyMs).toEqual(
        wide.services[0]!.endpoints[0]!.addedLatencyMs,
      );
      expect(topology.entries).toEqual(wide.entries);
    }),
  );
});

test("scaling says where the mock's own HTTP work stops being negligible", () => {
  expect(scaleTopology(wide, 0.25).warnings).toEqual([]);
  expect(scaleTopology(wide, 0.12).warnings).toEqual([
    {
      path: "services.a.endpoints.default.work_ms",
      message:
        "expected at least 1.00 ms of work per request at scale 0.12, found 0.60; " +
        "the mock's own HTTP work (about 0.68 ms) is no longer negligible, so CPU use and latency lie above what is declared",
    },
    expect.objectContaining({ path: "services.b.endpoints.default.work_ms" }),
    expect.objectContaining({ path: "services.d.endpoints.default.work_ms" }),
  ]);
});

test.each([0, -1, Number.NaN, 11])("a scale of %d is refused", (scale) => {
  expect(() => scaleTopology(wide, scale)).toThrow("expected a scale in (0, 10]");
});
