import { beforeAll, describe, expect, test } from "vitest";
import { meanOf } from "../../../src/core/statistics.ts";
import type { Recording } from "../../../src/twin/calibrate/recording.ts";
import { createWasmKernels } from "../../../src/nn/wasm.ts";
import { blocksOf, chainsOf, withoutHeldOut } from "../../../src/twin/learned/blocks.ts";
import type { SignalErrors } from "../../../src/twin/learned/errors.ts";
import { type Learned, learnFrom } from "../../../src/twin/learned/learn.ts";
import { type LearnedModel, createLearnedModel } from "../../../src/twin/learned/model.ts";
import { layoutOf, serviceColumn } from "../../../src/twin/learned/state.ts";
import { type Transition, transitionsOf } from "../../../src/twin/learned/transition.ts";
import { finish } from "../../../src/twin/learned/work.ts";
import { pair, recordTwin, timing } from "./recorded.ts";

const { syncPeriodMs } = timing;

let recording: Recording;

beforeAll(async () => {
  recording = await recordTwin(pair, { seed: 1, steps: 500, ratesPerS: [10, 50], sizes: [2, 5] });
}, 60_000);

/** Mean error of the CPU of the first service, of the limit. */
function cpuErrorOf(model: LearnedModel, held: readonly Transition[]): number {
  const cpu = serviceColumn("cpu", 0);
  return meanOf(held.map((one) => Math.abs(model.ask("network", one)![cpu]! - one.next[cpu]!)));
}

function newModel(epochs = 60): LearnedModel {
  return createLearnedModel({ layout: layoutOf(recording.services), kernels: createWasmKernels(), seed: 1, epochs });
}

describe("a recording is cut into blocks", () => {
  test("of which one in four is held out, with a margin that nobody learns from", () => {
    const blocks = blocksOf(recording, timing);
    expect(blocks.filter(({ isHeldOut }) => isHeldOut)).toHaveLength(3);
    const learned = blocks.filter(({ isHeldOut }) => !isHeldOut).flatMap((one) => one.readings.slice(one.bodyAt));
    for (const { isHeldOut, readings, bodyAt } of blocks) {
      if (!isHeldOut) continue;
      const [fromMs, toMs] = [readings[bodyAt]!.atMs, readings.at(-1)!.atMs];
      const near = learned.filter(({ atMs }) => atMs > fromMs - syncPeriodMs && atMs < toMs + syncPeriodMs);
      expect(near).toEqual([]);
    }
  });

  test("and the calibration that is compared does not see what is held out", () => {
    const blocks = blocksOf(recording, timing);
    const seen = new Set(withoutHeldOut(recording, blocks).readings);
    const held = blocks.filter(({ isHeldOut }) => isHeldOut).flatMap((one) => one.readings.slice(one.bodyAt));
    expect(held.length).toBeGreaterThan(300);
    expect(held.filter((one) => seen.has(one))).toEqual([]);
    expect(seen.size + held.length).toBe(recording.readings.length);
  });

  test("whose transitions are one control step apart, at each of the looks within a step", () => {
    const block = blocksOf(recording, timing)[1]!;
    expect(chainsOf(block, syncPeriodMs)).toHaveLength(3);
    expect(transitionsOf(block, syncPeriodMs)).toHaveLength(3 * 39);
    for (const chain of chainsOf(block, syncPeriodMs))
      for (const [k, at] of chain.entries()) {
        const before = block.readings[chain[k - 1] ?? at]!.atMs;
        if (k > 0) expect(block.readings[at]!.atMs - before).toBeCloseTo(syncPeriodMs, 6);
      }
  });

  test("no transition crosses a gap", () => {
    const [fromMs, toMs] = [60.2 * syncPeriodMs, 64 * syncPeriodMs];
    const gap = { ...recording, readings: recording.readings.filter(({ atMs }) => atMs < fromMs || atMs > toMs) };
    for (const block of blocksOf(gap, timing))
      expect(block.readings.every(({ atMs }) => atMs < fromMs) || block.readings.every(({ atMs }) => atMs > toMs)).toBe(
        true,
      );
  });
});

