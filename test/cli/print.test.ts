import { expect, test } from "vitest";
import { printFailure, printResult } from "../../src/cli/print.ts";
import { KarmaError } from "../../src/core/errors.ts";
import { captureOutput } from "./captured.ts";

const result = { json: { pods: 3 }, text: "3 pods", next: "karma train" };
const problems = Array.from({ length: 23 }, (_, index) => ({ path: `line ${index}`, message: "wrong" }));

test("a result goes to stdout and the next command to stderr", () => {
  const captured = captureOutput();
  printResult(result, {});
  expect(captured).toEqual({ stdout: "3 pods\n", stderr: "\nnext: karma train\n" });
});

test("with --json and --quiet stdout is one JSON document and stderr is empty", () => {
  const captured = captureOutput();
  printResult(result, { json: true, quiet: true });
  expect(JSON.parse(captured.stdout)).toEqual({ pods: 3 });
  expect(captured.stderr).toBe("");
});

test("a failure is said on stderr with its problems and its hint, twenty at once", () => {
  const captured = captureOutput();
  const error = new KarmaError("INPUT_INVALID", "shop.json: 23 problems", "see the docs", { problems });
  expect(printFailure(error, false)).toBe(1);
  const lines = captured.stderr.trimEnd().split("\n");
  expect(lines).toHaveLength(23);
  expect(lines[1]).toBe("  line 0   wrong");
  expect(lines.slice(-2)).toEqual(["  and 3 more; --json has them all", "hint: see the docs"]);
  expect(captured.stdout).toBe("");
});

test("with --json a failure is one JSON document with every problem", () => {
  const captured = captureOutput();
  const error = new KarmaError("INPUT_INVALID", "wrong", "mend it", { problems });
  expect(printFailure(error, true)).toBe(1);
  expect(JSON.parse(captured.stdout)).toEqual({
    error: { code: "INPUT_INVALID", message: "wrong", problems, hint: "mend it" },
  });
});

test.each([
  ["USAGE", 1],
  ["INPUT_INVALID", 1],
  ["TOOL_MISSING", 2],
  ["TOOL_FAILED", 2],
  ["NOT_READY", 2],
  ["INTERRUPTED", 130],
] as const)("a failure %s ends with exit code %d", (code, exit) => {
  captureOutput();
  expect(printFailure(new KarmaError(code, "message", "hint"), false)).toBe(exit);
});

test("a bug keeps its stack on stderr, and is JSON on stdout too when asked", () => {
  const captured = captureOutput();
  expect(printFailure(new TypeError("x is undefined"), true)).toBe(2);
  expect(captured.stderr).toContain("please report this");
  expect(captured.stderr).toContain("print.test.ts");
  expect(JSON.parse(captured.stdout)).toMatchObject({ error: { code: "BUG", message: "TypeError: x is undefined" } });
});
