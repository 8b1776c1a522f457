import { type Command, Option } from "commander";
import { init } from "../../app/init.ts";
import type { Act } from "../act.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";
import { countOption, wholeNumberOption } from "../options.ts";

type Options = CommonOptions & {
  readonly from: string;
  readonly random?: number;
  readonly seed: number;
  readonly force?: boolean;
};

export function addInit(program: Command, act: Act): void {
  withCommonOptions(program.command("init"))
    .description("write a topology.json and a scenario.json to start from")
    .argument("[folder]", "where to; the current folder when left out")
    .option("--from <name>", "shipped topology to start from", "karma-chained")
    .addOption(
      new Option("--random <services>", "a random topology instead, of up to 1000 services")
        .argParser(countOption)
        .conflicts("from"),
    )
    .option("--seed <number>", "of the random topology: same seed, same file", wholeNumberOption, 1)
    .option("--force", "overwrite files that are there")
    .addHelpText("after", "\nExample:\n  karma init my-shop --from shop\n  karma init big --random 200 --seed 7")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, folder?: string): Promise<CommandResult> {
  const { from, random: services, seed, force } = options;
  const random = services === undefined ? undefined : { services, seed };
  const result = await init({ folder, from, random, isForced: force === true }, context);
  const next = folder === undefined ? "karma cluster up" : `cd ${folder} && karma cluster up`;
  return { json: result, text: result.written.map((path) => `wrote ${path}`).join("\n"), next };
}
