import { expect, test } from "vitest";
import { bucketMs, totalOf } from "../../../src/core/histogram.ts";
import { createRng } from "../../../src/core/rng.ts";
import type { Service } from "../../../src/system/topology/topology.ts";
import { createRequestTwin } from "../../../src/twin/requests/create-request-twin.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { usualEdgeNoise } from "../../../src/twin/fluid/edge-noise.ts";
import type { FluidTwin } from "../../../src/twin/fluid/fluid-twin.ts";
import { call, chainedWide, declared, episode, service, single, topologyOf } from "../fixtures.ts";

function one(rate: readonly number[], replicas: readonly number[], topology = chainedWide): FluidTwin {
  const twin = createFluidTwin(topology, declared(topology), { environments: 1, tickMs: 1_000, isCounted: false });
  twin.reset(0, episode(rate, replicas));
  return twin;
}

/** A bumpy load that overloads now and then. */
function bumpy(seconds: number, seed: number): number[] {
  const rng = createRng(seed);
  return Array.from({ length: seconds }, (_, s) => 400 + 350 * Math.sin(s / 40) + 50 * rng.uniform());
}

test("every request that arrived was served, dropped or still waits, at every tick", () => {
  const twin = one(bumpy(600, 1), [4, 4, 5, 4]);
  const total = { arrived: new Float64Array(4), left: new Float64Array(4) };
  for (let tick = 0; tick < 600; tick++) {
    if (tick % 97 === 50) twin.faults.kill(0, tick % 4, 2);
    if (tick % 60 === 30) twin.desired[tick % 4] = 2 + (tick % 5);
    twin.advance(1);
    const { arrived, served, dropped, queued, lost } = twin.stations;
    for (let s = 0; s < 4; s++) {
      total.arrived[s]! += arrived[s]!;
      total.left[s]! += served[s]! + dropped[s]!;
      expect(total.left[s]! + queued[s]! + lost[s]!).toBeCloseTo(total.arrived[s]!, 5);
      expect(served[s]).toBeGreaterThanOrEqual(0);
    }
  }
  expect(total.arrived[0]).toBeGreaterThan(100_000);
});

test("below saturation a service serves what arrives, and its CPU is arrivals / capacity", () => {
  const twin = one([300], [6, 6, 6, 6]);
  twin.advance(120);
  const readings = twin.observe();
  const expected = [300, 210, 150, 210 * 0.8 + 150 * 0.6];
  for (const [s, rate] of expected.entries()) {
    expect(readings.servedPerS[s]).toBeCloseTo(rate, 9);
    expect(readings.droppedPerS[s]).toBe(0);
    const share = rate / (6 * [100, 80, 50, 75][s]!);
    expect(Math.abs(readings.cpu[s]! / share - 1)).toBeLessThan(0.1);
  }
});

test("a saturated upstream hides load from downstream", () => {
  const free = one([400], [8, 8, 8, 8]);
  const choked = one([400], [2, 8, 8, 8]);
  for (const twin of [free, choked]) twin.advance(60);
  expect(choked.observe().arrivalsPerS[0]).toBeCloseTo(400, 6);
  expect(choked.observe().arrivalsPerS[1]).toBeCloseTo(0.7 * 200, 6);
  expect(free.observe().arrivalsPerS[1]).toBeCloseTo(0.7 * 400, 6);
  expect(choked.observe().droppedPerS[0]).toBeGreaterThan(100);
});

test("what is dropped downstream fails at the entry", () => {
  const twin = one(
    [100],
    [4, 4, 1, 4],
    topologyOf([
      service("a", 5, [[call("b", 1)]]),
      service("b", 5, [[call("c", 0.5)]]),
      service("c", 20, [], { queueLimit: 10 }),
    ]),
  );
  twin.advance(60);
  twin.clearOutcome();
  twin.advance(60);
  // c can do 25 of the 50 per second that are asked of it.
  expect(twin.outcome.violating[0]! / twin.outcome.requests[0]!).toBeGreaterThan(0.25);
  expect(twin.outcome.blamed[2]).toBeGreaterThan(0.7 * twin.outcome.violating[0]!);
});

/** What environments `picked` show over 20 periods when each environment plays the episode of its own seed. */
function traces(seeds: readonly number[], picked: readonly number[]): number[][] {
  const environments = seeds.length;
  const options = { environments, tickMs: 1_000, edgeNoise: usualEdgeNoise(1) };
  const twin = createFluidTwin(chainedWide, declared(chainedWide), options);
  for (const [e, seed] of seeds.entries()) {
    const more = { rng: createRng(seed), startupFactor: 1 + seed / 512 };
    twin.reset(e, episode(bumpy(300, seed), [4, 5, 6, 7], more));
  }
  const shown: number[][] = picked.map(() => []);
  for (let step = 0; step < 20; step++) {
    twin.desired.fill(4 + (step % 5));
    twin.advance(15);
    const { cpu, queued, ageMs, ready, waitMs } = twin.observe();
    const { violating, requests, blamed, podSeconds } = twin.outcome;
    for (const matrix of [cpu, queued, ageMs, ready, waitMs, violating, requests, blamed, podSeconds])
      for (const [place, e] of picked.entries())
        for (let k = e; k < matrix.length; k += environments) shown[place]!.push(matrix[k]!);
  }
  return shown;
}

