import { execa } from "execa";

/** How a program ended. */
export type ToolAnswer = {
  /** Undefined where there is no such program, or it had to be ended. */
  readonly exitCode: number | undefined;
  readonly isThere: boolean;
  readonly stdout: string;
  readonly stderr: string;
};

export type RunTool = (tool: string, args: readonly string[]) => Promise<ToolAnswer>;

/** A daemon that hangs is as good as none. */
const PATIENCE_MS = 20_000;

/** Runs a program to its end and tells how that was; a failure is an answer, not an exception. */
export const runTool: RunTool = async (tool, args) => {
  const result = await execa(tool, args, { reject: false, timeout: PATIENCE_MS, stdin: "ignore" });
  return {
    exitCode: result.exitCode,
    isThere: !(result.failed && result.code === "ENOENT"),
    stdout: result.stdout,
    stderr: result.stderr,
  };
};
