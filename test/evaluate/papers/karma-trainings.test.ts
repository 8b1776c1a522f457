import { describe, expect, test } from "vitest";
import { acrossTrainings, differenceOf, type Training } from "../../../src/evaluate/papers/karma-trainings.ts";

function training(system: string, trainSeed: number, success: number, convergedSteps: number): Training {
  const rest = { latencyOk: 0, pending: 0, recoveryS: Number.NaN, availability: 0, rewardSd: 0, brokenShare: 0 };
  return { system, trainSeed, figures: { ...rest, success, convergedSteps } };
}

const all = [
  training("none", 1, 0.8, Number.NaN),
  training("hard", 1, 0.9, 300),
  training("none", 2, 0.7, 500),
  training("hard", 2, 0.6, 100),
  training("hard", 3, 0.9, 200),
];

describe("several trainings of a system", () => {
  test("are a mean and a standard deviation over those that know the figure", () => {
    const [none, hard] = acrossTrainings(all);
    expect(none).toMatchObject({ system: "none", trainings: 2 });
    expect(none!.figures.success.mean).toBeCloseTo(0.75, 12);
    expect(none!.figures.success.sd).toBeCloseTo(Math.sqrt(0.005), 12);
    expect(none!.figures.convergedSteps).toEqual({ mean: 500, sd: Number.NaN, known: 1 });
    expect(none!.figures.recoveryS).toEqual({ mean: Number.NaN, sd: Number.NaN, known: 0 });
    expect(hard!.figures.convergedSteps).toEqual({ mean: 200, sd: 100, known: 3 });
  });

  test("are compared with another's of the same seeds, and only these", () => {
    const { trainings, figures } = differenceOf(all, "hard", "none");
    expect(trainings).toBe(2);
    expect(figures.success.mean).toBeCloseTo(0, 12);
    expect(figures.success).toMatchObject({ known: 2, larger: 1 });
    expect(figures.convergedSteps).toEqual({ mean: -400, sd: Number.NaN, known: 1, larger: 0 });
  });
});
