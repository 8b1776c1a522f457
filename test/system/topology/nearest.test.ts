import * as fc from "fast-check";
import { expect, test } from "vitest";
import { didYouMean, editDistance, nearest } from "../../../src/system/topology/nearest.ts";

test.each([
  ["crat", ["shop", "cart"], "cart"],
  ["CART", ["cart"], "cart"],
  ["max_replica", ["min_replicas", "max_replicas"], "max_replicas"],
  ["p95", ["availability", "p95_ms"], "p95_ms"],
  ["payment", ["cart", "shop"], undefined],
  ["b", ["a"], undefined],
])("%s is a slip of one of %j: %s", (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});

test("a suggestion ends the message, or nothing does", () => {
  expect(didYouMean("crat", ["cart"])).toBe('; did you mean "cart"?');
  expect(didYouMean("zzz", ["cart"])).toBe("");
});

test("the distance is zero for equal words only, symmetric, and at most the longer length", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = editDistance(a, b);
      expect(distance).toBe(editDistance(b, a));
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});
