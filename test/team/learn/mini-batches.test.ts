import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { momentsOf } from "../../../src/team/learn/advantages.ts";
import { miniBatchesOf, shuffle, shuffleAgents, standardiseEach } from "../../../src/team/learn/mini-batches.ts";

const steps = 6;
const rows = 4;

function inOrder(length: number): Int32Array {
  return Int32Array.from({ length }, (_, k) => k);
}

test("mini-batches follow one another, without gaps, and differ by one sample at most", () => {
  expect(miniBatchesOf(10, 4)).toEqual([
    { from: 0, to: 2 },
    { from: 2, to: 5 },
    { from: 5, to: 7 },
    { from: 7, to: 10 },
  ]);
});

test("agents are shuffled whole: each keeps the order of its steps, and whoever is dead in one leaves that one out", () => {
  const alive = new Uint8Array(steps * rows).fill(1);
  alive[2 * rows + 3] = 0;
  const order = inOrder(steps * rows - 1);
  shuffleAgents(order, steps, { advantages: new Float64Array(steps * rows), alive }, createRng(1));
  const ofAgents = [0, 1, 2, 3].map((row) => [...order].filter((sample) => sample % rows === row));
  expect(ofAgents.map((samples) => samples.length)).toEqual([steps, steps, steps, steps - 1]);
  for (const samples of ofAgents) {
    expect(samples).toEqual(samples.toSorted((a, b) => a - b));
    const first = order.indexOf(samples[0]!);
    expect([...order.subarray(first, first + samples.length)]).toEqual(samples);
  }
  expect([...order]).not.toEqual([...order].toSorted((a, b) => (a % rows) - (b % rows) || a - b));
});

const sequencesOf = { none: undefined, two: { steps: 2, rows } };

test.each(["none", "two"] as const)("each mini-batch is standardised by itself, sequences of steps: %s", (kind) => {
  const sequences = sequencesOf[kind];
  const rng = createRng(2);
  const raw = Float64Array.from({ length: steps * rows }, (_, k) => 5 * k + rng.normal());
  const length = sequences === undefined ? raw.length : raw.length / sequences.steps;
  const batch = { order: inOrder(length), advantages: new Float64Array(raw.length) };
  shuffle(batch.order, rng);
  const [first, second] = miniBatchesOf(length, 2);
  standardiseEach([first!, second!], batch, sequences, raw, 1e9);
  for (const { from, to } of [first!, second!]) {
    const starts = [...batch.order.subarray(from, to)];
    const samples =
      sequences === undefined
        ? starts
        : starts.flatMap((k) => [0, 1].map((step) => (Math.floor(k / rows) * 2 + step) * rows + (k % rows)));
    const { mean, deviation } = momentsOf(Float64Array.from(samples, (sample) => batch.advantages[sample]!));
    expect([mean, deviation].map((one) => Math.round(1e6 * one) / 1e6 + 0)).toEqual([0, 1]);
    const own = momentsOf(Float64Array.from(samples, (sample) => raw[sample]!));
    for (const sample of samples)
      expect(batch.advantages[sample]).toBeCloseTo((raw[sample]! - own.mean) / own.deviation, 6);
  }
});

test("standardised advantages are cut to the limit", () => {
  const batch = { order: inOrder(20), advantages: new Float64Array(20) };
  const raw = new Float64Array(20);
  raw[7] = 1;
  standardiseEach([{ from: 0, to: 20 }], batch, undefined, raw, 2);
  expect(Math.max(...batch.advantages)).toBe(2);
});
