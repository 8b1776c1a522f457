import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import type { ColdStart, Topology } from "../../../src/system/topology/topology.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { createRequestTwin } from "../../../src/twin/requests/create-request-twin.ts";
import { withEndpoint } from "../requests/fixtures.ts";
import { call, declared, episode, service, topologyOf } from "../fixtures.ts";

const startupMs = { kind: "constant", mean: 20_000 } as const;

function topologyWith(coldStart: ColdStart): Topology {
  return topologyOf([service("a", 10, [], { cpuMilli: 1_000, startupMs, coldStart })]);
}

test.each([
  ["by requests", { factor: 3, requests: 1_200 }],
  ["by time", { factor: 3, ms: 60_000 }],
] as const)("CPU after one replica has become four falls as with single requests: %s", (_title, coldStart) => {
  const topology = topologyWith(coldStart);
  const fluid = createFluidTwin(topology, declared(topology), { environments: 1, tickMs: 1_000 });
  const start = episode([80], [1]);
  fluid.reset(0, start);
  const requests = createRequestTwin(topology, declared(topology), { ...start, rng: createRng(5) });
  fluid.advance(10);
  fluid.desired[0] = 4;
  requests.advanceTo(10_000);
  requests.scale(0, 4);
  const { world } = requests;
  const usedMs = (): number => world.services.pods[0]!.reduce((sum, pod) => sum + world.processors.usedMs[pod]!, 0);
  const [inFluid, inRequests]: [number[], number[]] = [[], []];
  for (let second = 11, busy = 0, fromMs = usedMs(); second <= 110; second++) {
    fluid.advance(1);
    busy += fluid.stations.busy[0]! * 4;
    requests.advanceTo(second * 1_000);
    if (second <= 35 || second % 25 !== 10) {
      if (second <= 35) [busy, fromMs] = [0, usedMs()];
      continue;
    }
    inFluid.push(busy / 25);
    inRequests.push((usedMs() - fromMs) / 25_000);
    [busy, fromMs] = [0, usedMs()];
  }
  expect(inFluid).toHaveLength(3);
  // Three of four are cold, and all are warm in the end.
  expect(inRequests[0]! / inRequests[2]!).toBeGreaterThan(1.25);
  for (const [k, cores] of inFluid.entries()) expect(Math.abs(cores / inRequests[k]! - 1)).toBeLessThan(0.1);
});

test("replicas that are there from the beginning are warm", () => {
  const topology = topologyWith({ factor: 3, requests: 1_200 });
  const twin = createFluidTwin(topology, declared(topology), { environments: 1, tickMs: 1_000 });
  twin.reset(0, episode([50], [1]));
  twin.advance(1);
  expect(twin.stations.busy[0]).toBeCloseTo(0.5, 9);
});

const latencyMs = (sizes: object, source: "declared" | "measured"): number => {
  const back = withEndpoint(service("b", 5), sizes);
  const topology = topologyOf([withEndpoint(service("a", 5, [[call("b", 1)]]), sizes), back]);
  const twin = createFluidTwin(topology, { ...declared(topology), source }, { environments: 1, tickMs: 1_000 });
  twin.reset(0, episode([1], [1, 1]));
  twin.advance(5);
  return twin.stations.sojournMs[0]! + twin.stations.sojournMs[1]!;
};

test("bodies add 2 us per KiB to the latency, but none that users would send, and none to what was measured", () => {
  const sizes = { requestKiB: 2_000, responseKiB: 1_000 };
  expect(latencyMs(sizes, "declared") - latencyMs({}, "declared")).toBeCloseTo(2 + 6, 6);
  expect(latencyMs(sizes, "measured") - latencyMs({}, "measured")).toBe(0);
});
