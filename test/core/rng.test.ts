import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRng, resumeRng } from "../../src/core/rng.ts";

const draws = (seed: number | string, count = 5): number[] => {
  const rng = createRng(seed);
  return Array.from({ length: count }, () => rng.next());
};

test("the same seed gives the same numbers, another seed others", () => {
  expect(draws(7)).toEqual(draws(7));
  expect(draws(7)).not.toEqual(draws(8));
  expect(draws("7")).not.toEqual(draws(7));
});

test("the first numbers of seed 1 never change: recorded runs depend on them", () => {
  expect(draws(1, 3)).toMatchInlineSnapshot(`
    [
      896688330,
      2564327087,
      1253820234,
    ]
  `);
});

test("a resumed generator goes on where the saved one was", () => {
  const rng = createRng(3);
  rng.normal();
  const copy = resumeRng(rng.state());
  expect([copy.next(), copy.uniform(), copy.poisson(9)]).toEqual([rng.next(), rng.uniform(), rng.poisson(9)]);
});

test("a split stream depends on its label and leaves its parent as it was", () => {
  const rng = createRng(5);
  const before = rng.state();
  expect(rng.split("a").next()).not.toBe(rng.split("b").next());
  expect(rng.state()).toEqual(before);
});

test("uniform numbers stay in [0, 1) and integers below their bound", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 1_000 }), (seed, bound) => {
      const rng = createRng(seed);
      const uniform = rng.uniform();
      const integer = rng.integer(bound);
      return uniform >= 0 && uniform < 1 && Number.isInteger(integer) && integer >= 0 && integer < bound;
    }),
  );
});

test.each([
  ["uniform", 0.5, 1 / 12],
  ["normal", 0, 1],
  ["exponential", 1, 1],
] as const)("%s numbers have mean %d and variance %d", (kind, mean, variance) => {
  const rng = createRng(11);
  const values = Array.from({ length: 50_000 }, () => rng[kind]());
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length;
  expect(average).toBeCloseTo(mean, 1);
  expect(spread / variance).toBeCloseTo(1, 1);
});

test.each([0.3, 5, 40, 200])("poisson counts of mean %d have that mean and variance", (mean) => {
  const rng = createRng(13);
  const values = Array.from({ length: 20_000 }, () => rng.poisson(mean));
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length;
  expect(average / mean).toBeCloseTo(1, 1);
  expect(variance / mean).toBeCloseTo(1, 1);
});
