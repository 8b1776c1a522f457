import { expect, test } from "vitest";
import { figure, percent, table } from "../../src/cli/table.ts";

test("words stand to the left, figures to the right, and no line ends in blanks", () => {
  const lines = table(
    ["service", "pods", "note"],
    [
      ["a", "7", "-"],
      ["gateway", "12", ""],
    ],
  ).split("\n");
  expect(lines).toEqual([
    "service  pods  note", //
    "-------  ----  ----",
    "a           7     -",
    "gateway    12",
  ]);
});

test("a column with one word in it is a column of words", () => {
  expect(table(["x"], [["1"], ["one"]]).split("\n")[2]).toBe("1");
});

test("a table without rows still says what it would show", () => {
  expect(table(["a", "bc"], [])).toBe("a  bc\n-  --");
});

test.each([
  [0, "0.00"],
  [0.01234, "0.012"],
  [2.34567, "2.35"],
  [-2.34567, "-2.35"],
  [31.4159, "31.4"],
  [314.159, "314"],
  [3_165_000, "3165000"],
  [Number.NaN, "-"],
  [Number.POSITIVE_INFINITY, "-"],
])("%d is shown as %s", (value, shown) => {
  expect(figure(value)).toBe(shown);
});

test.each([
  [0, "0.00 %"],
  [0.0123, "1.23 %"],
  [0.5, "50.0 %"],
  [1, "100.0 %"],
  [-0.0123, "-1.23 %"],
  [-0.5, "-50.0 %"],
  [Number.NaN, "-"],
])("the share %d is shown as %s", (share, shown) => {
  expect(percent(share)).toBe(shown);
});
