import { expect, test } from "vitest";
import { pickByPrice, settingAt, settingsOfFolds } from "../../src/evaluate/frontier-tuning.ts";

const settings = [
  { spec: "lean", cost: 1, violatingShare: 0.2 },
  { spec: "middle", cost: 2, violatingShare: 0.02 },
  { spec: "safe", cost: 4, violatingShare: 0.001 },
  { spec: "beaten", cost: 3, violatingShare: 0.05 },
];

test("as violations get dearer the picks walk from the leanest setting to the safest, and never to a beaten one", () => {
  const picks = pickByPrice(settings);
  expect([...new Set(picks)]).toEqual(["lean", "middle", "safe"]);
});

test("each price has the setting whose price x violating share + pods is least", () => {
  expect(pickByPrice(settings, [1, 10, 1_000])).toEqual(["lean", "middle", "safe"]);
});

test("nothing can be picked from nothing", () => {
  expect(() => pickByPrice([])).toThrow("no settings");
});

test("prices at which all folds pick the same are one setting, which keeps what each fold picked", () => {
  const folds = settingsOfFolds(
    [
      ["a", "a", "b"],
      ["x", "x", "x"],
    ],
    [1, 10, 100],
  );
  expect(folds).toEqual([
    { prices: [1, 10], specs: ["a", "x"] },
    { prices: [100], specs: ["b", "x"] },
  ]);
  expect(settingAt(folds, 40).specs).toEqual(["b", "x"]);
  expect(settingAt(folds, 12).specs).toEqual(["a", "x"]);
});
