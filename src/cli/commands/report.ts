import { relative } from "node:path";
import type { Command } from "commander";
import { writeReport } from "../../app/report.ts";
import { splitAutoscalerSpecs } from "../../control/autoscalers/spec.ts";
import type { Act } from "../act.ts";
import { typedCommand } from "../command-line.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";
import { gather } from "../options.ts";

type Options = CommonOptions & {
  readonly with: readonly string[];
  readonly out?: string;
  readonly plays?: string;
};

export function addReport(program: Command, act: Act): void {
  withCommonOptions(program.command("report"))
    .description("draw evaluations: one HTML page that needs nothing else, and CSV, JSON, Markdown and SVG")
    .argument("[evaluation]", "folder of an evaluation; the newest of runs/evaluations/ when left out")
    .option(
      "--with <folder>",
      "one more evaluation, as often as you like: of the other twin, of other traffic",
      gather,
      [],
    )
    .option("--plays <list>", "autoscalers whose plays are drawn over time; the first three when left out")
    .option("--out <folder>", "where it goes; report/ in the evaluation's folder when left out")
    .addHelpText(
      "after",
      "\nExample:\n  karma report runs/evaluations/shop-fluid --with runs/evaluations/shop-requests",
    )
    .action(act(run));
}

async function run({ cwd }: CommandContext, options: Options, evaluation?: string): Promise<CommandResult> {
  const { page, files } = await writeReport({
    cwd,
    evaluations: [...(evaluation === undefined ? [] : [evaluation]), ...options.with],
    out: options.out,
    shown: options.plays === undefined ? undefined : splitAutoscalerSpecs(options.plays),
    command: typedCommand(),
  });
  return {
    json: { page, files },
    text: `${relative(cwd, page)}, and ${files.length - 1} files beside it`,
    next: `open ${relative(cwd, page)} in a browser`,
  };
}
