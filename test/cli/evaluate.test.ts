import { Command } from "commander";
import { expect, test } from "vitest";
import type { Act } from "../../src/cli/act.ts";
import { addEvaluate } from "../../src/cli/commands/evaluate.ts";
import { commandContext } from "../../src/cli/context.ts";
import { equalCostTable } from "../../src/cli/evaluation-text.ts";
import type { ClassEqualCostRow } from "../../src/evaluate/result.ts";

const reached: ClassEqualCostRow = {
  class: "bursty",
  opponent: "hpa:60",
  knob: 1.1,
  costRatio: 1,
  isReached: true,
  playedCostRatios: [0.99, 1.02],
  oursViolatingShare: 0.02,
  opponentViolatingShare: 0.05,
  difference: { mean: 0.03, low: 0.01, high: 0.05 },
  pValue: 0.03125,
  pAdjusted: 0.0625,
};

test("figures are shown where the costs are equal, with their p-value", () => {
  const [, , line] = equalCostTable([reached]).split("\n");
  expect(line!.split(/ {2,}/)).toEqual([
    "hpa:60",
    "1.10",
    "1.000",
    "5.00 %",
    "2.00 %",
    "3.00 %",
    "1.00 % .. 5.00 %",
    "0.0625",
  ]);
});

test("where the opponent never costs as much, no figure is shown that could be taken for a comparison", () => {
  const [, , line] = equalCostTable([{ ...reached, costRatio: 1.3, isReached: false }]).split("\n");
  expect(line!.split(/ {2,}/)).toEqual(["hpa:60", "1.10", "1.300", "not comparable"]);
});

const runBare: Act =
  (run) =>
  async (...values) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what commander passes
    const options = values.at(-2) as Parameters<typeof run>[1];
    await run(commandContext(options), options, "no-such-topology.json");
  };

/** Runs the command and lets its failure out. */
async function evaluate(...words: string[]): Promise<unknown> {
  const program = new Command();
  addEvaluate(program, runBare);
  return program.parseAsync(["evaluate", ...words], { from: "user" }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

test("on a cluster options of the twin are refused by name, all at once, even with the value they have by themselves", async () => {
  const words = ["--grid", "full", "--train-trace", "a.csv", "--workers", "2", "--twin", "fluid"];
  expect(await evaluate("--on", "local", ...words)).toMatchObject({
    code: "USAGE",
    message: "expected options of a running cluster, found those of the twin: --train-trace, --grid, --twin, --workers",
  });
});

test("on the twin they are heeded, and on a cluster nothing is said of what was not typed", async () => {
  expect(await evaluate("--grid", "coarse")).toMatchObject({ code: expect.not.stringMatching("USAGE") as string });
  expect(await evaluate("--on", "local")).toMatchObject({ code: expect.not.stringMatching("USAGE") as string });
});
