import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import type { Topology } from "../../../src/system/topology/topology.ts";
import { type FluidPlan, planFluid } from "../../../src/twin/fluid/plan.ts";
import { createResponseKernel } from "../../../src/twin/fluid/response.ts";
import { type Stations, createStations } from "../../../src/twin/fluid/stations.ts";
import { call, declared, service, topologyOf } from "../fixtures.ts";

/** Response of the first endpoint when every service answers in exponential time of mean 10 ms, unless said. */
function respond(topology: Topology, set: (plan: FluidPlan, stations: Stations) => void = () => {}) {
  const plan = planFluid(topology, declared(topology));
  const stations = createStations(plan.services.length, 1, 1_000, plan.retries);
  stations.sojournMs.fill(10);
  stations.sojournVariance.fill(100);
  stations.sojournThird.fill(2_000);
  set(plan, stations);
  const { responses, update } = createResponseKernel(plan, stations);
  for (let i = 0; i < 60; i++) update();
  return {
    meanMs: responses.meanMs[0]!,
    variance: responses.variance[0]!,
    third: responses.third[0]!,
    ok: responses.ok[0]!,
    holdMs: stations.holdMs[0]!,
    calm: {
      share: responses.calm.share[0]!,
      meanMs: responses.calm.meanMs[0]!,
      variance: responses.calm.variance[0]!,
      third: responses.calm.third[0]!,
    },
  };
}

const leaves = [service("b", 5), service("c", 5)];

test("calls one after another add up, weighed by how likely they are", () => {
  const { meanMs, variance, holdMs } = respond(
    topologyOf([service("a", 5, [[call("b", 0.5)], [call("c", 1, { times: 3 })]]), ...leaves]),
  );
  expect(meanMs).toBeCloseTo(10 + 5 + 30, 9);
  expect(variance).toBeCloseTo(100 + (0.5 * 200 - 25) + 300, 9);
  expect(holdMs).toBeCloseTo(35, 9);
});

test("the longer of two equal exponentials side by side is exact", () => {
  const { meanMs, variance, third } = respond(topologyOf([service("a", 5, [[call("b", 1), call("c", 1)]]), ...leaves]));
  expect(meanMs).toBeCloseTo(10 + 15, 9);
  expect(variance).toBeCloseTo(100 + 125, 9);
  expect(Math.abs(third / (2_000 + 2_250) - 1)).toBeLessThan(0.01);
});

test("the longest of unequal calls that may not be made is near a simulation", () => {
  const topology = topologyOf([service("a", 5, [[call("b", 0.7), call("c", 0.5)]]), ...leaves]);
  const { meanMs, variance, third } = respond(topology, (_, stations) => {
    stations.sojournMs.set([10, 10, 30]);
    stations.sojournVariance.set([100, 100, 900]);
    stations.sojournThird.set([2_000, 2_000, 54_000]);
  });
  const rng = createRng(1);
  const draws = Array.from({ length: 200_000 }, () => {
    const b = rng.uniform() < 0.7 ? 10 * rng.exponential() : 0;
    const c = rng.uniform() < 0.5 ? 30 * rng.exponential() : 0;
    return 10 * rng.exponential() + Math.max(b, c);
  });
  const mean = draws.reduce((sum, one) => sum + one, 0) / draws.length;
  const spread = draws.reduce((sum, one) => sum + (one - mean) ** 2, 0) / draws.length;
  expect(Math.abs(meanMs / mean - 1)).toBeLessThan(0.04);
  const lean = draws.reduce((sum, one) => sum + (one - mean) ** 3, 0) / draws.length;
  expect(Math.abs(variance / spread - 1)).toBeLessThan(0.1);
  expect(Math.abs(third / lean - 1)).toBeLessThan(0.15);
});

function dropAtSecond(_: FluidPlan, stations: Stations): void {
  stations.dropShare[1] = 0.2;
}

test("failures of callees fail the caller, retries save some, own errors count", () => {
  const once = topologyOf([service("a", 5, [[call("b", 0.5)]]), service("b", 5)]);
  expect(respond(once, dropAtSecond).ok).toBeCloseTo(1 - 0.5 * 0.2, 9);
  const again = topologyOf([service("a", 5, [[call("b", 1, { retries: 1, times: 2 })]]), service("b", 5)]);
  expect(respond(again, dropAtSecond).ok).toBeCloseTo((1 - 0.04) ** 2, 9);
});

