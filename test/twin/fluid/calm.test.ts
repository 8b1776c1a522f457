import { expect, test } from "vitest";
import { createCalm, updateCalm } from "../../../src/twin/fluid/calm.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { planFluid } from "../../../src/twin/fluid/plan.ts";
import { createStops } from "../../../src/twin/fluid/stops.ts";
import { declared, episode, service, topologyOf } from "../fixtures.ts";

/** What is calm in one service at a utilisation, and its moments of all requests. */
function calmAt(utilisation: number, cpuMilli: number, workMs = 2.5) {
  const topology = topologyOf([service("a", workMs, [], { cpuMilli })]);
  const twin = createFluidTwin(topology, declared(topology), { environments: 1, tickMs: 1_000 });
  twin.reset(0, episode([(utilisation * 8 * cpuMilli) / workMs], [8]));
  twin.advance(120);
  const calm = createCalm(1);
  const stops = createStops(1);
  updateCalm(calm, stops, planFluid(topology, declared(topology)), twin.stations);
  const { sojournMs, sojournVariance, sojournThird } = twin.stations;
  return {
    share: calm.share[0]!,
    stopped: stops.share[0]!,
    calm: [calm.meanMs[0]!, calm.variance[0]!, calm.third[0]!],
    all: [sojournMs[0]!, sojournVariance[0]!, sojournThird[0]!],
  };
}

test.each([1_000, 2_000])("with %d m of CPU no quota delays anybody: all are calm", (cpuMilli) => {
  const { share, calm, all } = calmAt(0.8, cpuMilli);
  expect(share).toBe(1);
  expect(calm).toEqual(all);
});

test("the busier a replica with a quota, the fewer requests are calm, and those wait for the core alone", () => {
  let before = 1;
  for (const rho of [0.5, 0.6, 0.7, 0.8, 0.9]) {
    const { share, calm, all } = calmAt(rho, 500);
    expect(share).toBeLessThan(before);
    expect(share).toBeGreaterThan(0);
    expect(calm[0]).toBeLessThan(all[0]!);
    expect(calm[1]).toBeLessThan(all[1]!);
    before = share;
  }
  expect(calmAt(0.5, 500).share).toBeGreaterThan(0.9);
});

test("work that dwarfs the budget is delayed nearly always", () => {
  expect(calmAt(0.7, 100, 20).share).toBeLessThan(calmAt(0.7, 100, 2).share);
});

test("a replica stands still the more, the busier it is, and never for longer than its limit leaves of a period", () => {
  let before = 0;
  for (const rho of [0.5, 0.7, 0.9, 0.99, 2]) {
    const { stopped } = calmAt(rho, 250, 4);
    // Beyond saturation it is the same but for rounding of tables.
    expect(stopped).toBeGreaterThan(before - 1e-3);
    expect(stopped).toBeLessThanOrEqual(0.75);
    before = stopped;
  }
  expect(before).toBeGreaterThan(0.3);
  expect(calmAt(0.9, 1_000).stopped).toBe(0);
});
