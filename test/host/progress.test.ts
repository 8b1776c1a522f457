import { expect, test } from "vitest";
import { createProgress, progressStyle } from "../../src/host/progress.ts";
import { captureOutput } from "../cli/captured.ts";

test("in a pipe a step says on stderr that it begins and ends, and stdout stays empty", async () => {
  const captured = captureOutput();
  const result = await createProgress("plain").step("count the pods", async (update) => {
    update(0.5, "half");
    return 7;
  });
  expect(result).toBe(7);
  expect(captured.stdout).toBe("");
  expect(captured.stderr).toMatch(/count the pods\n.*count the pods \(0\.\d s\)/s);
});

test("quiet says nothing at all", async () => {
  const captured = captureOutput();
  await createProgress("quiet").step("count the pods", async (update) => update(1, "done"));
  expect(captured).toEqual({ stdout: "", stderr: "" });
});

test.each(["plain", "quiet"] as const)("a step that fails passes its very error on (%s)", async (style) => {
  captureOutput();
  const error = new Error("no pods");
  const failing = createProgress(style).step("count", async () => {
    throw error;
  });
  await expect(failing).rejects.toBe(error);
});

test("quiet wins; lively needs a terminal", () => {
  expect(progressStyle(true)).toBe("quiet");
  expect(progressStyle(false)).toBe(process.stderr.isTTY ? "lively" : "plain");
});