test("a call that takes longer than its timeout fails, and its caller waits no longer than that", () => {
  const topology = topologyOf([service("a", 5, [[call("b", 1, { timeoutMs: 100 })]]), service("b", 5)]);
  const { ok, meanMs } = respond(topology, (_, stations) => {
    stations.sojournMs[1] = 5_000;
    stations.sojournVariance[1] = 10_000;
  });
  expect(ok).toBeLessThan(1e-6);
  expect(meanMs).toBeCloseTo(110, 3);
});

test("without a delay anywhere the calm requests are all of them", () => {
  const topology = topologyOf([
    service("a", 5, [[call("b", 0.7), call("c", 0.5)], [call("c", 0.4, { times: 2 })]]),
    ...leaves,
  ]);
  const { meanMs, variance, third, calm } = respond(topology);
  expect(calm.share).toBeCloseTo(1, 12);
  expect(calm.meanMs).toBeCloseTo(meanMs, 9);
  expect(calm.variance).toBeCloseTo(variance, 9);
  expect(calm.third / third).toBeCloseTo(1, 9);
});

/** Every service under a quota that delays some of its requests. */
function busy(_: FluidPlan, stations: Stations): void {
  stations.busy.fill(0.8);
  for (const row of [stations.cpuMs, stations.sojournMs]) row.fill(20);
  for (const row of [stations.cpuVariance, stations.sojournVariance]) row.fill(900);
  for (const row of [stations.cpuThird, stations.sojournThird]) row.fill(120_000);
}

const whole = { cpuMilli: 1_000 };

test("a request is calm where all that it calls is, and then takes as long as calm calls do", () => {
  const one = respond(topologyOf([service("a", 5)]), busy).calm;
  expect(one.share).toBeGreaterThan(0.5);
  expect(one.share).toBeLessThan(0.95);
  const calls = [[call("b", 1)], [call("c", 0.5, { times: 2 })]];
  const { calm } = respond(topologyOf([service("a", 5, calls, whole), ...leaves]), busy);
  const calling = 0.5 * one.share ** 2;
  expect(calm.share).toBeCloseTo(one.share * (0.5 + calling), 9);
  const made = calling / (0.5 + calling);
  expect(calm.meanMs).toBeCloseTo(20 + (1 + 2 * made) * one.meanMs, 9);
  const spread = 900 + (1 + 2 * made) * one.variance + made * (1 - made) * (2 * one.meanMs) ** 2;
  expect(calm.variance).toBeCloseTo(spread, 6);
});

test("of calls side by side all have to be calm, and the longer one counts", () => {
  const one = respond(topologyOf([service("a", 5)]), busy).calm;
  const { calm } = respond(topologyOf([service("a", 5, [[call("b", 1), call("c", 1)]], whole), ...leaves]), busy);
  expect(calm.share).toBeCloseTo(one.share ** 2, 9);
  expect(calm.meanMs).toBeGreaterThan(20 + one.meanMs);
  expect(calm.meanMs).toBeLessThan(20 + 2 * one.meanMs);
});

test("a try that fails and is made again is a delay", () => {
  const calls = [[call("b", 1, { retries: 1, timeoutMs: 1e6 })]];
  const topology = topologyOf([service("a", 5, calls, whole), service("b", 5)]);
  const both = respond(topology, busy).calm.share;
  const failing = respond(topology, (plan, stations) => {
    busy(plan, stations);
    dropAtSecond(plan, stations);
  });
  expect(failing.calm.share).toBeCloseTo(0.8 * both, 9);
});

test("a caller that stands still reads an answer when its next period begins", () => {
  const at = (cpuMilli: number) => {
    const topology = topologyOf([service("a", 5, [[call("b", 1)]], { cpuMilli }), service("b", 5, [], whole)]);
    return respond(topology, busy);
  };
  const [quota, free] = [at(500), at(1_000)];
  expect(free.meanMs).toBeCloseTo(40, 9);
  expect(quota.meanMs).toBeGreaterThan(40);
  expect(quota.meanMs).toBeLessThan(45);
  expect(quota.calm.share).toBeLessThan(respond(topologyOf([service("a", 5)]), busy).calm.share);
});