test("the same seed gives the same numbers, whoever the neighbours are", () => {
  const crowd = traces([...Array(256).keys()], [0, 17, 255]);
  for (const [place, seed] of [0, 17, 255].entries()) expect(traces([seed], [0])).toEqual([crowd[place]]);
  expect(crowd[0]).not.toEqual(crowd[1]);
});

test("start-up: a replica asked for is ready after its sampled time, never before", () => {
  const slow = topologyOf([service("a", 5, [], { startupMs: { kind: "constant", mean: 20_000 } })]);
  const twin = one([10], [1], slow);
  twin.desired[0] = 5;
  twin.advance(19);
  expect(twin.observe().ready[0]).toBe(1);
  twin.advance(1);
  expect(twin.observe().ready[0]).toBe(5);
});

test("removal is immediate and takes starting replicas first", () => {
  const twin = one([10], [3], single);
  twin.desired[0] = 8;
  twin.advance(1);
  twin.desired[0] = 3;
  twin.advance(100);
  expect(twin.observe().ready[0]).toBe(3);
  twin.desired[0] = 1;
  twin.advance(1);
  expect(twin.observe().ready[0]).toBe(1);
});

test("a killed replica takes its share of the queue with it and starts again", () => {
  const slow = topologyOf([service("a", 5, [], { startupMs: { kind: "constant", mean: 10_000 } })]);
  const twin = one([500], [4], slow);
  twin.advance(3);
  const queued = twin.stations.queued[0]!;
  expect(queued).toBeGreaterThan(100);
  twin.faults.kill(0, 0, 1);
  expect(twin.stations.queued[0]).toBeCloseTo(0.75 * queued, 9);
  expect(twin.observe().ready[0]).toBe(3);
  expect(twin.observe().desired[0]).toBe(4);
  const before = twin.outcome.podSeconds[0]!;
  twin.advance(10);
  expect(twin.observe().ready[0]).toBe(4);
  expect(twin.outcome.podSeconds[0]! - before).toBe(40);
});

test("more load never means less waiting or fewer violating requests", () => {
  let last = { wait: -1, bad: -1 };
  for (let rate = 50; rate <= 900; rate += 50) {
    const twin = one([rate], [6, 6, 6, 6]);
    twin.advance(200);
    const wait = twin.stations.waitMs.reduce((sum, ms) => sum + ms, 0);
    const bad = twin.outcome.violating[0]! / twin.outcome.requests[0]!;
    expect(bad).toBeGreaterThanOrEqual(last.bad - 1e-9);
    if (rate <= 450) expect(wait).toBeGreaterThan(last.wait);
    last = { wait, bad };
  }
  expect(last.bad).toBeGreaterThan(0.9);
});

test("blame adds up to the violating requests and falls on the service that is short", () => {
  const twin = one([300], [8, 8, 3, 8]);
  twin.advance(300);
  const { blamed, violating } = twin.outcome;
  expect(blamed.reduce((sum, one_) => sum + one_, 0)).toBeCloseTo(violating[0]!, 6);
  expect(blamed[2]).toBeGreaterThan(0.6 * violating[0]!);
});

test("callers whose callee is slow run out of slots: they are choked, the callee is blamed", () => {
  const chain = topologyOf([
    service("a", 1, [[call("b", 1)]], { concurrency: 4, queueLimit: 20 }),
    service("b", 1, [], {}),
  ]);
  const slowLeaf = {
    ...chain.services[1]!,
    endpoints: [{ ...chain.services[1]!.endpoints[0]!, addedLatencyMs: { kind: "constant", mean: 500 } as const }],
  };
  const twin = one([100], [1, 1], { ...chain, services: [chain.services[0]!, slowLeaf] });
  twin.advance(60);
  // Four slots of about half a second each.
  expect(twin.stations.served[0]).toBeGreaterThan(7);
  expect(twin.stations.served[0]).toBeLessThan(8.5);
});

test("fewer replicas than 0, more than fit, and parts of one are bugs", () => {
  for (const count of [-1, 1.5, Number.NaN, 1_000]) {
    const twin = one([10], [1], single);
    twin.desired[0] = count;
    expect(() => twin.advance(1)).toThrow("whole number");
  }
});

test("latency is recorded for one environment only, and ticks divide the scrape period", () => {
  const two = { environments: 2, tickMs: 1_000, recordLatency: true };
  expect(() => createFluidTwin(single, declared(single), two)).toThrow("one environment");
  expect(() => createFluidTwin(single, declared(single), { environments: 1, tickMs: 7_000 })).toThrow("divide");
});

