import { expect, test } from "vitest";
import { createRandom } from "../../../src/control/autoscalers/random.ts";
import { createRng } from "../../../src/core/rng.ts";
import { chainContext, chainReadings } from "./chain.ts";

function sizes(config: { readonly step?: number; readonly seed: number }, from = 4, rngSeed = 1): number[] {
  const random = createRandom(config, { ...chainContext(), rng: createRng(rngSeed) });
  return Array.from({ length: 400 }, () => random.decide(chainReadings(0, { desired: from }))[0]!.replicas);
}

test("it draws every size the topology allows and no other", () => {
  expect([...new Set(sizes({ seed: 1 }))].toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 23 }, (_, index) => index + 2),
  );
});

test("with a step it stays as near", () => {
  expect([...new Set(sizes({ seed: 1, step: 2 }, 10))].toSorted((a, b) => a - b)).toEqual([8, 9, 10, 11, 12]);
  expect(Math.min(...sizes({ seed: 1, step: 3 }, 3))).toBe(2);
});

test("the same seed draws the same sizes, another seed or run others", () => {
  expect(sizes({ seed: 1 })).toEqual(sizes({ seed: 1 }));
  expect(sizes({ seed: 2 })).not.toEqual(sizes({ seed: 1 }));
  expect(sizes({ seed: 1 }, 4, 2)).not.toEqual(sizes({ seed: 1 }, 4, 1));
});
