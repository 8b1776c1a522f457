import { relative } from "node:path";
import type { Command } from "commander";
import { readInputs } from "../../app/inputs.ts";
import { record } from "../../app/record.ts";
import { whereAsked } from "../../app/where-up.ts";
import type { Act } from "../act.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";
import { durationOption, sharesOption, wholeNumberOption } from "../options.ts";

type Options = CommonOptions & {
  readonly on?: string;
  readonly out?: string;
  readonly duration?: number;
  readonly loads?: readonly number[];
  readonly seed: number;
};

export function addRecord(program: Command, act: Act): void {
  withCommonOptions(program.command("record"))
    .description("write down what a running cluster shows, line by line, to calibrate the twin from")
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--on <where>", "local, kind, or context:NAME; local or kind, where it is up, when left out")
    .option("--out <file>", "recording to write, a new file; one below recordings/ when left out")
    .option("--duration <time>", "such as 10m, of this clock; until Ctrl-C when left out", durationOption)
    .option(
      "--loads <list>",
      "send a load too: shares of what the bottleneck can serve now, such as .3,.5,.7; sizes go up and down",
      sharesOption,
    )
    .option("--seed <number>", "seed of that load", wholeNumberOption, 1)
    .addHelpText("after", "\nExample:\n  karma record topology.json --on local --loads .3,.5,.7 --duration 5m")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const { on, out, duration, loads = [], seed } = options;
  const inputs = readInputs({ cwd: context.cwd, topology });
  const where = await whereAsked(on, ["local", "kind", "context"], inputs);
  const result = await record({ inputs, where, out, durationMs: duration, loads, seed }, context);
  const place = relative(context.cwd, result.path);
  const named = topology === undefined ? "" : ` --topology ${topology}`;
  return {
    json: result,
    text: `recorded ${result.readings} readings and ${result.events} events: ${place}`,
    next: `karma calibrate ${place}${named}`,
  };
}
