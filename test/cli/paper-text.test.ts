import { expect, test } from "vitest";
import { paperText } from "../../src/cli/paper-text.ts";

const tables = [{ title: "Measured", header: ["controller", "minutes"], rows: [["hpa | tuned", "20.3"]] }];

test("plain text has the title, the table and what to know", () => {
  expect(paperText(tables, ["no queue"], false)).toBe(
    [
      "Measured",
      "controller   minutes",
      "-----------  -------",
      "hpa | tuned     20.3",
      "",
      "Read with this in mind",
      "- no queue",
    ].join("\n"),
  );
});

test("Markdown has headings and tables whose cells cannot break a row", () => {
  expect(paperText(tables, ["no queue"], true).split("\n")).toEqual([
    "## Measured",
    "",
    "| controller | minutes |",
    "| --- | --- |",
    String.raw`| hpa \| tuned | 20.3 |`,
    "",
    "## Read with this in mind",
    "",
    "- no queue",
  ]);
});
