import { describe, expect, test } from "vitest";
import { createAutoscaler } from "../../src/control/autoscalers/autoscalers.ts";
import { splitAutoscalerSpecs } from "../../src/control/autoscalers/spec.ts";
import { createRng } from "../../src/core/rng.ts";
import { type TunableFamily, tunableFamilies, tuningGrid } from "../../src/evaluate/frontier-grid.ts";
import { chainContext } from "../control/autoscalers/chain.ts";

const context = { ...chainContext(), futureRatePerS: () => 300 };

function grid(family: TunableFamily, density: "coarse" | "full", seed = 1): string[] {
  return tuningGrid(family, context.topology, { density, rng: createRng(seed) });
}

describe.each(tunableFamilies)("the grid of %s", (family) => {
  test.each(["coarse", "full"] as const)("is of specs that are understood, each once (%s)", (density) => {
    const specs = grid(family, density);
    expect(specs.length).toBeGreaterThanOrEqual(6);
    expect(new Set(specs).size).toBe(specs.length);
    for (const spec of specs) {
      expect(spec.startsWith(family)).toBe(true);
      expect(() => createAutoscaler(spec, context)).not.toThrow();
    }
    expect(splitAutoscalerSpecs(specs.join(","))).toEqual(specs);
  });

  test("is finer when full, and the same for the same seed", () => {
    expect(grid(family, "full").length).toBeGreaterThan(grid(family, "coarse").length);
    expect(grid(family, "full")).toEqual(grid(family, "full"));
  });
});

test("the full grid of the HPA searches metric, behavior, tolerance and targets per service", () => {
  const specs = grid("hpa", "full");
  expect(specs.length).toBeGreaterThan(200);
  for (const part of [/rps=/, /down-percent=/, /tolerance=/, /^hpa:\d+\/\d+,/, /up=60/]) {
    expect(specs.some((spec) => part.test(spec))).toBe(true);
  }
  expect(grid("hpa", "full", 2)).not.toEqual(specs);
});
