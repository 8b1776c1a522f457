import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import { createFluidTwin } from "../../src/twin/fluid/create-fluid-twin.ts";
import { declared, episode, service, topologyOf } from "../twin/fixtures.ts";
import { meanOf } from "../../src/core/statistics.ts";
import { simulateQuotaQueue } from "./quota-queue.ts";

test("an empty replica that gets utilisation .95 slows down as fast as event by event, within 25 %", () => {
  const workMs = 5;
  const topology = topologyOf([service("a", workMs)]);
  const twin = createFluidTwin(topology, declared(topology), { environments: 1, tickMs: 1_000 });
  twin.reset(0, episode([95], [1], { rng: createRng(1) }));
  const bySecond: number[] = [];
  for (let second = 1; second <= 16; second++) {
    twin.advance(1);
    bySecond.push(twin.stations.sojournMs[0]!);
  }
  // Requests count by the second they arrive in, and may end later.
  const real = Array.from({ length: 150 }, (_, seed) =>
    simulateQuotaQueue({ limitCores: 0.5, utilisation: 0.95, workMs, lengthMs: 20_000, seed }),
  ).flat();
  for (const seconds of [2, 4, 8, 16]) {
    const ours = meanOf(bySecond.slice(0, seconds));
    const theirs = meanOf(
      real.filter(({ arrivedMs }) => arrivedMs < seconds * 1_000).map(({ sojournMs }) => sojournMs),
    );
    expect(Math.abs(ours / theirs - 1), `over ${seconds} s: ${ours} against ${theirs}`).toBeLessThan(0.25);
  }
});
