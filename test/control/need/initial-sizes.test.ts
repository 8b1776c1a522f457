import { assert, double, property } from "fast-check";
import { expect, test } from "vitest";
import { initialSizes } from "../../../src/control/need/initial-sizes.ts";
import { chain } from "../../evaluate/chain.ts";

test("a run starts at 60 % utilisation of its first arrival rate", () => {
  expect([...initialSizes(chain, 100)]).toEqual([2, 2]);
  expect([...initialSizes(chain, 300)]).toEqual([5, 5]);
});

test("it starts inside the bounds whatever the rate", () => {
  assert(
    property(double({ min: 0, max: 1e9, noNaN: true }), (rate) => {
      for (const size of initialSizes(chain, rate)) {
        expect(size).toBeGreaterThanOrEqual(1);
        expect(size).toBeLessThanOrEqual(8);
      }
    }),
  );
});
