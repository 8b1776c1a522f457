import { Command } from "commander";
import { expect, test } from "vitest";
import type { Act } from "../../src/cli/act.ts";
import { addRecord } from "../../src/cli/commands/record.ts";
import { createProgress } from "../../src/host/progress.ts";

const context = { progress: createProgress("quiet"), signal: new AbortController().signal, cwd: process.cwd() };

const runBare: Act =
  (run) =>
  async (...values) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what commander passes
    const options = values.at(-2) as Parameters<typeof run>[1];
    await run(context, options, "topologies/chained-wide.json");
  };

/** Runs the command and lets its failure out. */
async function record(...words: string[]): Promise<unknown> {
  const program = new Command();
  addRecord(program, runBare);
  return program.parseAsync(["record", ...words], { from: "user" }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

test("on a cluster what only a twin has is refused", async () => {
  expect(await record("--on", "local", "--wrong-twin", "startup=2", "--twin", "fluid")).toMatchObject({
    code: "USAGE",
    message: "expected options of a running cluster, found those of the twin: --wrong-twin, --twin",
  });
});
