import type { Command } from "commander";
import { generate } from "../../app/generate.ts";
import type { Act } from "../act.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";

type Options = CommonOptions & { readonly out?: string };

export function addGenerate(program: Command, act: Act): void {
  withCommonOptions(program.command("generate"))
    .description("write what runs it on Kubernetes: mock configurations, manifests, Dockerfile, kind cluster")
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--out <folder>", "where to; generated/<topology> when left out")
    .addHelpText("after", "\nExample:\n  karma generate topology.json --out /tmp/shop")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const result = await generate({ cwd: context.cwd, topology }, options.out, context);
  return { json: result, text: result.written.map((path) => `wrote ${path}`).join("\n"), next: "karma cluster up" };
}
