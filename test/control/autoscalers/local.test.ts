import { expect, test } from "vitest";
import { createLocal } from "../../../src/control/autoscalers/local.ts";
import type { NeedSizerConfig } from "../../../src/control/autoscalers/need-sizer.ts";
import { chainContext, chainReadings } from "./chain.ts";

const eager: NeedSizerConfig = { multiplier: 1, downWindowS: 0, holtS: 0 };

/** Sizes [gate, store] where both services see arrivals of their own: [gate, store] requests per second. */
function sizes(config: NeedSizerConfig, arrivals: readonly (readonly [number, number])[]): number[][] {
  const autoscaler = createLocal(config, chainContext());
  return arrivals.map(([gatePerS, storePerS], period) => {
    const readings = chainReadings(period * 15_000, { entryPerS: gatePerS });
    readings.arrivalsPerS.set([gatePerS, storePerS]);
    return autoscaler.decide(readings).map(({ replicas }) => replicas);
  });
}

test("a service follows its own arrivals, whatever comes in at the entry", () => {
  expect(
    sizes(eager, [
      [400, 200],
      [800, 200],
      [800, 400],
    ]),
  ).toEqual([
    [4, 2],
    [8, 2],
    [8, 4],
  ]);
});

test("with Holt's method each service is ahead of its own ramp alone", () => {
  const last = sizes({ ...eager, holtS: 60 }, [
    [100, 200],
    [200, 200],
    [300, 200],
    [400, 200],
    [500, 200],
  ]).at(-1)!;
  expect(last[0]).toBeGreaterThanOrEqual(8);
  expect(last[1]).toBe(2);
});

test("a proposal says where the requests were seen", () => {
  const autoscaler = createLocal({ ...eager, multiplier: 1.25 }, chainContext());
  expect(autoscaler.decide(chainReadings(0, { entryPerS: 300 }))[1]!.reasons).toEqual([
    "150.0 requests/s at the service need 1.50 replicas, x 1.25: 2",
  ]);
});
