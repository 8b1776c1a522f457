import { expect, test } from "vitest";
import { createAutoscaler } from "../../src/control/autoscalers/autoscalers.ts";
import { createRng } from "../../src/core/rng.ts";
import { familyGrid, parseTunedSpec, tunedNames } from "../../src/evaluate/frontier-families.ts";
import { neighboursOf } from "../../src/evaluate/frontier-neighbours.ts";
import { chainContext } from "../control/autoscalers/chain.ts";

const context = { ...chainContext(), futureRatePerS: () => 300 };
const grid = (family: string): string[] =>
  familyGrid(family, context.topology, { density: "full", rng: createRng("grid") });

test("an opponent is tuned on training data or in hindsight; any other spec is one of its own", () => {
  expect(parseTunedSpec("hpa:tuned")).toMatchObject({ family: "hpa", pickedOn: "training" });
  expect(parseTunedSpec("feed-forward+holt:hindsight")).toMatchObject({ pickedOn: "test" });
  for (const spec of ["hpa", "hpa:60", "team", "toString:tuned"]) expect(parseTunedSpec(spec)).toBeUndefined();
});

test("families of one grid share their settings, and a part of a grid is a part of it", () => {
  const all = new Set(grid("hpa"));
  for (const part of ["hpa-cpu", "hpa-rps"]) {
    expect(grid(part).length).toBeGreaterThan(10);
    expect(grid(part).every((spec) => all.has(spec))).toBe(true);
  }
  expect(grid("hpa-cpu").some((spec) => spec.includes("rps"))).toBe(false);
  expect(grid("feed-forward").some((spec) => spec.includes("holt"))).toBe(false);
  expect(grid("feed-forward+holt").some((spec) => spec.includes("holt"))).toBe(true);
});

test.each(tunedNames)("neighbours of all settings of %s are specs that are understood", (family) => {
  for (const spec of grid(family).slice(0, 40)) {
    for (const neighbour of neighboursOf(spec, context.topology.services.length)) {
      expect(() => createAutoscaler(neighbour, context)).not.toThrow();
    }
  }
});

test("a target is moved service by service, the others and all options stay", () => {
  expect(neighboursOf("hpa:60,down=120", 2)).toEqual([
    "hpa:target=54/60,down=120",
    "hpa:target=66/60,down=120",
    "hpa:target=60/54,down=120",
    "hpa:target=60/66,down=120",
  ]);
  expect(neighboursOf("feed-forward:1.25,holt=60", 2)).toHaveLength(2);
  expect(neighboursOf("fixed:3", 2)).toEqual([]);
});
