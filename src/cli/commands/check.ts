import type { Command } from "commander";
import { check } from "../../app/check.ts";
import { type CommandResult, withCommonOptions } from "../context.ts";
import type { Act } from "../act.ts";
import { table } from "../table.ts";

export function addCheck(program: Command, act: Act): void {
  withCommonOptions(program.command("check"))
    .description("say what is installed, what is missing and how to get it")
    .addHelpText("after", "\nExample:\n  karma check --json")
    .action(act(runCheck));
}

async function runCheck(): Promise<CommandResult> {
  const result = await check();
  const rows = result.tools.map(({ name, found, neededFor, remedy }) => [
    name,
    found ?? "missing",
    found === undefined ? `${neededFor}. To get it: ${remedy}` : neededFor,
  ]);
  return {
    json: result,
    text: table(["what", "found", "needed for"], rows),
    next: result.isReady ? "karma demo" : "bash install.sh",
  };
}
