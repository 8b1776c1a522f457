import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Call, Service } from "../../../src/system/topology/topology.ts";
import type { RequestTwin } from "../../../src/twin/requests/create-request-twin.ts";
import { insideOf } from "../../../src/twin/requests/meters.ts";
import { ENTRY, FREE } from "../../../src/twin/requests/request-pool.ts";
import { call, service, topologyOf } from "../fixtures.ts";
import { bareTwin, withEndpoint } from "./fixtures.ts";

const arrayCall = (to: string): fc.Arbitrary<Call> =>
  fc
    .record({
      probability: fc.constantFrom(0.3, 1),
      times: fc.integer({ min: 1, max: 3 }),
      timeoutMs: fc.constantFrom(8, 40, 2_000),
      retries: fc.integer({ min: 0, max: 2 }),
      backoffMs: fc.constantFrom(0, 30),
      retryBudget: fc.constantFrom(0.1, 1),
    })
    .map(({ probability, ...more }) => call(to, probability, more));

const limits: fc.Arbitrary<Partial<Service>> = fc.record({
  cpuMilli: fc.constantFrom(200, 500, 1_000, 2_000),
  concurrency: fc.constantFrom(1, 4, 32),
  queueLimit: fc.constantFrom(0, 3, 200),
  startupMs: fc.constant({ kind: "constant", mean: 700 } as const),
  incidents: fc.record({
    warning: fc.constant(0),
    error: fc.constantFrom(0, 0.5),
    degraded: fc.constantFrom(0, 0.5),
    failure: fc.constantFrom(0, 0.3),
  }),
});

const scenario = fc.record({
  a: limits,
  b: limits,
  c: limits,
  toB: arrayCall("b"),
  toC: arrayCall("c"),
  fromB: arrayCall("c"),
  isParallel: fc.boolean(),
  errorRate: fc.constantFrom(0, 0.2),
  addedLatency: fc.constantFrom(
    { kind: "constant", mean: 0 } as const,
    { kind: "constant", mean: 5 } as const,
    { kind: "exponential", mean: 5 } as const,
  ),
  ratePerS: fc.constantFrom(20, 120, 400),
  seed: fc.nat(1_000),
  deeds: fc.array(fc.record({ service: fc.nat(2), size: fc.integer({ min: 1, max: 4 }), kind: fc.nat(3) }), {
    maxLength: 12,
  }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

function twinOf(given: Scenario): RequestTwin {
  const steps = given.isParallel ? [[given.toB, given.toC]] : [[given.toB], [given.toC]];
  const rough = { errorRate: given.errorRate, addedLatencyMs: given.addedLatency };
  const services = [
    withEndpoint(service("a", 3, steps, given.a), rough),
    withEndpoint(service("b", 4, [[given.fromB]], given.b), rough),
    withEndpoint(service("c", 2, [], given.c), rough),
  ];
  // Arrivals for 6 s.
  const gapMs = 1_000 / given.ratePerS;
  return bareTwin(topologyOf(services), 0, given.seed, {
    startTimesMs: Float64Array.from({ length: 6 * given.ratePerS }, (_, i) => (i + 0.5) * gapMs),
    initialReplicas: Float64Array.of(2, 2, 2),
    entryTimeoutMs: 300,
    callCpuMs: 0.28,
  });
}

function checkBooks({ world, entry }: RequestTwin): void {
  const { requests, services, plan } = world;
  const underWay = requests.all.filter(({ state, waiter }) => state !== FREE && waiter === ENTRY).length;
  expect(entry.served + entry.failed + entry.dropped + entry.timedOut + underWay).toBe(entry.arrived);
  for (let one = 0; one < plan.services.length; one++) {
    const gone = services.served[one]! + services.failed[one]! + services.refused[one]!;
    expect(gone + insideOf(world, one), plan.services[one]!.name).toBe(services.arrived[one]);
  }
}

function doDeed(twin: RequestTwin, { service: index, size, kind }: Scenario["deeds"][number]): void {
  if (kind === 0) twin.kill(index, size);
  else if (kind === 1) twin.restart(index);
  else twin.scale(index, size);
}

test("arrived = served + failed + dropped + timed out + under way, at every moment and in every service", () => {
  fc.assert(
    fc.property(scenario, (given) => {
      const twin = twinOf(given);
      for (let step = 1; step <= 60; step++) {
        twin.advanceTo(step * 103);
        checkBooks(twin);
        const deed = given.deeds[step / 5];
        if (deed !== undefined) doDeed(twin, deed);
        checkBooks(twin);
      }
    }),
    { numRuns: 60 },
  );
});

test("when the last request has gone nothing is left of any: no place taken, no connection in use", () => {
  fc.assert(
    fc.property(scenario, (given) => {
      const twin = twinOf(given);
      for (const [i, deed] of given.deeds.entries()) {
        twin.advanceTo(500 * (i + 1));
        doDeed(twin, deed);
      }
      twin.advanceTo(400_000);
      const { requests, calls, connections, services } = twin.world;
      expect(requests.all.every(({ state }) => state === FREE)).toBe(true);
      expect(calls.all.every(({ parent }) => parent === undefined)).toBe(true);
      for (const { firstIdle, open } of connections.pools) {
        let idle = 0;
        for (let one = firstIdle; one !== undefined; one = one.next) idle++;
        expect(idle).toBe(open);
      }
      expect(services.pods.map((pods) => pods.length)).toEqual([...services.desired]);
      checkBooks(twin);
    }),
    { numRuns: 40 },
  );
});
