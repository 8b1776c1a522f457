import type { Command } from "commander";
import { clusterHeal } from "../../app/cluster-heal.ts";
import { readInputs } from "../../app/inputs.ts";
import { whereAsked } from "../../app/where-up.ts";
import type { Act } from "../act.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";

type Options = CommonOptions & { readonly on?: string };

export function addHeal(cluster: Command, act: Act): void {
  withCommonOptions(cluster.command("heal"))
    .description("end every fault now, those of a run that died too")
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--on <where>", "local, kind, or context:NAME; local or kind, where it is up, when left out")
    .addHelpText("after", "\nExample:\n  karma cluster heal topology.json")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const inputs = readInputs({ cwd: context.cwd, topology });
  const where = await whereAsked(options.on, ["local", "kind", "context"], inputs);
  const result = await clusterHeal(inputs, where, context);
  return {
    json: result,
    text: `${result.healed} has no faults any more`,
    next: "karma cluster status",
  };
}
