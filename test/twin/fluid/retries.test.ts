import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import type { Call } from "../../../src/system/topology/topology.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { type RetryWait, writeRetryWait } from "../../../src/twin/fluid/retry-wait.ts";
import { createRequestTwin } from "../../../src/twin/requests/create-request-twin.ts";
import { withEndpoint } from "../requests/fixtures.ts";
import { call, declared, episode, service, topologyOf } from "../fixtures.ts";

test("of two retries, the first after 100 ms and the second after 200: what is waited in the mean and how it varies", () => {
  const wait: RetryWait = { meanMs: 0, variance: 0, third: 0 };
  writeRetryWait(wait, { backoffMs: 100, retries: 2 }, 0.5, 1);
  // Of each wait three quarters: 75 ms with one retry (1 of 4), 225 ms with two (1 of 4).
  expect(wait.meanMs).toBeCloseTo(75, 9);
  expect(wait.variance).toBeCloseTo((75 ** 2 + 225 ** 2) / 4 - 75 ** 2, 9);
  writeRetryWait(wait, { backoffMs: 100, retries: 2 }, 0.5, 0);
  expect(wait).toEqual({ meanMs: 0, variance: 0, third: 0 });
});

const rows: readonly (readonly [string, Partial<Call>])[] = [
  ["at once", { retries: 2 }],
  ["after a wait", { retries: 2, backoffMs: 40 }],
  ["bounded", { retries: 2, retryBudget: 0.15 }],
  ["after a wait, bounded", { retries: 3, backoffMs: 20, retryBudget: 0.2 }],
];

test.each(rows)("both twins agree on load, failures and latency of retries: %s", (_title, more) => {
  const front = service("a", 4, [[call("b", 1, more)]], { cpuMilli: 1_000 });
  const back = service("b", 6, [], { cpuMilli: 1_000 });
  const topology = topologyOf([front, withEndpoint(back, { errorRate: 0.3 })]);
  const start = episode([120], [2, 2]);
  const fluid = createFluidTwin(topology, declared(topology), { environments: 1, tickMs: 1_000 });
  fluid.reset(0, start);
  fluid.advance(30);
  fluid.clearOutcome();
  fluid.advance(30);
  const requests = createRequestTwin(topology, declared(topology), { ...start, rng: createRng(2) });
  requests.advanceTo(10_000);
  const before = { ...requests.entry };
  const [triedBefore] = [requests.world.services.arrived[1]!];
  requests.advanceTo(210_000);
  const { arrived, served, latencyMs } = requests.entry;
  const perS = (requests.world.services.arrived[1]! - triedBefore) / 200;
  const { stations, outcome } = fluid;
  expect(Math.abs(stations.arrived[1]! / perS - 1)).toBeLessThan(0.04);
  const failed = 1 - (served - before.served) / (arrived - before.arrived);
  expect(Math.abs(outcome.failed[0]! / outcome.requests[0]! - failed)).toBeLessThan(0.015);
  const meanMs = (latencyMs - before.latencyMs) / (served - before.served);
  const fluidMs = fluid.stations.sojournMs[0]! + fluid.stations.holdMs[0]!;
  expect(Math.abs(fluidMs / meanMs - 1)).toBeLessThan(0.15);
});
