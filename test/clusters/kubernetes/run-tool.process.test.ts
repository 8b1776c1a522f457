import { expect, test } from "vitest";
import { runTool } from "../../../src/clusters/kubernetes/run-tool.ts";

test("a program that is not there is an answer, and so is one that fails", async () => {
  expect(await runTool("no-such-program-anywhere", [])).toMatchObject({ isThere: false, exitCode: undefined });
  const failing = await runTool(process.execPath, ["-e", "console.log(1); console.error(2); process.exit(3)"]);
  expect(failing).toEqual({ isThere: true, exitCode: 3, stdout: "1", stderr: "2" });
});
