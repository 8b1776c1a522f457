import { expect, test } from "vitest";
import { kubernetesTiming, scaleTiming } from "../../../src/control/loop/timing.ts";
import { createRng } from "../../../src/core/rng.ts";
import { driftDoubts } from "../../../src/team/policy/drift-doubts.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { chainedWide, episode } from "../../twin/fixtures.ts";

const calibration = declaredCalibration(chainedWide, scaleTiming(kubernetesTiming, 10));

/** Doubts after a minute of a cluster whose second service costs so many times its CPU. */
function doubtsAt(factor: number): readonly (readonly string[])[] {
  const twin = createFluidTwin(chainedWide, calibration, { environments: 1, tickMs: 100 });
  const rates = Array.from({ length: 60 }, (_, s) => 250 + 100 * Math.sin(s / 30));
  const capacityFactor = Float64Array.of(1, 1 / factor, 1, 1);
  twin.reset(0, episode(rates, [6, 6, 6, 6], { rng: createRng(1), capacityFactor }));
  const doubts = driftDoubts(calibration, chainedWide);
  let last: readonly (readonly string[])[] = [];
  for (let second = 0; second < 60; second++) {
    twin.advance(10);
    last = doubts(twin.observe(), []);
  }
  return last;
}

test("a service whose requests cost more than in training is doubted, and no other one", () => {
  expect(doubtsAt(1.3)).toEqual([[], [expect.stringMatching(/^drift: a request costs 1\.[23]\d times/)], [], []]);
});

test("a cluster that is as in training is not doubted", () => {
  expect(doubtsAt(1)).toEqual([[], [], [], []]);
});
