import { expect, test } from "vitest";
import { foldsOf } from "../../../src/app/evaluation/folds.ts";
import { checkFolds } from "../../../src/app/evaluation/scenarios.ts";
import type { ScenarioSetup } from "../../../src/app/evaluation/scenario-setup.ts";
import { KarmaError } from "../../../src/core/errors.ts";
import { recording, scenarioOf } from "./setup.ts";

const monday = scenarioOf("monday", {}, recording(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
const tuesday = scenarioOf("tuesday", {}, recording(5, 5, 5, 5, 5, 9, 9, 9, 9, 9));
const friday = scenarioOf("friday", {}, recording(9, 8, 7, 6, 5, 4, 3, 2, 1, 2));
const synthetic = scenarioOf("synthetic", { isSynthetic: true });
const fixedCurve = scenarioOf("fixed curve", { daily: { amplitude: 0.5, periodS: 600, phase: 0 } });

test("each recording is played by what was tuned on all the others", () => {
  const { folds } = foldsOf([monday, tuesday, friday], []);
  expect(folds.map(({ training }) => training)).toEqual([
    [1, 2],
    [0, 2],
    [0, 1],
  ]);
  expect(folds[0]!.trainedOn).toBe("tuesday, friday");
});

test("recordings that are named for training are what is tuned on, and none else", () => {
  const { folds, scenarios } = foldsOf([monday, tuesday], [friday]);
  expect(folds.map(({ training }) => training)).toEqual([[2], [2]]);
  expect(scenarios[2]).toBe(friday);
});

test("random arrivals are tuned on with other dice, a fixed curve and a single recording on random curves", () => {
  expect(foldsOf([synthetic], []).folds[0]!.training).toEqual([0]);
  for (const single of [fixedCurve, monday]) {
    const { folds, scenarios } = foldsOf([single], []);
    expect(folds[0]!.training).toEqual([1]);
    expect(scenarios[1]!.inputs.scenario.arrivals).toMatchObject({ isSynthetic: true, volumePerS: 200 });
    expect(scenarios[1]!.inputs.traces.size).toBe(0);
  }
});

function check(tests: readonly ScenarioSetup[], training: readonly ScenarioSetup[]): void {
  checkFolds({ ...foldsOf(tests, training), seeds: [1, 2], trainSeeds: [1, 2], timeScale: 1 });
}

test("training data is refused for evaluation: the same recording under another name or at another volume, the same curve", () => {
  const renamed = { ...monday, name: "some other day" };
  expect(() => check([monday], [renamed])).toThrow(KarmaError);
  expect(() => check([monday], [renamed])).toThrow("monday is training data of the opponents tuned on some other day");
  expect(() => check([monday, renamed], [])).toThrow("is training data of");
  const louder = scenarioOf("louder", {}, recording(3, 6, 9, 12, 15, 18, 21, 24, 27, 30));
  expect(() => check([monday], [louder])).toThrow("monday is training data of the opponents tuned on louder");
  const curve = { scenarios: [fixedCurve], folds: [{ test: 0, training: [0], trainedOn: "itself" }] };
  expect(() => checkFolds({ ...curve, seeds: [1], trainSeeds: [1], timeScale: 1 })).toThrow("is training data of");
});

test("other recordings, other dice and random curves are accepted", () => {
  expect(() => check([monday, tuesday, friday], [])).not.toThrow();
  expect(() => check([synthetic, fixedCurve], [])).not.toThrow();
  expect(() => check([monday], [friday])).not.toThrow();
});