test("a recorded histogram holds the answered requests and agrees with the violating share", () => {
  const twin = createFluidTwin(chainedWide, declared(chainedWide), {
    environments: 1,
    tickMs: 1_000,
    recordLatency: true,
  });
  twin.reset(0, episode([400], [8, 8, 8, 8]));
  twin.advance(300);
  const histogram = twin.latency!;
  expect(totalOf(histogram)).toBeCloseTo(300 * 400, 3);
  const above = histogram.counts.reduce((sum, count, bucket) => (bucketMs(bucket) > 200 ? sum + count : sum), 0);
  expect(Math.abs(above / twin.outcome.violating[0]! - 1)).toBeLessThan(0.1);
});

test("the rate ahead is the rate to come", () => {
  const twin = one(
    Array.from({ length: 100 }, (_, s) => s),
    [1],
    single,
  );
  twin.advance(10);
  expect(twin.futureRatePerS(0, 20_500)).toBeCloseTo(30, 9);
  expect(twin.futureRatePerS(0, 1e9)).toBe(99);
});

test("requests without a good answer are counted, and are violating ones", () => {
  const twin = one([400], [1], single);
  twin.advance(300);
  const { requests, violating, failed } = twin.outcome;
  expect(failed[0]).toBeGreaterThan(0);
  expect(failed[0]).toBeLessThanOrEqual(violating[0]!);
  expect(violating[0]).toBeLessThanOrEqual(requests[0]!);
});

function product(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, one_, i) => sum + one_ * b[i]!, 0) / a.length;
}

test("edge noise wanders by about 8 % and forgets in half an hour", () => {
  const twin = createFluidTwin(chainedWide, declared(chainedWide), {
    environments: 200,
    tickMs: 1_000,
    edgeNoise: usualEdgeNoise(1),
  });
  for (let e = 0; e < 200; e++) twin.reset(e, episode([100], [4, 4, 4, 4], { rng: createRng(e) }));
  const ratios = (): number[] =>
    Array.from({ length: 200 }, (_, e) => Math.log(twin.stations.arrived[200 + e]! / twin.stations.served[e]! / 0.7));
  twin.advance(10);
  const early = ratios();
  twin.advance(1_800);
  const late = ratios();
  expect(Math.sqrt(product(early, early))).toBeGreaterThan(0.065);
  expect(Math.sqrt(product(late, late))).toBeLessThan(0.095);
  expect(product(early, late) / product(early, early)).toBeLessThan(0.6);
});

test("slots held by slow calls settle instead of swinging", () => {
  const twin = one([700], [8, 8, 8, 8]);
  twin.advance(100);
  const before = twin.stations.served[0]!;
  twin.advance(1);
  expect(Math.abs(twin.stations.served[0]! / before - 1)).toBeLessThan(0.005);
});

test("outcomes stay numbers through overload that comes and goes at random", () => {
  const environments = 64;
  // Calls side by side are folded by square roots of variances, which rounding must not take below zero.
  const parallel = topologyOf([
    service("a", 5, [[call("b", 0.7), call("c", 0.5)]]),
    service("b", 6.25, [[call("d", 0.8)]]),
    service("c", 10, [[call("d", 0.6)]]),
    service("d", 6.667),
  ]);
  const twin = createFluidTwin(parallel, declared(parallel), { environments, tickMs: 1_000 });
  const rng = createRng("overload");
  for (let e = 0; e < environments; e++) twin.reset(e, episode(bumpy(1_200, e), [4, 4, 4, 4]));
  for (let step = 0; step < 80; step++) {
    for (let k = 0; k < twin.desired.length; k++)
      twin.desired[k] = Math.min(10, Math.max(1, twin.desired[k]! + rng.integer(5) - 2));
    twin.advance(15);
  }
  expect([...twin.outcome.violating].every(Number.isFinite)).toBe(true);
});

test("retries load the service that fails, failed requests spare those behind them: as request by request", () => {
  const failing = topologyOf([
    service("a", 5, [[call("b", 1, { retries: 2 })], [call("c", 1)]]),
    withErrors(service("b", 5), 0.4),
    service("c", 5),
  ]);
  const twin = one([100], [6, 8, 6], failing);
  twin.advance(200);
  const requests = createRequestTwin(failing, declared(failing), {
    rng: createRng(1),
    ratePerS: Float64Array.of(100),
    stepMs: 1_000,
    initialReplicas: Float64Array.of(6, 8, 6),
  });
  requests.advanceTo(200_000);
  const theirs = requests.world.services.arrived;
  expect(Math.abs(twin.stations.arrived[1]! / (theirs[1]! / 200) - 1)).toBeLessThan(0.03);
  expect(
    Math.abs(1 - twin.outcome.failed[0]! / twin.outcome.requests[0]! - requests.entry.served / requests.entry.arrived),
  ).toBeLessThan(0.02);
});

function withErrors(one_: Service, errorRate: number): Service {
  return { ...one_, endpoints: one_.endpoints.map((endpoint) => ({ ...endpoint, errorRate })) };
}
