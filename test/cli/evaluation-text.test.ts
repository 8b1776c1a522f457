import { expect, test } from "vitest";
import { evaluationText } from "../../src/cli/evaluation-text.ts";
import { resized, result } from "../report/result.ts";

/** Cells of one autoscaler below the head that has "pods". */
function measuresOf(text: string, autoscaler: string): ReadonlyMap<string, string> {
  const lines = text.split("\n");
  const head = lines.findIndex((line) => line.includes("pending pods"));
  const row = lines.slice(head).find((line) => line.startsWith(autoscaler))!;
  const cells = row.split(/ {2,}/);
  return new Map(lines[head]!.split(/ {2,}/).map((title, column) => [title, cells[column]!]));
}

test("where somebody resized replicas, what they cost stands beside how many there were", () => {
  const text = evaluationText(resized);
  expect([...measuresOf(text, "team").keys()].slice(5, 8)).toEqual(["pods", "pods by CPU", "cores"]);
  expect(measuresOf(text, "hpa:60").get("pods")).toBe("22.0");
  expect(measuresOf(text, "hpa:60").get("pods by CPU")).toBe("11.0");
  expect(measuresOf(text, "team").get("pods by CPU")).toBe("20.0");
});

test("where nobody did, there is no such column", () => {
  expect([...measuresOf(evaluationText(result), "team").keys()].slice(5, 7)).toEqual(["pods", "cores"]);
});
