import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { sweepLocalClusters } from "../../../src/clusters/local/sweep.ts";

/** Gives a test file a state directory of its own, and sweeps what its tests left there. */
export function useStateDir(): void {
  const before = process.env["KARMA_STATE_DIR"];
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "karma-test-"));
    process.env["KARMA_STATE_DIR"] = directory;
  });
  afterAll(async () => {
    await sweepLocalClusters();
    rmSync(directory, { recursive: true });
    if (before === undefined) delete process.env["KARMA_STATE_DIR"];
    else process.env["KARMA_STATE_DIR"] = before;
  });
}
