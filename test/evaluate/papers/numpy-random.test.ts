import { expect, test } from "vitest";
import { createNumpyRandom } from "../../../src/evaluate/papers/numpy-random.ts";

/** Printed by NumPy 2.4: RandomState(42), three uniform(), five randint(0, 1140), three normal(), one after the other. */
test("uniform and whole numbers are NumPy's bit for bit, normal ones but for the last bit", () => {
  const random = createNumpyRandom(42);
  expect([1, 2, 3].map(() => random.uniform(0, 1))).toEqual([
    0.3745401188473625, 0.9507143064099162, 0.7319939418114051,
  ]);
  expect([1, 2, 3, 4, 5].map(() => random.randint(0, 1140))).toEqual([1044, 121, 466, 330, 87]);
  for (const expected of [-0.8852303456915943, -0.41218848047215034, -0.4826187964480047]) {
    expect(random.normal(0, 1)).toBeCloseTo(expected, 14);
  }
});

test("numbers of more than one turn of the generator are NumPy's too", () => {
  const random = createNumpyRandom(4_294_967_295);
  for (let i = 0; i < 1_000; i++) random.uniform(0, 1);
  expect(random.uniform(2, 5)).toBe(4.935022335277381);
});

test("a range of one number is that number, and draws nothing", () => {
  const random = createNumpyRandom(42);
  expect(random.randint(7, 8)).toBe(7);
  expect(random.uniform(0, 1)).toBe(0.3745401188473625);
});
