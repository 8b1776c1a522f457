import { expect, onTestFinished, test } from "vitest";
import { createProgress, leftMs, progressStyle } from "../../src/host/progress.ts";
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

test.each([
  [true, true, 120, "quiet"],
  [false, true, 120, "lively"],
  [false, true, 0, "plain"],
  [false, false, 120, "plain"],
] as const)("quiet %s, terminal %s, %d columns: %s", (isQuiet, isTTY, columns, style) => {
  const { isTTY: wasTTY, columns: hadColumns } = process.stderr;
  onTestFinished(() => void Object.assign(process.stderr, { isTTY: wasTTY, columns: hadColumns }));
  Object.assign(process.stderr, { isTTY, columns });
  expect(progressStyle(isQuiet)).toBe(style);
});

test.each([
  ["half of it in 10 s", 0.5, { done: 0, atMs: 0 }, 10_000],
  ["a quarter in 10 s, where a run that was stopped half way goes on", 0.75, { done: 0.5, atMs: 0 }, 10_000],
  ["too little to tell", 0.51, { done: 0.5, atMs: 0 }, undefined],
  ["all of it", 1, { done: 0, atMs: 0 }, undefined],
  ["nobody said how much", undefined, undefined, undefined],
])("what is left after %s", (_, done, first, left) => {
  expect(leftMs(done, 10_000, first)).toBe(left);
});
