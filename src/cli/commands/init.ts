import type { Command } from "commander";
import { init } from "../../app/init.ts";
import type { Act } from "../act.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";

type Options = CommonOptions & { readonly from: string; readonly force?: boolean };

export function addInit(program: Command, act: Act): void {
  withCommonOptions(program.command("init"))
    .description("write a topology.json and a scenario.json to start from")
    .argument("[folder]", "where to; the current folder when left out")
    .option("--from <name>", "shipped topology to start from", "karma-chained")
    .option("--force", "overwrite files that are there")
    .addHelpText("after", "\nExample:\n  karma init my-shop --from chained-wide")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, folder?: string): Promise<CommandResult> {
  const result = await init({ folder, from: options.from, isForced: options.force === true }, context);
  const next = folder === undefined ? "karma cluster up" : `cd ${folder} && karma cluster up`;
  return { json: result, text: result.written.map((path) => `wrote ${path}`).join("\n"), next };
}
