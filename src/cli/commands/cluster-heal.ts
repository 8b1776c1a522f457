import type { Command } from "commander";
import { clusterHeal } from "../../app/cluster-heal.ts";
import { parseWhere } from "../../app/where.ts";
import type { Act } from "../act.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";

type Options = CommonOptions & { readonly on: string };

export function addHeal(cluster: Command, act: Act): void {
  withCommonOptions(cluster.command("heal"))
    .description("end every fault now, those of a run that died too")
    .argument("[topology]", "topology file; ./topology.json when left out")
    .option("--on <where>", "local, kind, or context:NAME of your kubeconfig", "local")
    .addHelpText("after", "\nExample:\n  karma cluster heal topology.json")
    .action(act(run));
}

async function run(context: CommandContext, options: Options, topology?: string): Promise<CommandResult> {
  const where = parseWhere(options.on, ["local", "kind", "context"]);
  const result = await clusterHeal({ cwd: context.cwd, topology }, where, context);
  return {
    json: result,
    text: `${result.healed} has no faults any more`,
    next: "karma cluster status",
  };
}
