import { expect, test } from "vitest";
import { createAutoscaler } from "../../src/control/autoscalers/autoscalers.ts";
import { guardRulesFor } from "../../src/control/guard/rules.ts";
import { kubernetesTiming } from "../../src/control/loop/timing.ts";
import { createRng } from "../../src/core/rng.ts";
import { type TwinKind, playOnTwin } from "../../src/evaluate/play.ts";
import type { Played } from "../../src/evaluate/played.ts";
import type { Workload } from "../../src/system/workload/workload.ts";
import { declaredCalibration } from "../../src/twin/calibrate/calibration.ts";
import { chain } from "./chain.ts";

const calibration = declaredCalibration(chain, kubernetesTiming);
/** Ten minutes at 150 requests/s, three times that in the middle. */
const workload: Workload = {
  ratePerS: Float64Array.from({ length: 600 }, (_, second) => (second > 200 && second < 400 ? 450 : 150)),
  stepMs: 1_000,
  faults: [],
};

function play(spec: string, seed: number, twin: TwinKind = "fluid"): Promise<Played> {
  const autoscaler = createAutoscaler(spec, { topology: chain, timing: kubernetesTiming, meanRatePerS: 250 });
  const rules = guardRulesFor(kubernetesTiming);
  return playOnTwin({ topology: chain, calibration, workload, rules, autoscaler, rng: createRng(seed), twin });
}

test("the same seed gives the same outcome, another seed another", async () => {
  const first = await play("hpa:60", 1);
  expect(await play("hpa:60", 1)).toEqual(first);
  expect(await play("hpa:60", 2)).not.toEqual(first);
});

test("every request of the workload is counted, and an autoscaler that changes sizes is seen to", async () => {
  const outcome = await play("hpa:60", 1);
  expect(outcome.requests).toBeCloseTo(400 * 150 + 200 * 450, -3);
  expect(outcome.sizeChanges).toBeGreaterThan(2);
  expect(outcome.p50Ms).toBeLessThan(outcome.p99Ms);
});

test("a fixed size costs its pods times the time, but for the way up from the starting sizes", async () => {
  const { podSeconds, sizeChanges } = await play("fixed:8", 1);
  expect(podSeconds / (2 * 8 * 600)).toBeGreaterThan(0.95);
  expect(podSeconds / (2 * 8 * 600)).toBeLessThan(1);
  expect(sizeChanges).toBeLessThanOrEqual(6);
});

test("a quarter of the pods the traffic needs violates more than enough of them", async () => {
  const [few, many] = [await play("fixed:1", 1), await play("fixed:8", 1)];
  expect(few.violating / few.requests).toBeGreaterThan(0.5);
  expect(many.violating / many.requests).toBeLessThan(0.05);
});

test.each(["fluid", "requests"] as const)(
  "on the %s twin a VPA costs less than its pods, and what it leaves alone as much",
  async (twin) => {
    const resized = await play("vpa:age=0,half-life=120,replicas=8", 1, twin);
    expect(resized.sizedPodSeconds).toBeLessThan(0.8 * resized.podSeconds);
    expect(resized.coreSeconds).toBeCloseTo(0.5 * resized.sizedPodSeconds, 6);
    const plain = await play("hpa:60", 1, twin);
    expect(plain.sizedPodSeconds).toBe(plain.podSeconds);
  },
);
