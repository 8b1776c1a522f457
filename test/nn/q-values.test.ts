import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import { qHead } from "../../src/nn/q-values.ts";
import { autodiff, relativeDistance } from "./autodiff.ts";

const all = new Uint8Array(0);
const head = qHead(4);

test("the best action is the first of most value among those allowed", () => {
  const values = Float64Array.of(9, 1, 3, 3, 2);
  expect(head.best(values, 1, all, 0)).toBe(1);
  expect(head.best(values, 1, Uint8Array.of(0, 1, 0, 1, 1), 1)).toBe(2);
  expect(head.best(Float64Array.of(-3, -2, -9, -1), 0, Uint8Array.of(1, 1, 1, 0), 0)).toBe(1);
});

test("exploring takes the best action but for a share of the time, then any allowed one alike", () => {
  const rng = createRng(2);
  const counts = new Float64Array(4);
  const mask = Uint8Array.of(1, 0, 1, 1);
  for (let k = 0; k < 9_000; k++) counts[head.explore(Float64Array.of(0, 8, 5, 1), 0, mask, 0, 0.3, rng)]! += 1 / 9_000;
  expect(counts[1]).toBe(0);
  expect(counts[2]).toBeCloseTo(0.8, 1.5);
  for (const other of [0, 3]) expect(counts[other]).toBeCloseTo(0.1, 1.5);
  expect(head.explore(Float64Array.of(0, 8, 5, 1), 0, all, 0, 0, rng)).toBe(1);
});

test("what follows is what the target network says of the action that the learning one prefers", () => {
  const [values, targets] = [Float64Array.of(1, 5, 2, 0), Float64Array.of(30, 7, 20, 10)];
  expect(head.following(values, targets, 0, all, 0)).toBe(7);
  expect(head.following(values, targets, 0, Uint8Array.of(1, 0, 1, 1), 0)).toBe(20);
  // Plain Q-learning would believe its own largest value.
  expect(head.following(targets, targets, 0, all, 0)).toBe(30);
});

test.each([0.3, -0.9, 2.5, -40])("at an error of %d loss and gradient are TensorFlow's Huber loss", (error) => {
  const values = Float64Array.of(7, 7, 0.5, 1.5, -1, 2);
  const gradient = new Float64Array(6).fill(9);
  const target = 1.5 - error;
  const loss = head.learn(values, 2, 1, target, 1, 8, gradient);
  const theirs = autodiff(
    (vector) =>
      tf.losses.huberLoss(tf.scalar(target), tf.reshape<tf.Rank.R0>(tf.slice(vector, 1, 1), []), undefined, 1),
    values.subarray(2),
  );
  expect(loss).toBeCloseTo(theirs.value, 4);
  expect(
    relativeDistance(
      gradient.subarray(2).map((one) => 8 * one),
      theirs.gradient,
    ),
  ).toBeLessThan(1e-5);
  expect([...gradient.subarray(0, 2)]).toEqual([9, 9]);
});
