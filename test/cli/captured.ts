import { onTestFinished, vi } from "vitest";

export type Captured = { stdout: string; stderr: string };

/** Collects what the rest of a test writes to stdout and stderr. */
export function captureOutput(): Captured {
  const captured: Captured = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    const spy = vi.spyOn(process[name], "write").mockImplementation((text) => {
      captured[name] += String(text);
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  return captured;
}
