import { expect, test } from "vitest";
import {
  countOption,
  durationOption,
  numberOption,
  oneOf,
  positiveOption,
  timeScaleOption,
  wholeNumberOption,
} from "../../src/cli/options.ts";

test.each([
  [numberOption, "-2.5", -2.5],
  [numberOption, "1e3", 1_000],
  [positiveOption, "0.25", 0.25],
  [wholeNumberOption, "0", 0],
  [countOption, "1", 1],
  [timeScaleOption, "1", 1],
  [durationOption, "90", 90_000],
  [durationOption, "2.5s", 2_500],
  [durationOption, "20m", 1_200_000],
  [durationOption, "1h30m5s", 5_405_000],
  [timeScaleOption, "100", 100],
] as const)("%o takes %s", (option, text, value) => {
  expect(option(text)).toBe(value);
});

test.each([
  [numberOption, "abc", `expected a number, found "abc".`],
  [numberOption, "", `expected a number, found "".`],
  [numberOption, " ", `expected a number, found " ".`],
  [numberOption, "Infinity", `expected a number, found "Infinity".`],
  [numberOption, "10s", `expected a number, found "10s".`],
  [durationOption, "0", `expected a time such as 90s, 20m or 1h30m, found "0".`],
  [durationOption, "", `expected a time such as 90s, 20m or 1h30m, found "".`],
  [durationOption, "-5s", `expected a time such as 90s, 20m or 1h30m, found "-5s".`],
  [durationOption, "5 min", `expected a time such as 90s, 20m or 1h30m, found "5 min".`],
  [positiveOption, "0", `expected a number > 0, found "0".`],
  [positiveOption, "-3", `expected a number > 0, found "-3".`],
  [wholeNumberOption, "1.5", `expected a whole number >= 0, found "1.5".`],
  [wholeNumberOption, "-1", `expected a whole number >= 0, found "-1".`],
  [wholeNumberOption, "1e300", `expected a whole number >= 0, found "1e300".`],
  [countOption, "0", `expected a whole number >= 1, found "0".`],
  [timeScaleOption, "0.99", `expected a number from 1 to 100, found "0.99".`],
  [timeScaleOption, "101", `expected a number from 1 to 100, found "101".`],
  [oneOf(["live", "shadow"]), "dead", `expected live or shadow, found "dead".`],
] as const)("%o refuses %s with a sentence", (option, text, message) => {
  expect(() => option(text)).toThrow(message);
});
