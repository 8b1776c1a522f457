import { expect, test } from "vitest";
import { onTruthCluster, truthWritten } from "../../bench/truth-cluster.ts";

type Fails = { readonly up?: boolean; readonly work?: boolean; readonly down?: boolean };

/** What became of it, and what was called; a step that fails does so with its own name. */
async function measured(fails: Fails): Promise<{ readonly outcome: string; readonly calls: readonly string[] }> {
  const calls: string[] = [];
  const step = async (name: keyof Fails): Promise<string> => {
    calls.push(name);
    if (fails[name] === true) throw new Error(name);
    return "figures";
  };
  const cluster = {
    up: () => step("up"),
    down: () => step("down"),
    onLeft: (error: unknown) => void calls.push(`left: ${String(error)}`),
  };
  const outcome = await onTruthCluster(cluster, () => step("work")).catch(String);
  return { outcome, calls };
}

test.each([
  { fails: {}, outcome: "figures", calls: ["up", "work", "down"] },
  { fails: { up: true }, outcome: "Error: up", calls: ["up", "down"] },
  { fails: { work: true }, outcome: "Error: work", calls: ["up", "work", "down"] },
  { fails: { down: true }, outcome: "figures", calls: ["up", "work", "down", "left: Error: down"] },
  { fails: { work: true, down: true }, outcome: "Error: work", calls: ["up", "work", "down", "left: Error: down"] },
])("with failing $fails it comes to $outcome, after $calls", async ({ fails, ...came }) => {
  expect(await measured(fails)).toEqual(came);
});

test("files are said to be written only where something was measured", () => {
  expect(truthWritten("runs/truth-local", 0, 5)).not.toContain("written:");
  expect(truthWritten("runs/truth-local", 3, 5)).toMatch(/^written: .*truth\.md and truth\.json, 3 of 5 scenarios$/);
});
