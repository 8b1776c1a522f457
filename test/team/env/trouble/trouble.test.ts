import { expect, test } from "vitest";
import { createRng } from "../../../../src/core/rng.ts";
import { troubleFamilies, troubleScales } from "../../../../src/team/env/trouble/families.ts";
import {
  chooseTrouble,
  describeTrouble,
  drawTrouble,
  noTrouble,
  type Trouble,
  type TroubleChoice,
} from "../../../../src/team/env/trouble/trouble.ts";
import { chain } from "../../chain.ts";

const hourMs = 3_600_000;

function draw(choice: TroubleChoice, seed: number, timeScale = 1): Trouble | undefined {
  const world = { topology: chain, timeScale, meanRatePerS: 400 };
  return drawTrouble(choice, world, hourMs / timeScale, createRng(seed));
}

const seeds = Array.from({ length: 60 }, (_, seed) => seed);

test("nothing goes wrong where no trouble is asked for", () => {
  expect(draw(noTrouble, 1)).toBeUndefined();
});

test.each(troubleFamilies)("%s: the same dice, the same trouble; it leaves time before and after it", (family) => {
  for (const seed of seeds) {
    const trouble = draw({ family }, seed)!;
    expect(trouble).toEqual(draw({ family }, seed));
    expect(trouble.startS).toBeGreaterThanOrEqual(360);
    expect(trouble.startS + trouble.durationS).toBeLessThanOrEqual(0.8 * 3_600);
    for (const fault of trouble.faults) {
      expect(fault.atMs).toBeGreaterThanOrEqual(trouble.startS * 1_000);
      expect(fault.atMs).toBeLessThanOrEqual((trouble.startS + trouble.durationS) * 1_000);
    }
  }
  expect(draw({ family }, 1)).not.toEqual(draw({ family }, 2));
});

test.each(troubleFamilies)("%s: all its levels come, and no others", (family) => {
  const drawn = new Set(seeds.map((seed) => draw({ family }, seed)!.intensity));
  expect([...drawn].toSorted((a, b) => a - b)).toEqual(troubleScales[family].levels);
});

test("any trouble is each of the five", () => {
  const drawn = new Set(seeds.map((seed) => draw({ family: "any" }, seed)!.family));
  expect([...drawn].toSorted()).toEqual(troubleFamilies.toSorted());
});

test("on a clock that runs ten times faster faults come ten times earlier", () => {
  const [slow, fast] = [draw({ family: "bottleneck" }, 3, 1)!, draw({ family: "bottleneck" }, 3, 10)!];
  expect(fast.startS).toBeCloseTo(slow.startS, 6);
  expect(fast.faults[0]!.atMs).toBeCloseTo(slow.faults[0]!.atMs / 10, 6);
});

test("an intensity that is said is the one that is played", () => {
  expect(draw({ family: "ddos", intensity: 6 }, 1)!.faults).toMatchObject([{ kind: "ddos", factor: 6 }]);
  expect(draw({ family: "ddos", intensity: 1 }, 1)!.faults).toEqual([]);
  expect(draw({ family: "mixed", intensity: 2 }, 1)!.faults).toEqual(
    expect.arrayContaining([expect.objectContaining({ kind: "bottleneck", factor: 2 })]),
  );
});

test("trouble in words", () => {
  const trouble = { ...draw({ family: "ddos", intensity: 4 }, 1)!, startS: 240, durationS: 60 };
  expect(describeTrouble(trouble)).toBe("ddos, 4 times the arrivals, from 240 s to 300 s");
});

const usual: TroubleChoice = { family: "ddos", intensity: 4 };

test.each([
  [{}, usual],
  [{ trouble: "none" }, { family: "none" }],
  [{ trouble: "any" }, { family: "any" }],
  [
    { trouble: "pod-failure", intensity: 20 },
    { family: "pod-failure", intensity: 20 },
  ],
  [{ trouble: "contention" }, { family: "contention" }],
  [{ intensity: 8 }, { family: "ddos", intensity: 8 }],
] as const)("asked for %j over ddos x 4 it is %j", (asked, chosen) => {
  expect(chooseTrouble(asked, usual)).toEqual(chosen);
});

test.each([
  [{ trouble: "earthquake" }, /expected a trouble of none, bottleneck, .*, found "earthquake"/],
  [{ trouble: 3 }, /found 3/],
  [{ intensity: 0.5 }, /expected an intensity of ddos from 1 to 100 \(times the arrivals\), found 0.5/],
  [{ trouble: "pod-failure", intensity: 101 }, /from 0 to 100/],
  [{ trouble: "ddos", intensity: "4" }, /found "4"/],
  [{ trouble: "ddos", intensity: Number.NaN }, /expected an intensity of ddos/],
  [{ trouble: "none", intensity: 2 }, /expected no intensity beside the trouble none/],
  [{ trouble: "any", intensity: 2 }, /expected no intensity beside the trouble any/],
])("%j is refused", (asked, message) => {
  expect(() => chooseTrouble(asked, usual)).toThrow(message);
});
