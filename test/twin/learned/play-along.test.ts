import { beforeAll, expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { meanOf } from "../../../src/core/statistics.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { type Block, blocksOf } from "../../../src/twin/learned/blocks.ts";
import { fluidPlayer, playAlong, requestPlayer } from "../../../src/twin/learned/play-along.ts";
import { isKnown, serviceColumn } from "../../../src/twin/learned/state.ts";
import { pair, recordTwin, timing } from "./recorded.ts";

let block: Block;
const twin = { topology: pair, calibration: declaredCalibration(pair, timing) };

beforeAll(async () => {
  const recording = await recordTwin(pair, { seed: 4, steps: 120, ratesPerS: [20, 50], sizes: [2, 5] });
  block = blocksOf(recording, timing)[1]!;
});

test.each([
  { name: "the fluid twin", create: fluidPlayer },
  { name: "the request-level twin", create: requestPlayer },
])("$name plays along: its sizes are those of the recording, its CPU and arrivals follow it", ({ create }) => {
  const shadow = playAlong(block, { ...twin, rng: createRng(1) }, create);
  expect(shadow).toHaveLength(block.readings.length);
  const body = block.states.flatMap((real, at) => (at < block.bodyAt ? [] : [{ real: real!, said: shadow[at]! }]));
  expect(body.every(({ said }) => isKnown(said))).toBe(true);
  const off = (column: number): number => meanOf(body.map(({ real, said }) => Math.abs(real[column]! - said[column]!)));
  for (const service of [0, 1]) {
    expect(off(serviceColumn("desired", service))).toBe(0);
    expect(off(serviceColumn("ready", service))).toBeLessThan(0.3);
    expect(off(serviceColumn("cpu", service))).toBeLessThan(0.08);
    expect(off(serviceColumn("arrivalsPerS", service))).toBeLessThan(4);
  }
});

test("a twin that plays along shows the same again with the same seed", () => {
  const [one, again, other] = [1, 1, 2].map((seed) =>
    playAlong(block, { ...twin, rng: createRng(seed) }, requestPlayer),
  );
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});