describe("what is learned from a recording of the request-level twin", () => {
  let learned: Learned;
  let model: LearnedModel;

  beforeAll(() => {
    model = newModel();
    learned = finish(learnFrom({ recording, topology: pair, timing, model, seed: 1 }));
  }, 60_000);

  function errorsOf(name: string, steps: number): SignalErrors {
    return learned.errors.models.find(({ model: own }) => own === name)!.ahead.find((one) => one.steps === steps)!
      .errors;
  }

  test("stands in one table with the twins and the state that stays, at the same starts", () => {
    expect(learned.errors.models.map((one) => one.model)).toEqual([
      "stays as it is",
      "table, then network",
      "network alone",
      "fluid twin + network",
      "fluid twin",
      "request-level twin",
    ]);
    expect(learned.errors.starts).toBeGreaterThan(100);
    for (const { ahead } of learned.errors.models)
      for (const { errors } of ahead) for (const error of Object.values(errors)) expect(error).toBeGreaterThan(0);
  });

  test.each(["table, then network", "network alone", "fluid twin + network"])(
    "%s beats the state that stays",
    (name) => {
      expect(errorsOf(name, 1).cpu).toBeLessThan(0.75 * errorsOf("stays as it is", 1).cpu);
      const least = { cpu: 0.5, ready: 0.5, queued: 0.85, latency: 0.85 };
      for (const signal of ["cpu", "ready", "queued", "latency"] as const)
        expect(errorsOf(name, 20)[signal], signal).toBeLessThan(least[signal] * errorsOf("stays as it is", 20)[signal]);
    },
  );

  test("corrects the fluid twin's next step, of which it knows how far it is off now", () => {
    for (const signal of ["cpu", "queued", "latency"] as const)
      expect(errorsOf("fluid twin + network", 1)[signal]).toBeLessThan(errorsOf("fluid twin", 1)[signal]);
  });

  test("20 steps ahead the twins that play the queues are not beaten by steps that were learned alone", () => {
    expect(errorsOf("fluid twin", 20).cpu).toBeLessThan(errorsOf("network alone", 20).cpu);
    expect(errorsOf("fluid twin", 20).ready).toBeLessThan(errorsOf("network alone", 20).ready);
  });

  test("goes on with a further recording, of loads and sizes that it had not met", async () => {
    const more = await recordTwin(pair, { seed: 2, steps: 240, ratesPerS: [60, 160], sizes: [6, 14] });
    const blocks = blocksOf(more, timing);
    const of = (isHeldOut: boolean): readonly Transition[] =>
      blocks.flatMap((one) => (one.isHeldOut === isHeldOut ? transitionsOf(one, syncPeriodMs) : []));
    const held = of(true);
    const isFar = (): number => held.filter((one) => model.predict(one).isFar).length / held.length;
    const before = cpuErrorOf(model, held);
    expect(isFar()).toBeGreaterThan(0.8);
    // What is said to be far is said worse than anything of the recording that was learned.
    const { nearestThird, farthestThird } = learned.errors.byDistance;
    expect(before).toBeGreaterThan(1.5 * Math.max(nearestThird, farthestThird));
    finish(model.refresh(of(false)));
    expect(cpuErrorOf(model, held)).toBeLessThan(0.7 * before);
    expect(isFar()).toBeLessThan(0.4);
  });
});

test("a recording too short to hold something out is refused, and it is said how long one is needed", async () => {
  const short = await recordTwin(pair, { seed: 1, steps: 100, ratesPerS: [10, 50], sizes: [2, 5] });
  const work = learnFrom({ recording: short, topology: pair, timing, model: newModel(), seed: 1 });
  expect(() => finish(work)).toThrow(
    expect.objectContaining({ code: "INPUT_INVALID", hint: expect.stringContaining("--duration 12m") }),
  );
});
