import { expect, test } from "vitest";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import type { FluidTwin } from "../../../src/twin/fluid/fluid-twin.ts";
import { call, chainedWide, declared, episode, service, topologyOf } from "../fixtures.ts";

const [a, b, c, d] = [0, 1, 2, 3];
const sizes = [8, 8, 8, 8];

/** The chain at a steady rate, two environments alike. */
function steady(ratePerS: number): FluidTwin {
  const twin = createFluidTwin(chainedWide, declared(chainedWide), { environments: 2, tickMs: 1_000 });
  for (const environment of [0, 1]) twin.reset(environment, episode([ratePerS], sizes));
  return twin;
}

/** What a minute brings, after another to settle. */
function minute(twin: FluidTwin): { readonly failed: Float64Array; readonly requests: Float64Array } {
  twin.advance(60);
  twin.clearOutcome();
  twin.advance(60);
  return { failed: twin.outcome.failed.slice(), requests: twin.outcome.requests.slice() };
}

test("an entry with a limit answers so many requests and no more; the other environment all of them", () => {
  const twin = steady(200);
  twin.gates.limit(0, a, 50);
  const { failed, requests } = minute(twin);
  expect(requests[0]).toBeCloseTo(12_000, 6);
  expect(failed[0]! / requests[0]!).toBeCloseTo(0.75, 6);
  expect(failed[1]! / requests[1]!).toBeCloseTo(0, 6);
  expect(twin.gates.admittedShare(0, a)).toBeCloseTo(0.25, 12);
  expect(twin.gates.admittedShare(1, a)).toBe(1);
});

test("who is refused had come: metrics count them as arrivals that were dropped", () => {
  const twin = steady(200);
  twin.gates.limit(0, a, 50);
  minute(twin);
  const { arrivalsPerS, droppedPerS, servedPerS } = twin.observe();
  expect(arrivalsPerS[0]! / 200).toBeCloseTo(1, 1);
  expect(droppedPerS[0]! / 150).toBeCloseTo(1, 1);
  expect(servedPerS[0]! / 50).toBeCloseTo(1, 0);
});

/** Good answers / requests, at twice what the chain can serve. */
function goodShare(limitPerS: number): number {
  const twin = steady(1_200);
  twin.gates.limit(0, a, limitPerS);
  minute(twin);
  return 1 - twin.outcome.violating[0]! / twin.outcome.requests[0]!;
}

test("in an overload a limit keeps the answers of those it lets in fast", () => {
  expect(goodShare(Infinity)).toBeLessThan(0.05);
  expect(goodShare(300)).toBeCloseTo(0.25, 1);
});

test("a closed service gets nothing, fails whoever calls it, and is blamed", () => {
  const twin = steady(100);
  twin.gates.close(0, b, true);
  const { failed, requests } = minute(twin);
  // .7 of the requests call b.
  expect(failed[0]! / requests[0]!).toBeCloseTo(0.7, 6);
  expect(twin.stations.served[b * 2]).toBe(0);
  expect(twin.stations.served[b * 2 + 1]).toBeGreaterThan(50);
  // d is called by c alone.
  expect(twin.stations.served[d * 2]).toBeCloseTo(0.6 * 0.5 * 100, 6);
  const blamed = [a, b, c, d].map((one) => twin.outcome.blamed[one * 2]!);
  expect(blamed[b]!).toBeGreaterThan(0.9 * (blamed[a]! + blamed[b]! + blamed[c]! + blamed[d]!));
});

test("a closed entry lets nothing in, also when nothing comes; an open one all that may come", () => {
  const twin = steady(0);
  twin.gates.close(0, a, true);
  twin.gates.limit(1, a, 50);
  twin.advance(1);
  expect([0, 1].map((environment) => twin.gates.admittedShare(environment, a))).toEqual([0, 1]);
  twin.gates.close(0, a, false);
  twin.advance(1);
  expect(twin.gates.admittedShare(0, a)).toBe(1);
});

test("calls to a closed entry are refused too, a limit of it is for those from outside", () => {
  const loop = topologyOf([service("front", 5, [[call("back", 1)]]), service("back", 5)]);
  const both = {
    ...loop,
    entries: [
      { ...loop.entries[0]!, share: 0.5 },
      { ...loop.entries[0]!, service: "back", share: 0.5 },
    ],
  };
  const failedShare = (gate: (twin: FluidTwin) => void): number => {
    const twin = createFluidTwin(both, declared(both), { environments: 1, tickMs: 1_000 });
    twin.reset(0, episode([100], [8, 8]));
    gate(twin);
    const { failed, requests } = minute(twin);
    return failed[0]! / requests[0]!;
  };
  // Of 50 from outside 25 get in, and all 50 calls.
  expect(failedShare(({ gates }) => gates.limit(0, 1, 25))).toBeGreaterThan(0.2);
  expect(failedShare(({ gates }) => gates.close(0, 1, true))).toBeCloseTo(1, 6);
});

test("opened again, everything is as before, and a reset opens all gates", () => {
  const [gated, plain] = [steady(100), steady(100)];
  gated.gates.close(0, c, true);
  gated.gates.limit(1, a, 1);
  gated.advance(5);
  for (const twin of [gated, plain]) for (const environment of [0, 1]) twin.reset(environment, episode([100], sizes));
  for (const twin of [gated, plain]) twin.advance(40);
  expect(gated.outcome.requests[0]).toBeGreaterThan(plain.outcome.requests[0]!);
  for (const twin of [gated, plain]) twin.clearOutcome();
  for (const twin of [gated, plain]) twin.advance(40);
  expect(gated.outcome).toEqual(plain.outcome);
  expect(gated.observe()).toEqual(plain.observe());
});
